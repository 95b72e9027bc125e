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

{% materialization view, adapter="spark" %}
    {#- A view that is kept cannot read what lives in a session: the secret. -#}
    {%- if citizen_key_secret() in sql -%}
        {{ return(table_made_anew()) }}
    {%- endif -%}
    {%- set made = relation_to_replace("view") -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement("main") -%}
        create or replace view {{ made }} as {{ select_under_contract(sql) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
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
