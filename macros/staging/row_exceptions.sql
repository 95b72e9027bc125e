{# The delivered rows of a source that are not taken as they are: rejected, under the
   first reason that applies; copies of another row; replaced by a newer report.

   Only rows that fail a check of their own or share their identity with another row are
   compared with each other, so that a big register is read past its narrow columns once.
   `code_list_relations` are the seeds that the contract names for the coded columns, in
   its order. Source: sources.md, Bad input. #}
{% macro row_exceptions(source_name, code_list_relations=[]) %}
{#- A table: everything that is read of the register joins it. -#}
{{ config(materialized="table") }}
{%- set relation = source("landing", source_name) -%}
{%- set contract = landing_contract(source_name) -%}
{%- set columns = contract.columns | map(attribute="name") | list -%}
{%- set by_role = {} -%}
{%- for column in contract.columns -%}
    {%- do by_role.setdefault(column.role, []).append(column.name) -%}
{%- endfor -%}
{%- set start = by_role.get("start", [none]) | first -%}
{%- set end = by_role.get("end", [none]) | first -%}
{%- set identity = {
    "pnr": ["delivered_date", "pnr"],
    "row": ["delivered_date"] + columns,
    "report": by_role.get("report", []),
}.get(contract.identity, ["row_id"]) -%}
{%- set code_lists = {} -%}
{%- for column in contract.columns if column.codes -%}
    {%- do code_lists.update({column.name: {
        "relation": code_list_relations[code_lists | length],
        "column": column.codes.split(".")[1],
    }}) -%}
{%- endfor -%}
{%- set required = [] -%}
{%- for column in contract.columns
    if column.role not in ["pnr", "start", "end", "value", "weeks"]
    and not column.nullable -%}
    {%- do required.append(column.name) -%}
{%- endfor -%}
{%- set pairs = [] -%}
{%- for column in columns -%}
    {%- do pairs.append(
        ("citizen_key", "case when suspects.is_pnr_valid then "
            ~ citizen_key("delivered_rows.pnr") ~ " end")
        if column == "pnr"
        else (column, json_of_struct("delivered_rows." ~ column))
        if column in by_role.get("weeks", [])
        else (column, "delivered_rows." ~ column)
    ) -%}
{%- endfor -%}
with

repeated_identities as (
    select {{ fingerprint(identity) }} as identity_fingerprint
    from {{ relation }}
    group by {{ fingerprint(identity) }}
    having count(*) > 1
),

checked_rows as (
    select
        delivered_rows.row_id,
        delivered_rows.file_row_number,
        {{ fingerprint(qualified_list("delivered_rows", identity)) }}
            as identity_fingerprint,
        coalesce({{ is_digits("delivered_rows.pnr", 10) }}, false) as is_pnr_valid,
        case
            when not coalesce({{ is_digits("delivered_rows.pnr", 10) }}, false)
                then 'invalid_pnr'
            {%- if start %}
            when delivered_rows.{{ start }} is null then 'missing_start'
            when delivered_rows.{{ end }} < delivered_rows.{{ start }}
                then 'end_before_start'
            {%- endif %}
            {%- for column in code_lists if column not in by_role.get("municipality", []) %}
            when
                delivered_rows.{{ column }} is not null
                and code_list_of_{{ column }}.{{ code_lists[column].column }} is null
                then 'unknown_code'
            {%- endfor %}
            {%- for column in by_role.get("municipality", []) %}
            when
                delivered_rows.{{ column }} is not null
                and code_list_of_{{ column }}.{{ code_lists[column].column }} is null
                then 'unknown_municipality'
            {%- endfor %}
            {%- for column in by_role.get("month", []) %}
            when delivered_rows.{{ column }} not between 1 and 12 then 'invalid_period'
            {%- endfor %}
            {%- for column in by_role.get("year", []) %}
            when delivered_rows.{{ column }} not between 1990 and 2100
                then 'invalid_period'
            {%- endfor %}
            {%- for column in required %}
            when delivered_rows.{{ column }} is null then 'missing_value'
            {%- endfor %}
            {%- if by_role.get("value") %}
            when
                coalesce({{ qualified_list("delivered_rows", by_role["value"])
                    | join(", ") }}) is null
                then 'missing_value'
            {%- endif %}
        end as reason_of_row
    from {{ relation }} as delivered_rows
    {%- for column, code_list in code_lists.items() %}
    left join {{ code_list.relation }} as code_list_of_{{ column }}
        on
            delivered_rows.{{ column }}
            = code_list_of_{{ column }}.{{ code_list.column }}
    {%- endfor %}
),

suspects as (
    select
        checked_rows.row_id,
        checked_rows.file_row_number,
        checked_rows.is_pnr_valid,
        checked_rows.reason_of_row
    from checked_rows
    left join repeated_identities
        on checked_rows.identity_fingerprint = repeated_identities.identity_fingerprint
    where
        checked_rows.reason_of_row is not null
        or repeated_identities.identity_fingerprint is not null
),

-- The number within the file is in the join for speed: only those parts of the files
-- are read that hold a suspect.
suspect_rows as (
    select
        delivered_rows.*,
        suspects.reason_of_row,
        {{ json_object(pairs) }} as row_json
    from suspects
    inner join {{ relation }} as delivered_rows
        on
            suspects.file_row_number = delivered_rows.file_row_number
            and suspects.row_id = delivered_rows.row_id
),

suspects_with_reason as (
    select
        *,
        {%- if contract.identity in ["pnr", "report"] %}
        {%- set key = ["delivered_date"] + (
            ["pnr"] if contract.identity == "pnr" else by_role["report"]
        ) %}
        coalesce(
            reason_of_row,
            case
                when
                    min(row_json) over (partition by {{ key | join(", ") }})
                    <> max(row_json) over (partition by {{ key | join(", ") }})
                    then 'conflicting_
                    {{- "person" if contract.identity == "pnr" else "report" }}'
            end
        ) as reject_reason
        {%- else %}
        reason_of_row as reject_reason
        {%- endif %}
    from suspect_rows
),

rejected_rows as (
    select
        row_id,
        delivered_date,
        'rejected' as exception,
        reject_reason,
        row_json
    from suspects_with_reason
    where reject_reason is not null
),

sound_rows as (
    select
        row_id,
        delivered_date,
        row_number() over (
            partition by delivered_date, row_json order by row_id
        ) as copy_number,
        {%- if contract.identity == "report" %}
        max(delivered_date) over (
            partition by {{ by_role["report"] | join(", ") }}
        ) as newest_delivered_date
        {%- else %}
        delivered_date as newest_delivered_date
        {%- endif %}
    from suspects_with_reason
    where reject_reason is null
),

copies_and_replaced_rows as (
    select
        row_id,
        delivered_date,
        case when copy_number > 1 then 'duplicate' else 'replaced' end as exception,
        cast(null as {{ dbt.type_string() }}) as reject_reason,
        cast(null as {{ dbt.type_string() }}) as row_json
    from sound_rows
    where copy_number > 1 or delivered_date < newest_delivered_date
),

exceptions as (
    select * from rejected_rows
    union all
    select * from copies_and_replaced_rows
)

select * from exceptions
{% endmacro %}

{# Columns with their relation, as a list. #}
{% macro qualified_list(relation, columns) %}
    {%- set names = [] -%}
    {%- for column in columns -%}
        {%- do names.append(relation ~ "." ~ column) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
