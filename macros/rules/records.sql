{% macro decides_the_target_group(records) -%}
    {{ records }}.source in (
            select sources_of_facts.source
            from sources_of_facts
            where sources_of_facts.aspect = 'target_group'
        )
{%- endmacro %}
