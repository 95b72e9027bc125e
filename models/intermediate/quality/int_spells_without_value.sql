{%- set findings = [
    ("bopael", "residence_in_no_municipality"),
    ("visitation", "visitation_of_no_category"),
] %}
with

deliveries as (
    select * from {{ source('landing', 'deliveries') }}
),

stg_registers__exceptions as (
    select * from {{ ref('stg_registers__exceptions') }}
),

spells_without_value as (
    {%- for source, finding in findings %}
    select
        stg_registers__exceptions.source,
        '{{ finding }}' as finding,
        {{ json_text('stg_registers__exceptions.row_json', 'citizen_key') }} as citizen_key
    from stg_registers__exceptions
    inner join deliveries
        on
            stg_registers__exceptions.source = deliveries.source
            and stg_registers__exceptions.delivered_date = deliveries.delivered_date
    where
        deliveries.is_as_of_delivery
        and stg_registers__exceptions.source = '{{ source }}'
        and stg_registers__exceptions.reject_reason = '{{ reason_of_no_value(source) }}'
    {{- "" if loop.last else "\n    union all" }}
    {%- endfor %}
),

citizens as (
    select
        source,
        finding,
        citizen_key
    from spells_without_value
    group by source, finding, citizen_key
)

select * from citizens
