{% macro dream_weeks() %}
    {%- set timedelta = modules.datetime.timedelta -%}
    {%- set last = date_of_var("dream_last_month") -%}
    {%- set first = date_of_var("dream_first_week") -%}
    {%- set days = [] -%}
    {%- for week in range(((last - first).days // 7) + 1) -%}
        {%- do days.append(first + timedelta(weeks=week)) -%}
    {%- endfor -%}
    {{ return(week_columns(days)) }}
{% endmacro %}

{% macro dream_month_weeks() %}
    {%- set first = date_of_var("dream_first_month") -%}
    {%- set last = date_of_var("dream_last_month") -%}
    {%- set days = [] -%}
    {%- for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month) -%}
        {%- do days.append(modules.datetime.date(month // 12, month % 12 + 1, 1)) -%}
    {%- endfor -%}
    {{ return(week_columns(days)) }}
{% endmacro %}

{% macro week_columns(days) %}
    {%- set names = [] -%}
    {%- for day in days -%}
        {%- set iso = day.isocalendar() -%}
        {%- do names.append("y_%02d%02d" | format(iso[0] % 100, iso[1])) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{% macro date_of_var(name) %}
    {%- set text = var(name) | string -%}
    {%- set is_date = modules.re.match(
        "\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$", text
    ) -%}
    {%- if not is_date -%}
        {%- do exceptions.raise_compiler_error(
            "the var " ~ name ~ ": expected a date YYYY-MM-DD; found '" ~ text
            ~ "'. What to do: correct it, or leave it out."
        ) -%}
    {%- endif -%}
    {{ return(modules.datetime.date.fromisoformat(text)) }}
{% endmacro %}

{% macro qualified(relation, columns) -%}
    {{ relation }}.{{ columns | join(",\n        " ~ relation ~ ".") }}
{%- endmacro %}
