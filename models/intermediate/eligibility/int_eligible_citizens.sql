with

int_benefit_recipients as (
    select * from {{ ref('int_benefit_recipients') }}
),

int_visitations as (
    select * from {{ ref('int_visitations') }}
),

int_residences as (
    select * from {{ ref('int_residences') }}
),

stg_personer__persons as (
    select * from {{ ref('stg_personer__persons') }}
),

stg_integrationsprogram__participations as (
    select * from {{ ref('stg_integrationsprogram__participations') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

excluding_programs as (
    select * from {{ ref('excluding_programs') }}
),

participation as (
    select * from {{ ref('participation') }}
),

-- Whether the group is locked is a key of the joins: they do not find a person's rows of
-- the other deliveries, of which nothing is read for the group.
visitations as (
    {{ rows_by_kind_of_group('int_visitations') }}
),

persons as (
    {{ rows_by_kind_of_group('stg_personer__persons') }}
),

participations as (
    {{ rows_by_kind_of_group('stg_integrationsprogram__participations') }}
),

residences as (
    {{ rows_by_kind_of_group('int_residences') }}
),

aktivitetsparate as (
    select int_benefit_recipients.*
    from int_benefit_recipients
    inner join initiatives
        on int_benefit_recipients.initiative = initiatives.initiative
    inner join visitations
        on
            int_benefit_recipients.citizen_key = visitations.citizen_key
            and int_benefit_recipients.is_locked = visitations.is_locked
            and initiatives.personkategori_kode = visitations.personkategori_kode
            and {{ read_for('int_benefit_recipients', 'visitations') }}
            and {{ holds_on('visitations', 'int_benefit_recipients.eligibility_date') }}
),

old_enough as (
    select
        aktivitetsparate.*,
        {{ age_in_years('persons.birth_date', 'aktivitetsparate.eligibility_date') }} as age
    from aktivitetsparate
    inner join initiatives
        on aktivitetsparate.initiative = initiatives.initiative
    inner join persons
        on
            aktivitetsparate.citizen_key = persons.citizen_key
            and aktivitetsparate.is_locked = persons.is_locked
            and {{ read_for('aktivitetsparate', 'persons') }}
    where
        {{ age_in_years('persons.birth_date', 'aktivitetsparate.eligibility_date') }}
        >= initiatives.min_age
),

in_excluding_programs as (
    select
        excluding_programs.initiative,
        participations.*
    from participations
    inner join excluding_programs
        on participations.program_kode = excluding_programs.program_kode
    where
        not participations.is_locked
        or {{ drawn_from('excluding_programs.initiative', 'participations') }}
),

outside_programs as (
    select old_enough.*
    from old_enough
    left join in_excluding_programs
        on
            old_enough.citizen_key = in_excluding_programs.citizen_key
            and old_enough.is_locked = in_excluding_programs.is_locked
            and old_enough.initiative = in_excluding_programs.initiative
            and {{ holds_on('in_excluding_programs', 'old_enough.eligibility_date') }}
    where in_excluding_programs.citizen_key is null
),

residents as (
    select
        outside_programs.initiative,
        outside_programs.is_locked,
        outside_programs.eligibility_date,
        outside_programs.citizen_key,
        residences.municipality_code,
        outside_programs.benefit_group,
        outside_programs.age
    from outside_programs
    inner join residences
        on
            outside_programs.citizen_key = residences.citizen_key
            and outside_programs.is_locked = residences.is_locked
            and {{ read_for('outside_programs', 'residences') }}
            and {{ holds_on('residences', 'outside_programs.eligibility_date') }}
),

-- A locked cohort is drawn in all municipalities (C7), a moving one in those that
-- take part (F1).
eligible_citizens as (
    select residents.*
    from residents
    left join participation
        on
            residents.initiative = participation.initiative
            and residents.municipality_code = participation.municipality_code
    where residents.is_locked or participation.initiative is not null
)

select * from eligible_citizens
