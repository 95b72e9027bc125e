-- A view: what came out is added at the end of the run (macro close_run).
{{ config(materialized="view") }}
with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

int_run_inputs as (
    select * from {{ ref('int_run_inputs') }}
),

int_receipts_kept as (
    select * from {{ ref('int_receipts_kept') }}
),

publications as (
    select
        initiative,
        publication_date,
        as_of,
        run_number,
        published_at
    from int_publications_kept
    group by initiative, publication_date, as_of, run_number, published_at
),

what_went_in as (
    select
        publications.initiative,
        publications.publication_date,
        publications.as_of,
        publications.published_at,
        int_run_inputs.kind,
        int_run_inputs.source,
        int_run_inputs.delivered_date,
        case
            when int_run_inputs.kind = 'delivery'
                then
                    int_run_inputs.source
                    || '/delivered='
                    || cast(int_run_inputs.delivered_date as {{ dbt.type_string() }})
                    || '/' || int_run_inputs.name
            else int_run_inputs.name
        end as name,
        int_run_inputs.n_bytes,
        cast(null as bigint) as n_rows,
        int_run_inputs.digest
    from publications
    inner join int_run_inputs
        on publications.run_number = int_run_inputs.run_number
),

what_came_out as (
    select
        publications.initiative,
        publications.publication_date,
        publications.as_of,
        publications.published_at,
        'table' as kind,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as date) as delivered_date,
        int_receipts_kept.table_name as name,
        cast(null as bigint) as n_bytes,
        int_receipts_kept.n_rows,
        int_receipts_kept.digest
    from publications
    inner join int_receipts_kept
        on
            publications.initiative = int_receipts_kept.initiative
            and publications.publication_date = int_receipts_kept.publication_date
),

receipts as (
    select * from what_went_in
    union all
    select * from what_came_out
)

select * from receipts
