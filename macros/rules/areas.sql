{% macro is_in_pooled_area(is_participating, area_type) -%}
    ({{ is_participating }} or {{ area_type }} = 'country')
{%- endmacro %}
