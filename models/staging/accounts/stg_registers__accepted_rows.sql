with

stg_registers__exceptions as (
    select * from {{ ref('stg_registers__exceptions') }}
),

{%- for name in registers() %}

{{ name }}_accepted as (
    select
        '{{ name }}' as source,
        delivered_rows.delivered_date,
        count(*) as n_accepted
    from {{ source("landing", name) }} as delivered_rows
    left join stg_registers__exceptions
        on
            stg_registers__exceptions.source = '{{ name }}'
            and delivered_rows.row_id = stg_registers__exceptions.row_id
    where stg_registers__exceptions.row_id is null
    group by delivered_rows.delivered_date
),
{%- endfor %}

accepted_rows as (
    {%- for name in registers() %}
    select * from {{ name }}_accepted
    {{- "" if loop.last else "\n    union all" }}
    {%- endfor %}
)

select * from accepted_rows
