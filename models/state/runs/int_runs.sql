with

run as (
    select * from {{ source('landing', 'run') }}
),

runs_kept_before as (
    {%- if is_incremental() %}
    select run_number from {{ this }}
    {%- else %}
    select run_number from run
    where false
    {%- endif %}
),

-- A run that goes on where one of the same number stopped is that run.
new_run as (
    select
        run.run_number,
        run.landing_id,
        run.as_of_date as as_of,
        run.started_at,
        run.inputs_digest
    from run
    left join runs_kept_before
        on run.run_number = runs_kept_before.run_number
    where runs_kept_before.run_number is null
)

select * from new_run
