-- What each run read (P3): state that no run rebuilds.
-- depends_on: {{ ref('int_cohort_locked') }}
-- Held back until the lock of the cohort has been checked: a run that stops there (C8)
-- leaves all state as it was.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="fail",
    )
}}
with

inputs as (
    select * from {{ source('landing', 'inputs') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

int_cohort_digests as (
    select * from {{ ref('int_cohort_digests') }}
),

-- Whom the figures are about is decided by the lock (C8), which can be undone.
locked_cohorts as (
    select
        int_as_of.landing_path,
        int_as_of.started_at,
        int_as_of.as_of_date as as_of,
        'cohort' as kind,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as date) as delivered_date,
        int_cohort_digests.municipality_code as name,
        cast(null as bigint) as n_bytes,
        cast(null as bigint) as modified_ns,
        int_cohort_digests.digest
    from int_cohort_digests
    cross join int_as_of
),

run_inputs as (
    select
        int_as_of.landing_path,
        int_as_of.started_at,
        int_as_of.as_of_date as as_of,
        inputs.kind,
        inputs.source,
        inputs.delivered_date,
        inputs.name,
        inputs.n_bytes,
        inputs.modified_ns,
        inputs.digest
    from inputs
    cross join int_as_of
    union all
    select * from locked_cohorts
)

select * from run_inputs
