{%- set beside = [
    "is_there_before", "municipality_before", "is_participating_before",
    "is_there_after", "municipality_after", "is_participating_after",
] %}
with

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

int_areas as (
    select * from {{ ref('int_areas') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

citizen_months as (
    select
        int_citizen_months.initiative,
        int_citizen_months.citizen_key,
        int_citizen_months.municipality_code,
        int_citizen_months.is_participating,
        int_reportable_months.month_number
    from int_citizen_months
    inner join int_reportable_months
        on
            int_citizen_months.initiative = int_reportable_months.initiative
            and int_citizen_months.data_month = int_reportable_months.data_month
),

-- Nobody is in two municipalities in a month, so that one look at the months of each
-- citizen is enough for all areas.
months_beside as (
    select
        initiative,
        municipality_code,
        is_participating,
        month_number,
        coalesce(lag(month_number) over months_of_citizen = month_number - 1, false)
            as is_there_before,
        lag(municipality_code) over months_of_citizen as municipality_before,
        lag(is_participating) over months_of_citizen as is_participating_before,
        coalesce(lead(month_number) over months_of_citizen = month_number + 1, false)
            as is_there_after,
        lead(municipality_code) over months_of_citizen as municipality_after,
        lead(is_participating) over months_of_citizen as is_participating_after
    from citizen_months
    window
        months_of_citizen as (
            partition by citizen_key, initiative
            order by month_number
        )
),

-- Those who come from the same municipality and go to the same one are counted together.
members as (
    select
        initiative,
        municipality_code,
        is_participating,
        month_number,
        {{ beside | join(",\n        ") }},
        count(*) as n_citizens
    from months_beside
    group by
        initiative,
        municipality_code,
        is_participating,
        month_number,
        {{ beside | join(",\n        ") }}
),

members_of_areas as (
    select
        initiative,
        'municipality' as area_type,
        municipality_code as area_code,
        month_number,
        n_citizens,
        is_there_before and municipality_before = municipality_code as is_member_before,
        is_there_after and municipality_after = municipality_code as is_member_after
    from members
    union all
    select
        pooled_areas.initiative,
        pooled_areas.area_type,
        pooled_areas.area_code,
        members.month_number,
        members.n_citizens,
        members.is_there_before
        and {{ is_in_pooled_area('members.is_participating_before', 'pooled_areas.area_type') }}
            as is_member_before,
        members.is_there_after
        and {{ is_in_pooled_area('members.is_participating_after', 'pooled_areas.area_type') }}
            as is_member_after
    from members
    inner join int_areas as pooled_areas
        on
            members.initiative = pooled_areas.initiative
            and pooled_areas.area_type <> 'municipality'
    where {{ is_in_pooled_area('members.is_participating', 'pooled_areas.area_type') }}
),

entries_and_departures as (
    select
        initiative,
        area_type,
        area_code,
        month_number,
        n_citizens as n_new,
        0 as n_left
    from members_of_areas
    where not is_member_before
    union all
    select
        initiative,
        area_type,
        area_code,
        month_number + 1 as month_number,
        0 as n_new,
        n_citizens as n_left
    from members_of_areas
    where not is_member_after
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
