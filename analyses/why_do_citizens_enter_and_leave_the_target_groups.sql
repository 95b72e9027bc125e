with

citizen_months as (
    select
        int_citizen_months.initiative,
        int_citizen_months.citizen_key,
        int_citizen_months.data_month,
        int_reportable_months.last_date,
        int_reportable_months.month_number,
        lag(int_reportable_months.month_number) over (
            partition by int_citizen_months.initiative, int_citizen_months.citizen_key
            order by int_citizen_months.data_month
        ) as previous_month_number,
        lead(int_reportable_months.month_number) over (
            partition by int_citizen_months.initiative, int_citizen_months.citizen_key
            order by int_citizen_months.data_month
        ) as next_month_number
    from {{ ref('int_citizen_months') }} as int_citizen_months
    inner join {{ ref('int_reportable_months') }} as int_reportable_months
        on
            int_citizen_months.initiative = int_reportable_months.initiative
            and int_citizen_months.data_month = int_reportable_months.data_month
    where int_citizen_months.is_participating
),

entries as (
    select
        citizen_months.initiative,
        citizen_months.data_month,
        'entry' as movement,
        coalesce(int_eligible_citizens.benefit_group, 'locked cohort') as reason
    from citizen_months
    left join {{ ref('int_eligible_citizens') }} as int_eligible_citizens
        on
            citizen_months.initiative = int_eligible_citizens.initiative
            and citizen_months.citizen_key = int_eligible_citizens.citizen_key
            and citizen_months.data_month = int_eligible_citizens.eligibility_date
    where
        citizen_months.previous_month_number is null
        or citizen_months.previous_month_number < citizen_months.month_number - 1
),

months_left as (
    select
        citizen_months.initiative,
        citizen_months.citizen_key,
        int_reportable_months.data_month,
        int_reportable_months.last_date
    from citizen_months
    inner join {{ ref('int_reportable_months') }} as int_reportable_months
        on
            citizen_months.initiative = int_reportable_months.initiative
            and citizen_months.month_number + 1 = int_reportable_months.month_number
    where
        citizen_months.next_month_number is null
        or citizen_months.next_month_number > citizen_months.month_number + 1
),

events_of_exits as (
    select
        months_left.initiative,
        months_left.citizen_key,
        months_left.data_month,
        int_exit_events.exit_event,
        row_number() over (
            partition by
                months_left.initiative, months_left.citizen_key, months_left.data_month
            order by int_exit_events.exit_date, int_exit_events.exit_event
        ) as event_number
    from months_left
    left join {{ ref('int_exit_events') }} as int_exit_events
        on
            months_left.initiative = int_exit_events.initiative
            and months_left.citizen_key = int_exit_events.citizen_key
            and months_left.last_date >= int_exit_events.exit_date
),

exits as (
    select
        initiative,
        data_month,
        'exit' as movement,
        coalesce(exit_event, 'moved') as reason
    from events_of_exits
    where event_number = 1
),

movements as (
    select * from entries
    union all
    select * from exits
)

select
    initiative,
    data_month,
    movement,
    reason,
    count(*) as n_citizens
from movements
group by initiative, data_month, movement, reason
order by initiative, data_month, movement, reason
