{% macro kept_per_delivery() %}
    {{ return(adapter.dispatch("kept_per_delivery")()) }}
{% endmacro %}
