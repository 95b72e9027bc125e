with

dream as (
    select * from {{ source('landing', 'dream') }}
),

exceptions as (
    select * from {{ ref('stg_dream__exceptions') }}
),

accepted_rows as (
    select
        {{ citizen_key('dream.pnr') }} as citizen_key,
        dream.delivered_date,
        dream.row_id as dream_row_id,
        dream.is_as_of_delivery,
        dream.is_cohort_delivery,
        {%- for week in dream_weeks() %}
        dream.{{ week }}{{ "," if not loop.last }}
        {%- endfor %}
    from dream
    left join exceptions
        on dream.row_id = exceptions.row_id
    where exceptions.row_id is null
)

select * from accepted_rows
