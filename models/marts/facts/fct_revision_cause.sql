with

int_revisions as (
    select * from {{ ref('int_revisions') }}
),

int_revised_contributions as (
    select * from {{ ref('int_revised_contributions') }}
),

int_revision_causes as (
    select * from {{ ref('int_revision_causes') }}
),

-- Which figures an aspect of a citizen-month can move, and in which month: who is new or
-- has left hangs on the month before too.
causes_of_months as (
    select
        *,
        data_month as revised_month,
        true as is_own_month
    from int_revision_causes
    union all
    select
        *,
        {{ add_months('data_month', 1) }} as revised_month,
        false as is_own_month
    from int_revision_causes
    where aspect in ('target_group', 'participation')
),

citizens as (
    select
        int_revisions.initiative,
        int_revisions.publication_date,
        int_revisions.area_type,
        int_revisions.area_code,
        int_revisions.data_month,
        int_revisions.measure,
        causes_of_months.cause,
        causes_of_months.source,
        int_revised_contributions.citizen_key
    from int_revisions
    inner join int_revised_contributions
        on
            int_revisions.initiative = int_revised_contributions.initiative
            and int_revisions.publication_date = int_revised_contributions.publication_date
            and int_revisions.area_type = int_revised_contributions.area_type
            and int_revisions.area_code = int_revised_contributions.area_code
            and int_revisions.data_month = int_revised_contributions.data_month
            and int_revisions.measure = int_revised_contributions.measure
    inner join causes_of_months
        on
            int_revised_contributions.initiative = causes_of_months.initiative
            and int_revised_contributions.publication_date
            = causes_of_months.publication_date
            and int_revised_contributions.citizen_key = causes_of_months.citizen_key
            and int_revised_contributions.data_month = causes_of_months.revised_month
    where
        (
            causes_of_months.is_own_month
            or int_revisions.measure in ('n_new', 'n_left')
        )
        and (
            causes_of_months.aspect in ('target_group', 'participation')
            or (
                causes_of_months.aspect = 'visitation_category'
                and int_revisions.measure not in ('n_target_group', 'n_new', 'n_left')
            )
            or (
                causes_of_months.aspect = 'signal'
                and (
                    int_revisions.measure = 'n_fulfilled'
                    or int_revisions.measure like 'status:%'
                )
            )
        )
),

citizens_by_cause as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        measure,
        cause,
        source,
        count(distinct citizen_key) as n_citizens
    from citizens
    group by
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        measure,
        cause,
        source
),

-- Who takes part is rule data: nobody's record can be the cause.
participation as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        measure,
        'rules' as cause,
        'rules' as source,
        cast(0 as bigint) as n_citizens
    from int_revisions
    where measure = 'is_participating'
),

revision_causes as (
    select * from citizens_by_cause
    union all
    select * from participation
)

select * from revision_causes
