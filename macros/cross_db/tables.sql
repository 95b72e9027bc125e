{% materialization table, adapter="duckdb" %}
    {%- if is_made_already() -%}
        {{ return(table_that_stays()) }}
    {%- endif -%}
    {{ return(dbt.materialization_table_duckdb()) }}
{% endmaterialization %}

{% materialization table, adapter="spark" %}
    {%- if is_made_already() -%}
        {{ return(table_that_stays()) }}
    {%- endif -%}
    {{ return(dbt.materialization_table_spark()) }}
{% endmaterialization %}

{% macro table_that_stays() %}
    {%- call noop_statement("main", "KEPT") -%}{%- endcall -%}
    {{ return({"relations": [load_cached_relation(this)]}) }}
{% endmacro %}
