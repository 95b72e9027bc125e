{% materialization view, adapter="duckdb" %}
    {%- set made = relation_to_replace("view") -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main") -%}
        {{ get_create_view_as_sql(made, sql) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({"relations": [made]}) }}
{% endmaterialization %}

{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if config.get("contract").enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    create or replace view {{ relation }} as (
        {{ sql | replace(adapter.quote(relation.database) ~ ".", "") }}
    );
{%- endmacro %}
