-- What came out, for good (P4): state that no run rebuilds.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="fail",
    )
}}
with

int_published_tables as (
    select * from {{ ref('int_published_tables') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

kept_before as (
    {%- if is_incremental() %}
    select
        kept.initiative,
        kept.publication_date
    from {{ this }} as kept
    inner join int_as_of
        on kept.landing_path = int_as_of.landing_path
    group by kept.initiative, kept.publication_date
    {%- else %}
    select
        initiative,
        publication_date
    from int_published_tables
    where false
    {%- endif %}
),

receipts as (
    select
        int_as_of.landing_path,
        int_published_tables.initiative,
        int_published_tables.publication_date,
        int_published_tables.table_name,
        int_published_tables.n_rows,
        int_published_tables.digest,
        int_as_of.started_at as made_at
    from int_published_tables
    cross join int_as_of
    where not exists (
        select 1
        from kept_before
        where
            kept_before.initiative = int_published_tables.initiative
            and kept_before.publication_date = int_published_tables.publication_date
    )
)

select * from receipts
