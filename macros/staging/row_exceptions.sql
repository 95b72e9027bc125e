{# The delivered rows of a source that are not taken as they are: rejected, under the
   first reason that applies; copies of another row; replaced by a newer report.

   Only rows that fail a check of their own or share their identity with another row are
   compared with each other, so that a big register is read past its narrow columns once.
   What a row is rejected for, and in which order, comes from the contract. `code_lists`
   are the seeds that it names: dbt must see them while it parses. Source: sources.md,
   Bad input. #}
{% macro row_exceptions(source_name, code_lists=[]) %}
{#- A table: everything that is read of the register joins it. -#}
{{ config(materialized="table") }}
{%- for seed in code_lists -%}{%- do ref(seed) -%}{%- endfor -%}
{%- set relation = source("landing", source_name) -%}
{%- set contract = landing_contract(source_name) -%}
{%- set key = ["delivered_date"] + contract.identity_columns -%}
{%- set identity = contract.identity_columns if contract.is_replaced_by_newer else key -%}
{%- set pairs = [] -%}
{%- for column in contract.columns -%}
    {%- do pairs.append(
        ("citizen_key", "case when suspects.is_pnr_valid then "
            ~ citizen_key("delivered_rows." ~ column.name) ~ " end")
        if column.role == "pnr"
        else (column.name, json_of_struct("delivered_rows." ~ column.name))
        if column.role == "weeks"
        else (column.name, "delivered_rows." ~ column.name)
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
        {%- for rule in contract.rules if rule.reason == "invalid_pnr" %}
        not {{ row_breaks(rule, "delivered_rows") }} as is_pnr_valid,
        {%- endfor %}
        case
            {%- for rule in contract.rules %}
            when {{ row_breaks(rule, "delivered_rows") }} then '{{ rule.reason }}'
            {%- endfor %}
        end as reason_of_row
    from {{ relation }} as delivered_rows
    {%- for rule in contract.rules if rule.check == "listed" %}
    {%- set seed, code = rule.codes.split(".") %}
    left join {{ ref(seed) }} as code_list_of_{{ rule.columns[0] }}
        on
            delivered_rows.{{ rule.columns[0] }}
            = code_list_of_{{ rule.columns[0] }}.{{ code }}
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
        {%- if contract.conflict_reason %}
        coalesce(
            reason_of_row,
            case
                when
                    min(row_json) over (partition by {{ key | join(", ") }})
                    <> max(row_json) over (partition by {{ key | join(", ") }})
                    then '{{ contract.conflict_reason }}'
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
        {%- if contract.is_replaced_by_newer %}
        max(delivered_date) over (
            partition by {{ identity | join(", ") }}
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

{# Whether a row fails a check of the contract (`RowRule` of landing/row_rules.py). The
   check before a build has the same in its own SQL (quality/expectations.py), and a test
   compares the two. #}
{% macro row_breaks(rule, relation) -%}
    {%- set columns = qualified_list(relation, rule.columns) -%}
    {%- if rule.check == "digits" -%}
        not coalesce({{ is_digits(columns[0], rule.digits) }}, false)
    {%- elif rule.check == "missing" -%}
        coalesce({{ columns | join(", ") }}) is null
    {%- elif rule.check == "before" -%}
        {{ columns[0] }} < {{ columns[1] }}
    {%- elif rule.check == "bounds" -%}
        {{ columns[0] }} not between {{ rule.bounds[0] }} and {{ rule.bounds[1] }}
    {%- elif rule.check == "listed" -%}
        {{ columns[0] }} is not null
        and code_list_of_{{ rule.columns[0] }}.{{ rule.codes.split(".")[1] }} is null
    {%- else -%}
        {{ exceptions.raise_compiler_error("no such check of a row: " ~ rule.check) }}
    {%- endif -%}
{%- endmacro %}

{# Columns with their relation, as a list. #}
{% macro qualified_list(relation, columns) %}
    {%- set names = [] -%}
    {%- for column in columns -%}
        {%- do names.append(relation ~ "." ~ column) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
