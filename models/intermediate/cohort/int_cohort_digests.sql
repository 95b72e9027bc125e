with

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

digests as (
    select
        landing_path,
        municipality_code,
        count(*) as n_members,
        {{ sha256_hex(ordered_concat('citizen_key')) }} as digest
    from int_cohort_members
    group by landing_path, municipality_code
)

select * from digests
