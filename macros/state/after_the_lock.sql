{% macro after_the_lock() %}
    {%- if model.name != "int_cohort_locked" -%}
        {%- do ref("int_cohort_locked") -%}
    {%- endif -%}
{% endmacro %}
