with

int_finding_changes as (
    select * from {{ ref('int_finding_changes') }}
),

changes_in_columns as (
    select
        source,
        kind,
        previous_as_of,
        case when is_person and change_type = 'new' then n else 0 end as n_new,
        case when is_person and change_type = 'solved' then n else 0 end as n_solved,
        case when is_person and change_type = 'still_there' then n else 0 end as n_still_there,
        case when not is_person and change_type = 'new' then n else 0 end as n_rows_new,
        case when not is_person and change_type = 'solved' then n else 0 end as n_rows_solved,
        case when not is_person and change_type = 'still_there' then n else 0 end
            as n_rows_still_there
    from int_finding_changes
),

finding_changes as (
    select
        source,
        kind,
        previous_as_of,
        cast(sum(n_new) as bigint) as n_new,
        cast(sum(n_solved) as bigint) as n_solved,
        cast(sum(n_still_there) as bigint) as n_still_there,
        cast(sum(n_rows_new) as bigint) as n_rows_new,
        cast(sum(n_rows_solved) as bigint) as n_rows_solved,
        cast(sum(n_rows_still_there) as bigint) as n_rows_still_there
    from changes_in_columns
    group by source, kind, previous_as_of
)

select * from finding_changes
