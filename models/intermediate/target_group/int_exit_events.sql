with

int_monitored_citizens as (
    select * from {{ ref('int_monitored_citizens') }}
),

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

int_residences as (
    select * from {{ ref('int_residences') }}
),

stg_ydelser__benefits as (
    select * from {{ ref('stg_ydelser__benefits') }}
),

ydelse_codes as (
    select * from {{ ref('ydelse_codes') }}
),

stg_personer__persons as (
    select * from {{ ref('stg_personer__persons') }}
),

exit_rules as (
    select * from {{ ref('exit_rules') }}
),

-- The first day without residence in the cohort municipality is the day after the
-- reference date, or the day after the end of a residence there: the first of these
-- that no residence there covers.
residences_in_cohort_municipality as (
    select
        int_cohort_members.initiative,
        int_residences.*
    from int_cohort_members
    inner join int_residences
        on
            int_cohort_members.citizen_key = int_residences.citizen_key
            and int_cohort_members.municipality_code = int_residences.municipality_code
    where int_residences.is_as_of_delivery
),

days_that_may_be_outside as (
    select
        int_cohort_members.initiative,
        int_cohort_members.citizen_key,
        {{ add_days('int_locked_cohorts.cohort_reference_date', 1) }} as outside_date
    from int_cohort_members
    inner join int_locked_cohorts
        on int_cohort_members.initiative = int_locked_cohorts.initiative
    union all
    select
        residences.initiative,
        residences.citizen_key,
        {{ add_days('residences.end_date', 1) }} as outside_date
    from residences_in_cohort_municipality as residences
    inner join int_locked_cohorts
        on residences.initiative = int_locked_cohorts.initiative
    where residences.end_date > int_locked_cohorts.cohort_reference_date
),

moves as (
    select
        days_that_may_be_outside.initiative,
        days_that_may_be_outside.citizen_key,
        'moved' as exit_event,
        min(days_that_may_be_outside.outside_date) as exit_date
    from days_that_may_be_outside
    left join residences_in_cohort_municipality as residences
        on
            days_that_may_be_outside.initiative = residences.initiative
            and days_that_may_be_outside.citizen_key = residences.citizen_key
            and {{ holds_on('residences', 'days_that_may_be_outside.outside_date') }}
    where residences.citizen_key is null
    group by
        days_that_may_be_outside.initiative,
        days_that_may_be_outside.citizen_key
),

pensions as (
    select
        int_monitored_citizens.citizen_key,
        ydelse_codes.exit_event,
        min(stg_ydelser__benefits.start_date) as exit_date
    from int_monitored_citizens
    inner join stg_ydelser__benefits
        on int_monitored_citizens.citizen_key = stg_ydelser__benefits.citizen_key
    inner join ydelse_codes
        on stg_ydelser__benefits.ydelse_kode = ydelse_codes.ydelse_kode
    where ydelse_codes.exit_event is not null
    group by int_monitored_citizens.citizen_key, ydelse_codes.exit_event
),

deaths as (
    select
        int_monitored_citizens.citizen_key,
        'death' as exit_event,
        stg_personer__persons.death_date as exit_date
    from int_monitored_citizens
    inner join stg_personer__persons
        on int_monitored_citizens.citizen_key = stg_personer__persons.citizen_key
    where
        stg_personer__persons.is_as_of_delivery
        and stg_personer__persons.death_date is not null
),

events_of_citizens as (
    select * from pensions
    union all
    select * from deaths
),

exit_events as (
    select
        exit_rules.initiative,
        events_of_citizens.citizen_key,
        events_of_citizens.exit_event,
        events_of_citizens.exit_date
    from events_of_citizens
    inner join exit_rules
        on events_of_citizens.exit_event = exit_rules.exit_event
    union all
    select
        moves.initiative,
        moves.citizen_key,
        moves.exit_event,
        moves.exit_date
    from moves
    inner join exit_rules
        on
            moves.initiative = exit_rules.initiative
            and moves.exit_event = exit_rules.exit_event
)

select * from exit_events
