-- The lock itself (C8). `labour-monitor unlock` undoes it.
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

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

locked_before as (
    {%- if is_incremental() %}
    select
        initiative,
        citizen_key,
        municipality_code
    from {{ this }}
    {%- else %}
    select
        initiative,
        citizen_key,
        municipality_code
    from int_cohort_members
    where false
    {%- endif %}
),

cohorts_locked_before as (
    select initiative from locked_before
    group by initiative
),

cohorts_under_control as (
    select initiative from control
    group by initiative
),

members_that_differ as (
    select
        coalesce(locked_before.initiative, int_cohort_members.initiative) as initiative,
        coalesce(locked_before.municipality_code, int_cohort_members.municipality_code)
            as municipality_code,
        case when locked_before.citizen_key is null then 1 else 0 end as n_entered,
        case when int_cohort_members.citizen_key is null then 1 else 0 end as n_left
    from locked_before
    full outer join int_cohort_members
        on
            locked_before.initiative = int_cohort_members.initiative
            and locked_before.citizen_key = int_cohort_members.citizen_key
            and locked_before.municipality_code = int_cohort_members.municipality_code
    where locked_before.citizen_key is null or int_cohort_members.citizen_key is null
),

differences_from_list as (
    select
        members_that_differ.initiative,
        members_that_differ.municipality_code || ': '
        || sum(members_that_differ.n_entered) || ' entered, '
        || sum(members_that_differ.n_left) || ' left' as difference
    from members_that_differ
    inner join cohorts_locked_before
        on members_that_differ.initiative = cohorts_locked_before.initiative
    group by members_that_differ.initiative, members_that_differ.municipality_code
),

digests_that_differ as (
    select
        coalesce(control.initiative, int_cohort_digests.initiative) as initiative,
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
        on
            control.initiative = int_cohort_digests.initiative
            and control.municipality_code = int_cohort_digests.municipality_code
    where
        coalesce(control.digest, '') <> coalesce(int_cohort_digests.digest, '')
        or coalesce(control.n_members, 0) <> coalesce(int_cohort_digests.n_members, 0)
),

differences as (
    select
        initiative,
        'members of municipality ' || difference as difference
    from differences_from_list
    union all
    select
        digests_that_differ.initiative,
        'control file, municipality ' || digests_that_differ.difference as difference
    from digests_that_differ
    inner join cohorts_under_control
        on digests_that_differ.initiative = cohorts_under_control.initiative
),

lock_check as (
    select
        int_locked_cohorts.initiative,
        case
            when count(differences.difference) = 0 then true
            else {{ raise_error(
                "'the locked cohort of ' || int_locked_cohorts.initiative"
                " || ' would change (C8). Nothing was locked anew and no figure was made. '"
                " || " ~ ordered_concat("differences.difference", "; ")
                ~ " || '. Find the delivery made on or before '"
                " || cast(int_locked_cohorts.cohort_lock_date as " ~ dbt.type_string() ~ ")"
                " || ', the code list or the secret that changed, and put it back; to lock'"
                " || ' another cohort deliberately, use `labour-monitor unlock`'"
                " || ' (README, The locked cohort).'"
            ) }}
        end as is_unchanged
    from int_locked_cohorts
    left join differences
        on int_locked_cohorts.initiative = differences.initiative
    group by int_locked_cohorts.initiative, int_locked_cohorts.cohort_lock_date
),

newly_locked as (
    select
        int_cohort_members.initiative,
        int_cohort_members.citizen_key,
        int_cohort_members.municipality_code,
        int_cohort_members.benefit_group,
        int_cohort_members.benefit_weeks,
        int_cohort_members.age,
        int_cohort_members.locked_as_of
    from int_cohort_members
    inner join lock_check
        on
            int_cohort_members.initiative = lock_check.initiative
            and lock_check.is_unchanged
    left join cohorts_locked_before
        on int_cohort_members.initiative = cohorts_locked_before.initiative
    where cohorts_locked_before.initiative is null
),

-- No rows: the check is read for itself too, so that a cohort of which nobody is found
-- any more is held to its lock.
locked_if_unchanged as (
    select * from newly_locked
    union all
    select newly_locked.*
    from lock_check
    left join newly_locked
        on lock_check.initiative = newly_locked.initiative
    where not lock_check.is_unchanged
)

select * from locked_if_unchanged
