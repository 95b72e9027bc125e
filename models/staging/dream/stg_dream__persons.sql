with

dream_weeks as (
    select * from {{ source('landing', 'dream_weeks_narrowed') }}
),

exceptions as (
    select * from {{ ref('stg_dream__exceptions') }}
),

accepted_rows as (
    select
        dream_weeks.row_id as dream_row_id,
        dream_weeks.delivered_date,
        dream_weeks.is_as_of_delivery,
        dream_weeks.cohort_of,
        {{ qualified("dream_weeks", dream_weeks()) }}
    from dream_weeks
    left join exceptions
        on dream_weeks.row_id = exceptions.row_id
    where exceptions.row_id is null
)

select * from accepted_rows
