{# The steps of a run that need Python (`src/labour_monitor/dbt_plugin.py`): the name of
   one, and what it is given; what it says. #}
{% macro in_python(function, arguments={}) %}
    {{ return(adapter.dispatch("in_python")(function, arguments)) }}
{% endmacro %}

{% macro duckdb__in_python(function, arguments) %}
    {%- set text = tojson(arguments) | replace("'", "''") -%}
    {{ return(fromjson(run_query("select " ~ function ~ "('" ~ text ~ "')")[0][0])) }}
{% endmacro %}
