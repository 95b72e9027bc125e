{% macro refuse_files_written_since() %}
    {%- if execute and is_building() -%}
        {%- set checked = in_python("check_unchanged") -%}
        {%- if checked.error is defined -%}
            {%- do exceptions.raise_compiler_error(checked.error) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
