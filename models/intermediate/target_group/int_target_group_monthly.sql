with

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
),

int_residences as (
    select * from {{ ref('int_residences') }}
),

int_exit_events as (
    select * from {{ ref('int_exit_events') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

eligible_in_municipality as (
    select
        initiative,
        citizen_key,
        municipality_code,
        eligibility_date as data_month
    from int_eligible_citizens
    where not is_locked
),

candidates as (
    select
        initiative,
        citizen_key,
        municipality_code,
        min(data_month) as first_eligible_month
    from eligible_in_municipality
    group by initiative, citizen_key, municipality_code
),

exits as (
    select
        initiative,
        citizen_key,
        min(exit_date) as exit_date
    from int_exit_events
    group by initiative, citizen_key
),

-- Grouped, though each is there once: a join of months and residences alone, to which
-- the candidates come last, makes all months of everybody.
homes_of_candidates as (
    select
        candidates.initiative,
        candidates.citizen_key,
        candidates.municipality_code,
        candidates.first_eligible_month,
        int_residences.start_date,
        int_residences.end_date
    from candidates
    inner join int_residences
        on
            candidates.citizen_key = int_residences.citizen_key
            and candidates.municipality_code = int_residences.municipality_code
            and int_residences.is_as_of_delivery
    group by
        candidates.initiative,
        candidates.citizen_key,
        candidates.municipality_code,
        candidates.first_eligible_month,
        int_residences.start_date,
        int_residences.end_date
),

months_stayed as (
    select
        homes_of_candidates.initiative,
        homes_of_candidates.citizen_key,
        homes_of_candidates.municipality_code,
        int_reportable_months.data_month,
        int_reportable_months.month_number
    from homes_of_candidates
    inner join int_reportable_months
        on
            homes_of_candidates.initiative = int_reportable_months.initiative
            and homes_of_candidates.first_eligible_month
            <= int_reportable_months.data_month
            and {{ holds_on('homes_of_candidates', 'int_reportable_months.last_date') }}
    left join exits
        on
            homes_of_candidates.initiative = exits.initiative
            and homes_of_candidates.citizen_key = exits.citizen_key
    where exits.exit_date is null or exits.exit_date > int_reportable_months.last_date
),

-- Consecutive months of staying form an island: its number is what the month's number
-- and its place among the months stayed have in common.
months_of_islands as (
    select
        months_stayed.initiative,
        months_stayed.citizen_key,
        months_stayed.municipality_code,
        months_stayed.data_month,
        months_stayed.month_number - row_number() over (
            partition by
                months_stayed.initiative,
                months_stayed.citizen_key,
                months_stayed.municipality_code
            order by months_stayed.data_month
        ) as island_number,
        eligible_in_municipality.data_month as eligible_month
    from months_stayed
    left join eligible_in_municipality
        on
            months_stayed.initiative = eligible_in_municipality.initiative
            and months_stayed.citizen_key = eligible_in_municipality.citizen_key
            and months_stayed.municipality_code
            = eligible_in_municipality.municipality_code
            and months_stayed.data_month = eligible_in_municipality.data_month
),

months_with_entry as (
    select
        initiative,
        citizen_key,
        municipality_code,
        data_month,
        min(eligible_month) over (
            partition by initiative, citizen_key, municipality_code, island_number
        ) as entry_month
    from months_of_islands
),

members_of_month as (
    select
        initiative,
        citizen_key,
        municipality_code,
        data_month
    from months_with_entry
    where entry_month <= data_month
)

select * from members_of_month
