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
            "parameters": parameters_of_figures(),
            "read_before": files_read_before(),
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


{# The vars that decide figures, beside the landing and the as-of date. #}
{% macro parameters_of_figures() %}
    {%- set parameters = {} -%}
    {%- for name in [
        "exemption_list", "cohort_reference_date", "cohort_lock_date",
        "cohort_window_start_date", "cohort_window_pct", "dream_first_month",
        "dream_last_month",
    ] -%}
        {%- do parameters.update({name: var(name) | string}) -%}
    {%- endfor -%}
    {{ return(parameters) }}
{% endmacro %}

{# Every file of a delivery that a run of this database has read, as it was read first. #}
{% macro files_read_before() %}
    {%- set kept = adapter.get_relation(
        target.database, "intermediate", "int_run_inputs"
    ) -%}
    {%- set files = [] -%}
    {%- if kept is not none -%}
        {%- for row in run_query(
            "select landing_path, source, cast(delivered_date as " ~ dbt.type_string() ~ "), name,"
            ~ " n_bytes, modified_ns, digest from ("
            ~ "select *, row_number() over ("
            ~ "partition by landing_path, source, delivered_date, name"
            ~ " order by started_at) as reading from " ~ kept
            ~ " where kind = 'delivery') as readings where reading = 1"
        ) -%}
            {%- do files.append([
                row[0], row[1], row[2], row[3], row[4] | int, row[5] | int, row[6]
            ]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(files) }}
{% endmacro %}
