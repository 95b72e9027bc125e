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
)

select * from run_inputs
