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
        create table {{ made }} using {{ file_format() }} as
        {{ select_under_contract(sql) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [made]}) }}
{% endmaterialization %}

{% macro table_that_stays() %}
    {%- call noop_statement("main", "KEPT") -%}{%- endcall -%}
    {{ return({"relations": [load_cached_relation(this)]}) }}
{% endmacro %}

{% macro file_format() -%}
    {{ env_var("SPARK_TABLE_FORMAT", "") or "parquet" }}
{%- endmacro %}
