{% macro loading_seeds() %}
    {%- if execute and not is_building() -%}
        {%- do exceptions.raise_compiler_error(
            "expected a model to show; found the seed " ~ model.name ~ ", which dbt would "
            ~ "load to show it. What to do: dbt show --inline \"select * from "
            ~ "{{ ref('" ~ model.name ~ "') }}\"; nothing was changed."
        ) -%}
    {%- endif -%}
{% endmacro %}
