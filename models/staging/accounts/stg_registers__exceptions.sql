with

row_exceptions as (
    {%- for register in registers() %}
    select
        '{{ register }}' as source,
        row_id,
        delivered_date,
        exception,
        reject_reason,
        row_json
    from {{ ref("stg_" ~ register ~ "__exceptions") }}
    {{- "" if loop.last else "\n    union all" }}
    {%- endfor %}
)

select * from row_exceptions
