with

int_area_citizen_months as (
    select * from {{ ref('int_area_citizen_months') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

members as (
    select
        int_area_citizen_months.initiative,
        int_area_citizen_months.area_type,
        int_area_citizen_months.area_code,
        int_area_citizen_months.citizen_key,
        int_reportable_months.month_number
    from int_area_citizen_months
    inner join int_reportable_months
        on
            int_area_citizen_months.initiative = int_reportable_months.initiative
            and int_area_citizen_months.data_month = int_reportable_months.data_month
),

members_before_and_after as (
    select
        *,
        lag(month_number) over (
            partition by initiative, area_type, area_code, citizen_key
            order by month_number
        ) as previous_month_number,
        lead(month_number) over (
            partition by initiative, area_type, area_code, citizen_key
            order by month_number
        ) as next_month_number
    from members
),

entries as (
    select
        initiative,
        area_type,
        area_code,
        month_number,
        1 as n_new,
        0 as n_left
    from members_before_and_after
    where
        previous_month_number is null
        or previous_month_number < month_number - 1
),

departures as (
    select
        initiative,
        area_type,
        area_code,
        month_number + 1 as month_number,
        0 as n_new,
        1 as n_left
    from members_before_and_after
    where next_month_number is null or next_month_number > month_number + 1
),

entries_and_departures as (
    select * from entries
    union all
    select * from departures
),

-- Who is in the newest month has not left yet: the join keeps the reportable months.
area_flows as (
    select
        entries_and_departures.initiative,
        entries_and_departures.area_type,
        entries_and_departures.area_code,
        int_reportable_months.data_month,
        sum(entries_and_departures.n_new) as n_new,
        sum(entries_and_departures.n_left) as n_left
    from entries_and_departures
    inner join int_reportable_months
        on
            entries_and_departures.initiative = int_reportable_months.initiative
            and entries_and_departures.month_number = int_reportable_months.month_number
    group by
        entries_and_departures.initiative,
        entries_and_departures.area_type,
        entries_and_departures.area_code,
        int_reportable_months.data_month
)

select * from area_flows
