-- The lock itself (C8): state that no run rebuilds. `labour-monitor unlock` undoes it.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="fail",
    )
}}
with

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

int_cohort_digests as (
    select * from {{ ref('int_cohort_digests') }}
),

control as (
    select * from {{ source('landing', 'cohort_lock') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

locked_before as (
    {%- if is_incremental() %}
    select
        locked.citizen_key,
        locked.municipality_code
    from {{ this }} as locked
    inner join int_as_of
        on locked.landing_path = int_as_of.landing_path
    {%- else %}
    select
        citizen_key,
        municipality_code
    from int_cohort_members
    where false
    {%- endif %}
),

is_locked_before as (
    select count(*) > 0 as is_true from locked_before
),

is_under_control as (
    select count(*) > 0 as is_true from control
),

members_that_differ as (
    select
        coalesce(locked_before.municipality_code, int_cohort_members.municipality_code)
            as municipality_code,
        case when locked_before.citizen_key is null then 1 else 0 end as n_entered,
        case when int_cohort_members.citizen_key is null then 1 else 0 end as n_left
    from locked_before
    full outer join int_cohort_members
        on
            locked_before.citizen_key = int_cohort_members.citizen_key
            and locked_before.municipality_code = int_cohort_members.municipality_code
    cross join is_locked_before
    where
        is_locked_before.is_true
        and (
            locked_before.citizen_key is null or int_cohort_members.citizen_key is null
        )
),

differences_from_list as (
    select
        municipality_code || ': ' || sum(n_entered) || ' entered, '
        || sum(n_left) || ' left' as difference
    from members_that_differ
    group by municipality_code
),

differences_from_control as (
    select
        coalesce(control.municipality_code, int_cohort_digests.municipality_code)
        || ': ' || coalesce(control.n_members, 0) || ' locked, '
        || coalesce(int_cohort_digests.n_members, 0) || ' found'
        || case
            when control.n_members = int_cohort_digests.n_members
                then ' (as many, but not the same)'
            else ''
        end as difference
    from control
    full outer join int_cohort_digests
        on control.municipality_code = int_cohort_digests.municipality_code
    cross join is_under_control
    where
        is_under_control.is_true
        and (
            coalesce(control.digest, '') <> coalesce(int_cohort_digests.digest, '')
            or coalesce(control.n_members, 0) <> coalesce(int_cohort_digests.n_members, 0)
        )
),

differences as (
    select 'members of municipality ' || difference as difference
    from differences_from_list
    union all
    select 'control file, municipality ' || difference as difference
    from differences_from_control
),

lock_check as (
    select
        case
            when count(differences.difference) = 0 then true
            else {{ raise_error(
                "'the locked cohort of Afklaringspuljen would change (C8). '"
                " || 'Nothing was locked anew and no figure was made. '"
                " || " ~ ordered_concat("differences.difference", "; ")
                ~ " || '. Find the delivery made on or before "
                ~ var("cohort_lock_date")
                ~ ", the code list or the secret that changed, and put it back; to lock'"
                " || ' another cohort deliberately, use `labour-monitor unlock`'"
                " || ' (README, The locked cohort).'"
            ) }}
        end as is_unchanged
    from int_as_of
    left join differences
        on int_as_of.has_cohort
    group by int_as_of.as_of_date
),

newly_locked as (
    select
        int_cohort_members.landing_path,
        int_cohort_members.initiative,
        int_cohort_members.citizen_key,
        int_cohort_members.municipality_code,
        int_cohort_members.benefit_group,
        int_cohort_members.benefit_weeks,
        int_cohort_members.age,
        int_cohort_members.locked_as_of
    from int_cohort_members
    cross join lock_check
    cross join is_locked_before
    where lock_check.is_unchanged and not is_locked_before.is_true
)

select * from newly_locked
