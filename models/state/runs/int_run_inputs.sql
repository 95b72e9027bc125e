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

runs_kept_before as (
    {%- if is_incremental() %}
    select run_number from {{ this }}
    group by run_number
    {%- else %}
    select run_number from int_as_of
    where false
    {%- endif %}
),

-- A run that goes on where one of the same number stopped has kept its inputs.
new_run as (
    select int_as_of.run_number
    from int_as_of
    left join runs_kept_before
        on int_as_of.run_number = runs_kept_before.run_number
    where runs_kept_before.run_number is null
),

-- Whom the figures are about is decided by the lock (C8), which can be undone.
locked_cohorts as (
    select
        'cohort' as kind,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as date) as delivered_date,
        initiative || ' ' || municipality_code as name,
        cast(null as bigint) as n_bytes,
        cast(null as bigint) as modified_ns,
        digest
    from int_cohort_digests
),

all_inputs as (
    select
        kind,
        source,
        delivered_date,
        name,
        n_bytes,
        modified_ns,
        digest
    from inputs
    union all
    select * from locked_cohorts
),

run_inputs as (
    select
        new_run.run_number,
        all_inputs.kind,
        all_inputs.source,
        all_inputs.delivered_date,
        all_inputs.name,
        all_inputs.n_bytes,
        all_inputs.modified_ns,
        all_inputs.digest
    from new_run
    cross join all_inputs
)

select * from run_inputs
