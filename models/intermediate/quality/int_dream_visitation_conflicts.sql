with

stg_dream__persons as (
    select * from {{ ref('stg_dream__persons') }}
),

stg_dream__week_codes as (
    select * from {{ ref('stg_dream__week_codes') }}
),

int_eligibility_dates as (
    select * from {{ ref('int_eligibility_dates') }}
),

dream_codes as (
    select * from {{ ref('dream_codes') }}
),

benefit_groups as (
    select * from {{ ref('benefit_groups') }}
),

int_visitations as (
    select * from {{ ref('int_visitations') }}
),

-- DREAM tells jobparat from aktivitetsparat in some groups alone: those have a category.
categories_in_dream as (
    select
        stg_dream__week_codes.dream_row_id,
        int_eligibility_dates.eligibility_date,
        benefit_groups.implied_personkategori_kode
    from stg_dream__week_codes
    inner join int_eligibility_dates
        on
            stg_dream__week_codes.is_cohort_delivery
            and int_eligibility_dates.is_locked
            and stg_dream__week_codes.week_column = int_eligibility_dates.week_column
    inner join dream_codes
        on stg_dream__week_codes.dream_code = dream_codes.dream_code
    inner join benefit_groups
        on dream_codes.benefit_group = benefit_groups.benefit_group
    where benefit_groups.implied_personkategori_kode is not null
),

-- Of the visitations those that DREAM can imply can contradict it.
implied_categories as (
    select implied_personkategori_kode
    from benefit_groups
    where implied_personkategori_kode is not null
    group by implied_personkategori_kode
),

conflicts as (
    select
        stg_dream__persons.citizen_key,
        categories_in_dream.implied_personkategori_kode,
        int_visitations.personkategori_kode
    from categories_in_dream
    inner join stg_dream__persons
        on categories_in_dream.dream_row_id = stg_dream__persons.dream_row_id
    inner join int_visitations
        on
            stg_dream__persons.citizen_key = int_visitations.citizen_key
            and int_visitations.is_cohort_delivery
            and {{ holds_on('int_visitations', 'categories_in_dream.eligibility_date') }}
    inner join implied_categories
        on
            int_visitations.personkategori_kode
            = implied_categories.implied_personkategori_kode
    where
        categories_in_dream.implied_personkategori_kode
        <> int_visitations.personkategori_kode
)

select * from conflicts
