{# C8: a hook that does nothing but make a model wait for the lock of the cohort, so that a
   run that stops there leaves all other state and every mart as it was. #}
{% macro after_the_lock() %}
    {%- if model.name != "int_cohort_locked" -%}
        {%- do ref("int_cohort_locked") -%}
    {%- endif -%}
{% endmacro %}
