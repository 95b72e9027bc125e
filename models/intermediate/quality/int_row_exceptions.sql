with

row_exceptions as (
    {%- for register in registers() %}
    select
        '{{ register }}' as source,
        *
    from {{ ref("stg_" ~ register ~ "__exceptions") }}
    {{- "" if loop.last else "\n    union all" }}
    {%- endfor %}
)

select * from row_exceptions
