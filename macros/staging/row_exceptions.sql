{# The delivered rows of a source that are not taken as they are: rejected, under the
   first reason that applies; copies of another row; replaced by a newer report.

   Only rows that fail a check of their own or share their identity with another row are
   compared with each other, so that a big register is read past its narrow columns once.
   `code_list_relations` are the seeds that the contract names for the coded columns, in
   its order. Source: sources.md, Bad input. #}
{% macro row_exceptions(source_name, code_list_relations=[]) %}
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
        ("citizen_key", "case when is_pnr_valid then " ~ citizen_key("pnr") ~ " end")
        if column == "pnr" else (column, column)
    ) -%}
{%- endfor -%}
with

repeated_identities as (
    select {{ fingerprint(identity) }} as identity_fingerprint
    from {{ relation }}
    group by {{ fingerprint(identity) }}
    having count(*) > 1
),

delivered_rows as (
    select
        *,
        {{ fingerprint(identity) }} as identity_fingerprint,
        coalesce({{ is_digits("pnr", 10) }}, false) as is_pnr_valid
    from {{ relation }}
),

checked_rows as (
    select
        {%- for column, code_list in code_lists.items() %}
        code_list_{{ loop.index }}.{{ code_list.column }} is not null
            as is_{{ column }}_known,
        {%- endfor %}
        delivered_rows.*
    from delivered_rows
    {%- for column, code_list in code_lists.items() %}
    left join {{ code_list.relation }} as code_list_{{ loop.index }}
        on delivered_rows.{{ column }} = code_list_{{ loop.index }}.{{ code_list.column }}
    {%- endfor %}
),

rows_with_first_reason as (
    select
        *,
        case
            when not is_pnr_valid then 'invalid_pnr'
            {%- if start %}
            when {{ start }} is null then 'missing_start'
            when {{ end }} < {{ start }} then 'end_before_start'
            {%- endif %}
            {%- for column in code_lists if column not in by_role.get("municipality", []) %}
            when {{ column }} is not null and not is_{{ column }}_known
                then 'unknown_code'
            {%- endfor %}
            {%- for column in by_role.get("municipality", []) %}
            when {{ column }} is not null and not is_{{ column }}_known
                then 'unknown_municipality'
            {%- endfor %}
            {%- for column in by_role.get("month", []) %}
            when {{ column }} not between 1 and 12 then 'invalid_period'
            {%- endfor %}
            {%- for column in by_role.get("year", []) %}
            when {{ column }} not between 1990 and 2100 then 'invalid_period'
            {%- endfor %}
            {%- for column in required %}
            when {{ column }} is null then 'missing_value'
            {%- endfor %}
            {%- if by_role.get("value") %}
            when coalesce({{ by_role["value"] | join(", ") }}) is null
                then 'missing_value'
            {%- endif %}
        end as reason_of_row
    from checked_rows
),

suspect_rows as (
    select
        rows_with_first_reason.*,
        {{ json_object(pairs) }} as row_json
    from rows_with_first_reason
    left join repeated_identities
        on rows_with_first_reason.identity_fingerprint
        = repeated_identities.identity_fingerprint
    where
        rows_with_first_reason.reason_of_row is not null
        or repeated_identities.identity_fingerprint is not null
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
