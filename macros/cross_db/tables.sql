{% materialization table, adapter="duckdb" %}
    {%- if is_made_already() -%}
        {{ return(table_that_stays()) }}
    {%- endif -%}
    {%- set made = relation_to_replace("table") -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main") -%}
        {{ table_in_one_step(made, sql) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({"relations": [made]}) }}
{% endmaterialization %}

{% macro table_in_one_step(relation, sql) %}
    create or replace table {{ relation }}
    {%- if config.get("contract").enforced %}
        {{ get_assert_columns_equivalent(sql) }}
        {{ get_table_columns_and_constraints() }};
    insert into {{ relation }} {{ get_column_names() }} (
        {{ get_select_subquery(sql) }}
    );
    {%- else %}
    as (
        {{ sql }}
    );
    {%- endif %}
{% endmacro %}

{% materialization table, adapter="spark" %}
    {{ return(table_made_anew()) }}
{% endmaterialization %}

{% macro table_made_anew() %}
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
{% endmacro %}

{% macro relation_to_replace(type) %}
    {%- set there = load_cached_relation(this) -%}
    {%- if there is not none and there.type != type -%}
        {%- do adapter.drop_relation(there) -%}
    {%- endif -%}
    {{ return(this.incorporate(type=type)) }}
{% endmacro %}

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
