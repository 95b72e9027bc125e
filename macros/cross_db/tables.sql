{% materialization table, adapter="duckdb" %}
    {%- if is_made_already() -%}
        {{ return(table_that_stays()) }}
    {%- endif -%}
    {%- set made = relation_to_replace("table") -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main") -%}
        create or replace table {{ made }}
        {%- if config.get("contract").enforced %}
            {{ get_assert_columns_equivalent(sql) }}
            {{ get_table_columns_and_constraints() }};
        insert into {{ made }} {{ get_column_names() }} (
            {{ get_select_subquery(sql) }}
        );
        {%- else %}
        as (
            {{ sql }}
        );
        {%- endif %}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({"relations": [made]}) }}
{% endmaterialization %}

{% materialization table, adapter="spark" %}
    {%- if is_made_already() -%}
        {{ return(table_that_stays()) }}
    {%- endif -%}
    {{ return(dbt.materialization_table_spark()) }}
{% endmaterialization %}

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
