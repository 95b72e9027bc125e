{# The two steps of the in-door that need Python, and the contract that Python reads
   (`src/labour_monitor/dbt_plugin.py`). #}
{% macro landing_opened(arguments) %}
    {{ return(adapter.dispatch("landing_opened")(arguments)) }}
{% endmacro %}

{% macro duckdb__landing_opened(arguments) %}
    {{ return(fromjson(call_python("open_landing", arguments))) }}
{% endmacro %}

{% macro cohort_locked(arguments) %}
    {{ return(adapter.dispatch("cohort_locked")(arguments)) }}
{% endmacro %}

{% macro duckdb__cohort_locked(arguments) %}
    {{ return(call_python("lock_cohort", arguments)) }}
{% endmacro %}

{% macro contract_of_landing(arguments) %}
    {{ return(adapter.dispatch("contract_of_landing")(arguments)) }}
{% endmacro %}

{% macro duckdb__contract_of_landing(arguments) %}
    {{ return(fromjson(call_python("landing_contract", arguments))) }}
{% endmacro %}

{% macro call_python(function, arguments) %}
    {%- set text = tojson(arguments) | replace("'", "''") -%}
    {{ return(run_query("select " ~ function ~ "('" ~ text ~ "')")[0][0]) }}
{% endmacro %}
