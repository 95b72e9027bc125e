{% materialization table, adapter="duckdb" %}
    {%- if is_made_already() -%}
        {{ return(table_that_stays()) }}
    {%- endif -%}
    {{ return(dbt.materialization_table_duckdb()) }}
{% endmaterialization %}

{% materialization table, adapter="spark" %}
    {%- set old = load_cached_relation(this) -%}
    {%- set made = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks) }}
    {%- if old is not none -%}
        {%- do adapter.drop_relation(old) -%}
    {%- endif -%}
    {%- call statement("main") -%}
        create table {{ made }} {{ stored_as(this.schema, this.identifier) }} as
        {{ select_under_contract(sql) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [made]}) }}
{% endmaterialization %}

{% macro table_that_stays() %}
    {%- call noop_statement("main", "KEPT") -%}{%- endcall -%}
    {{ return({"relations": [load_cached_relation(this)]}) }}
{% endmacro %}

{% macro stored_as(schema, table) -%}
    {%- set found = run_query("describe schema " ~ schema).rows -%}
    {%- set locations = [] -%}
    {%- for row in found if row[0] == "Location" -%}
        {%- do locations.append(row[1]) -%}
    {%- endfor -%}
    using {{ file_format() }} location '{{ locations[0] }}/{{ table }}'
{%- endmacro %}

{% macro file_format() -%}
    {{ env_var("SPARK_TABLE_FORMAT", "") or "parquet" }}
{%- endmacro %}
