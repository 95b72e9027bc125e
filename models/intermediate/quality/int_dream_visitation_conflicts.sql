with

int_benefit_recipients as (
    select * from {{ ref('int_benefit_recipients') }}
),

benefit_groups as (
    select * from {{ ref('benefit_groups') }}
),

int_visitations as (
    select * from {{ ref('int_visitations') }}
),

-- DREAM tells jobparat from aktivitetsparat in some groups alone. Of the visitations only
-- those two can contradict it.
categories_in_dream as (
    select
        int_benefit_recipients.initiative,
        int_benefit_recipients.citizen_key,
        int_benefit_recipients.eligibility_date,
        benefit_groups.implied_personkategori_kode
    from int_benefit_recipients
    inner join benefit_groups
        on int_benefit_recipients.benefit_group = benefit_groups.benefit_group
    where
        int_benefit_recipients.is_locked
        and benefit_groups.implied_personkategori_kode is not null
),

conflicts as (
    select
        categories_in_dream.initiative,
        categories_in_dream.citizen_key,
        categories_in_dream.implied_personkategori_kode,
        int_visitations.personkategori_kode
    from categories_in_dream
    inner join int_visitations
        on
            categories_in_dream.citizen_key = int_visitations.citizen_key
            and {{ drawn_from('categories_in_dream.initiative', 'int_visitations') }}
            and {{ holds_on('int_visitations', 'categories_in_dream.eligibility_date') }}
    where
        categories_in_dream.implied_personkategori_kode
        <> int_visitations.personkategori_kode
        and int_visitations.personkategori_kode in (
            select benefit_groups.implied_personkategori_kode from benefit_groups
        )
)

select * from conflicts
