{# Whether a work table is there already, made by a run of the very inputs of this one:
   the same landing, as-of date, deliveries, rules, code and vars. What the run is itself,
   its number and its time, is no input: what reads that is made always. `dbt run
   --full-refresh` makes everything. #}
{% macro is_made_already() %}
    {%- set existing = load_cached_relation(this) -%}
    {{ return(
        model.original_file_path.split("/")[1] in ["staging", "intermediate"]
        and "source.labour_monitor.landing.run" not in model.depends_on.nodes
        and not flags.FULL_REFRESH
        and existing is not none
        and existing.is_table
        and was_made_from_these_inputs()
    ) }}
{% endmacro %}

{# Whether the run that made the model last had the inputs of this one. In a run alone:
   what `dbt compile` says is run again at other dates. #}
{% macro was_made_from_these_inputs() %}
    {%- if not execute or not is_building() -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(in_python("was_made_from_these_inputs", {"name": model.name}).answer) }}
{% endmacro %}
