-- A view: it says what the tables hold at the moment it is asked, so that a receipt can be
-- verified at any time. A mart that reads marts: it is about these tables as they are.
{{ config(materialized="view") }}
{%- set tables = [
    ref('fct_publication'),
    ref('rpt_afklaringspuljen_overview'),
    ref('rpt_afklaringspuljen_target_group'),
    ref('rpt_afklaringspuljen_requirement_trend'),
    ref('rpt_afklaringspuljen_requirement_by_municipality'),
    ref('rpt_afklaringspuljen_other_benefit_trend'),
    ref('rpt_afklaringspuljen_exits_by_municipality'),
    ref('rpt_fsm2_target_group'),
    ref('rpt_fsm2_requirement'),
] %}
with

rows_as_text as (
    {%- for table in tables %}
    select
        {% if table.identifier == "fct_publication" -%}
        initiative,
        {% else -%}
        '{{ table.identifier.split("_")[1] }}' as initiative,
        {% endif -%}
        publication_date,
        '{{ table.identifier }}' as table_name,
        {{ json_object(named(contract_columns(table.identifier))) }} as row_text
    from {{ table.include(database=false) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

published_tables as (
    select
        initiative,
        publication_date,
        table_name,
        count(*) as n_rows,
        {{ sha256_hex(ordered_concat('row_text')) }} as digest
    from rows_as_text
    group by initiative, publication_date, table_name
)

select * from published_tables
