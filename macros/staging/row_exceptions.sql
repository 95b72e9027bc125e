{% macro row_exceptions(source_name, code_lists=[]) %}
{{ kept_per_delivery() }}
{%- for seed in code_lists -%}{%- do ref(seed) -%}{%- endfor -%}
{%- set contract = landing_contract(source_name) -%}
{%- set identity = ["delivered_date"] + contract.identity_columns -%}
{%- set relation = source(
    "landing", source_name ~ ("_suspects" if contract.has_suspects_view else "")
) -%}
{%- set is_wide = contract.columns | selectattr("role", "equalto", "weeks") | list -%}
with

repeated_identities as (
    {{ repeated_fingerprints(relation, identity, "identity_fingerprint") }}
),

checked_rows as (
    select
        {%- if is_wide %}
        new_rows.row_id,
        new_rows.file_row_number,
        {%- else %}
        new_rows.*,
        {%- endif %}
        {{ fingerprint(qualified_list("new_rows", identity)) }} as identity_fingerprint,
        {{ reason_of_row(contract, "new_rows") }} as reason_of_row
    from {{ relation }} as new_rows
    {{- joined_code_lists(contract, "new_rows") }}
    where new_rows.is_new
),

suspects as (
    select checked_rows.*
    from checked_rows
    left join repeated_identities
        on checked_rows.identity_fingerprint = repeated_identities.identity_fingerprint
    where
        checked_rows.reason_of_row is not null
        or repeated_identities.identity_fingerprint is not null
),

{% if is_wide -%}
-- The weeks are read of the suspects alone. The number within the file is in the join
-- for speed: only those parts of the files are read that hold a suspect.
suspect_rows as (
    select
        new_rows.*,
        suspects.reason_of_row,
        {{ row_as_json(contract, "new_rows", is_pnr_valid(contract, "new_rows")) }} as row_json
    from suspects
    inner join {{ relation }} as new_rows
        on
            suspects.file_row_number = new_rows.file_row_number
            and suspects.row_id = new_rows.row_id
    where new_rows.is_new
),
{%- else -%}
suspect_rows as (
    select
        *,
        {{ row_as_json(contract, "suspects", is_pnr_valid(contract, "suspects")) }} as row_json
    from suspects
),
{%- endif %}

{{ judged_suspects("suspect_rows", contract, identity) }},

copies as (
    select
        delivery_key,
        row_id,
        delivered_date,
        'duplicate' as exception,
        cast(null as {{ dbt.type_string() }}) as reject_reason,
        cast(null as {{ dbt.type_string() }}) as row_json
    from sound_rows
    where copy_number > 1
),

exceptions as (
    select * from rejected_rows
    union all
    select * from copies
)

select * from exceptions
{% endmacro %}

{% macro report_exceptions(source_name) %}
{#- A table: everything that is read of the register joins it. -#}
{{ config(materialized="table") }}
{%- set contract = landing_contract(source_name) -%}
with

kept_rows as (
    select * from {{ ref("stg_" ~ source_name ~ "__kept_rows") }}
),

suspect_rows as (
    select * from kept_rows
    where is_suspect
),

{{ judged_suspects("suspect_rows", contract, ["delivered_date", "report_key"]) }},

sound_rows_of_reports as (
    select
        *,
        max(delivered_date) over (partition by report_key) as newest_delivered_date
    from sound_rows
),

copies_and_replaced_rows as (
    select
        delivery_key,
        row_id,
        delivered_date,
        case when copy_number > 1 then 'duplicate' else 'replaced' end as exception,
        cast(null as {{ dbt.type_string() }}) as reject_reason,
        cast(null as {{ dbt.type_string() }}) as row_json
    from sound_rows_of_reports
    where copy_number > 1 or delivered_date < newest_delivered_date
),

exceptions as (
    select * from rejected_rows
    union all
    select * from copies_and_replaced_rows
)

select * from exceptions
{% endmacro %}

{% macro judged_suspects(suspects, contract, identity) -%}
suspects_with_reason as (
    select
        *,
        {%- if contract.conflict_reason %}
        coalesce(
            reason_of_row,
            case
                when
                    min(row_json) over (partition by {{ identity | join(", ") }})
                    <> max(row_json) over (partition by {{ identity | join(", ") }})
                    then '{{ contract.conflict_reason }}'
            end
        ) as reject_reason
        {%- else %}
        reason_of_row as reject_reason
        {%- endif %}
    from {{ suspects }}
),

-- Sound rows are numbered apart from the rejected ones. Both are taken from here, and not
-- from before the numbers: DuckDB would work out everybody's reason once more, to leave
-- out rows with neither a reason nor none.
judged_rows as (
    select
        *,
        row_number() over (
            partition by
                delivered_date,
                row_json,
                case when reject_reason is null then 1 else 0 end
            order by row_id
        ) as copy_number
    from suspects_with_reason
),

rejected_rows as (
    select
        delivery_key,
        row_id,
        delivered_date,
        'rejected' as exception,
        reject_reason,
        row_json
    from judged_rows
    where reject_reason is not null
),

sound_rows as (
    select * from judged_rows
    where reject_reason is null
)
{%- endmacro %}

{% macro reason_of_row(contract, relation) -%}
    case
        {%- for rule in contract.rules %}
        when {{ row_breaks(rule, relation) }} then '{{ rule.reason }}'
        {%- endfor %}
    end
{%- endmacro %}

{% macro is_pnr_valid(contract, relation) -%}
    {%- for rule in contract.rules if rule.reason == "invalid_pnr" -%}
    not {{ row_breaks(rule, relation) }}
    {%- endfor -%}
{%- endmacro %}

{% macro joined_code_lists(contract, relation) -%}
    {%- for rule in contract.rules if rule.check == "listed" %}
    {%- set seed, code = rule.codes.split(".") %}
    left join {{ ref(seed) }} as code_list_of_{{ rule.columns[0] }}
        on
            {{ relation }}.{{ rule.columns[0] }}
            = code_list_of_{{ rule.columns[0] }}.{{ code }}
    {%- endfor %}
{%- endmacro %}

{% macro row_as_json(contract, relation, is_pnr_valid) -%}
    {%- set pairs = [] -%}
    {%- for column in contract.columns -%}
        {%- do pairs.append(
            ("citizen_key", "case when " ~ is_pnr_valid ~ " then "
                ~ citizen_key(relation ~ "." ~ column.name) ~ " end")
            if column.role == "pnr"
            else (column.name, json_of_struct(relation ~ "." ~ column.name))
            if column.role == "weeks"
            else (column.name, relation ~ "." ~ column.name)
        ) -%}
    {%- endfor -%}
    {{ json_object(pairs) }}
{%- endmacro %}

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

{% macro qualified_list(relation, columns) %}
    {%- set names = [] -%}
    {%- for column in columns -%}
        {%- do names.append(relation ~ "." ~ column) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
