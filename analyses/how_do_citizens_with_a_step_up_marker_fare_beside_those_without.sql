with

citizen_months as (
    select * from {{ ref('int_citizen_months') }}
    where initiative = 'fsm2' and is_measured
),

markers_of_step_up as (
    select
        stg_persongrupper__markers.citizen_key,
        min(stg_persongrupper__markers.start_date) as marker_date
    from {{ ref('stg_persongrupper__markers') }} as stg_persongrupper__markers
    inner join {{ ref('markers') }} as markers
        on stg_persongrupper__markers.persongruppe = markers.persongruppe
    where markers.initiative = 'fsm2' and markers.marker_use = 'step_up'
    group by stg_persongrupper__markers.citizen_key
),

months_since_marker as (
    select
        citizen_months.data_month,
        {{ month_number('citizen_months.data_month') }}
        - {{ month_number('markers_of_step_up.marker_date') }} as month_since_marker,
        case when citizen_months.is_fulfilled then 1 else 0 end as n_fulfilled
    from citizen_months
    inner join markers_of_step_up
        on
            citizen_months.citizen_key = markers_of_step_up.citizen_key
            and {{ month_number('markers_of_step_up.marker_date') }}
            <= {{ month_number('citizen_months.data_month') }}
),

without_marker as (
    select
        citizen_months.data_month,
        count(*) as n_measured,
        sum(case when citizen_months.is_fulfilled then 1 else 0 end) as n_fulfilled
    from citizen_months
    left join markers_of_step_up
        on citizen_months.citizen_key = markers_of_step_up.citizen_key
    where markers_of_step_up.citizen_key is null
    group by citizen_months.data_month
),

-- Those without a marker weigh as the data months of those with one.
months_compared as (
    select
        months_since_marker.month_since_marker,
        count(*) as n_with_marker,
        sum(months_since_marker.n_fulfilled) as n_fulfilled_with_marker,
        {{ mean_pct('without_marker.n_fulfilled', 'without_marker.n_measured') }}
            as fulfilled_pct_without_marker
    from months_since_marker
    left join without_marker
        on months_since_marker.data_month = without_marker.data_month
    group by months_since_marker.month_since_marker
)

select
    month_since_marker,
    n_with_marker,
    {{ pct('n_fulfilled_with_marker', 'n_with_marker') }}
        as fulfilled_pct_with_marker,
    fulfilled_pct_without_marker
from months_compared
order by month_since_marker
