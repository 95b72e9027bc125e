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

aktivitetsparate as (
    select int_benefit_recipients.*
    from int_benefit_recipients
    inner join initiatives
        on int_benefit_recipients.initiative = initiatives.initiative
    inner join int_visitations
        on
            int_benefit_recipients.citizen_key = int_visitations.citizen_key
            and initiatives.personkategori_kode = int_visitations.personkategori_kode
            and {{ read_for('int_benefit_recipients', 'int_visitations') }}
            and {{ holds_on('int_visitations', 'int_benefit_recipients.eligibility_date') }}
),

old_enough as (
    select
        aktivitetsparate.*,
        {{ age_in_years(
            'stg_personer__persons.birth_date', 'aktivitetsparate.eligibility_date'
        ) }} as age
    from aktivitetsparate
    inner join initiatives
        on aktivitetsparate.initiative = initiatives.initiative
    inner join stg_personer__persons
        on
            aktivitetsparate.citizen_key = stg_personer__persons.citizen_key
            and {{ read_for('aktivitetsparate', 'stg_personer__persons') }}
    where
        {{ age_in_years(
            'stg_personer__persons.birth_date', 'aktivitetsparate.eligibility_date'
        ) }} >= initiatives.min_age
),

in_excluding_programs as (
    select
        excluding_programs.initiative,
        stg_integrationsprogram__participations.*
    from stg_integrationsprogram__participations
    inner join excluding_programs
        on
            stg_integrationsprogram__participations.program_kode
            = excluding_programs.program_kode
),

outside_programs as (
    select old_enough.*
    from old_enough
    where not exists (
        select 1
        from in_excluding_programs
        where
            old_enough.citizen_key = in_excluding_programs.citizen_key
            and old_enough.initiative = in_excluding_programs.initiative
            and {{ read_for('old_enough', 'in_excluding_programs') }}
            and {{ holds_on('in_excluding_programs', 'old_enough.eligibility_date') }}
    )
),

residents as (
    select
        outside_programs.initiative,
        outside_programs.is_locked,
        outside_programs.eligibility_date,
        outside_programs.citizen_key,
        int_residences.municipality_code,
        outside_programs.benefit_group,
        outside_programs.age
    from outside_programs
    inner join int_residences
        on
            outside_programs.citizen_key = int_residences.citizen_key
            and {{ read_for('outside_programs', 'int_residences') }}
            and {{ holds_on('int_residences', 'outside_programs.eligibility_date') }}
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
