with

int_row_exceptions as (
    select * from {{ ref('int_row_exceptions') }}
),

{%- for name in registers() %}

{{ name }}_accepted as (
    select
        '{{ name }}' as source,
        delivered_rows.delivered_date,
        count(*) as n_accepted
    from {{ source("landing", name) }} as delivered_rows
    left join int_row_exceptions
        on
            int_row_exceptions.source = '{{ name }}'
            and delivered_rows.row_id = int_row_exceptions.row_id
    where int_row_exceptions.row_id is null
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
