{# Start of every run: check everything that it would read and stop with all faults in
   one message, or make the relations of the source `landing` (P3, C1, sources.md). #}
{% macro open_landing() %}
    {%- if execute -%}
        {%- set opened = landing_opened({
            "landing_path": var("landing_path") | string,
            "as_of": var("as_of") | string if var("as_of") is not none else none,
            "lock_date": var("cohort_lock_date"),
            "reference_date": var("cohort_reference_date"),
            "exemption_list": var("exemption_list") | string,
            "weeks_read": dream_weeks(),
        }) -%}
        {%- if opened.error is defined -%}
            {%- do exceptions.raise_compiler_error(opened.error) -%}
        {%- endif -%}
        {%- for statement in opened.statements -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
        {%- for message in opened.messages -%}
            {%- do log(message, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
