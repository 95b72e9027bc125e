{% macro kept_reports(source_name, code_lists=[], of_everybody=false) %}
{{ kept_per_delivery() }}
{%- if not of_everybody -%}{{ narrowed(source_name) }}{%- endif %}
{%- for seed in code_lists -%}{%- do ref(seed) -%}{%- endfor -%}
{%- set contract = landing_contract(source_name) -%}
{%- set identity = contract.identity_columns -%}
{%- set kept = [] -%}
{%- for column in contract.columns if column.role not in ["pnr", "report"] -%}
    {%- do kept.append(column.name) -%}
{%- endfor -%}
{%- set columns = [
    "delivery_key", "keeping_number", "row_id", "delivered_date", "citizen_key",
    "candidate_number", "report_key",
] + kept + [
    "is_of_kept_citizen", "is_suspect", "is_unusual", "reason_of_row", "row_json",
] -%}
{%- set columns_read = ["delivery_key", "row_id", "delivered_date"] -%}
{%- for column in contract.columns -%}
    {%- do columns_read.append(column.name) -%}
{%- endfor -%}
{%- set relation = source("landing", source_name ~ ("" if of_everybody else "_narrowed")) -%}
with

this_run as (
    select * from {{ source("landing", "run") }}
),

repeated_reports as (
    {{ repeated_fingerprints(relation, identity, "report_fingerprint") }}
),
{%- if not of_everybody %}

kept_citizens as (
    select * from {{ source("landing", "kept_citizens") }}
),

monitored_citizens as (
    select candidate_number
    from {{ ref("int_monitored_citizens") }}
    group by candidate_number
),

new_citizens as (
    select monitored_citizens.candidate_number
    from monitored_citizens
    left join kept_citizens
        on monitored_citizens.candidate_number = kept_citizens.candidate_number
    where kept_citizens.candidate_number is null
),

all_kept_citizens as (
    select candidate_number from kept_citizens
    union all
    select candidate_number from new_citizens
),
{%- endif %}

reports_of_new_deliveries as (
    select {{ fingerprint(identity) }} as report_fingerprint
    from {{ relation }}
    where is_new
    group by {{ fingerprint(identity) }}
),

-- The old deliveries are large, and read once: for the reports that a new one has too,
-- and for the people who are monitored since.
old_rows_of_interest as (
    select {{ columns_read | join(", ") }}
    from {{ relation }}
    where
        not is_new
        and (
            {{ fingerprint(identity) }} in (
                select {{ fingerprint(identity) }} from {{ relation }}
                where is_new
            )
            {%- if not of_everybody %}
            or {{ candidate_number("pnr") }}
            in (select candidate_number from new_citizens)
            {%- endif %}
        )
),

rows_read_before as (
    select
        {{ qualified("old_rows", columns_read) }},
        true as is_pnr_valid,
        cast(null as {{ dbt.type_string() }}) as reason_of_row,
        reports_of_new_deliveries.report_fingerprint is not null as is_repeated,
        {%- if of_everybody %}
        false as is_of_kept_citizen,
        {%- else %}
        new_citizens.candidate_number is not null as is_of_kept_citizen,
        {%- endif %}
        false as is_unusual
    from old_rows_of_interest as old_rows
    left join reports_of_new_deliveries
        on
            {{ fingerprint(qualified_list("old_rows", identity)) }}
            = reports_of_new_deliveries.report_fingerprint
    {%- if not of_everybody %}
    left join new_citizens
        on {{ candidate_number("old_rows.pnr") }} = new_citizens.candidate_number
    {%- endif %}
),

suspect_reports as (
    select report_fingerprint from repeated_reports
    union
    select {{ fingerprint(identity) }} as report_fingerprint
    from rows_read_before
    where is_repeated
),
{%- if not of_everybody %}

-- What a row shows by itself is asked directly above the files, where the engine looks at
-- a code once for all rows that have it.
new_rows_seen as (
    select
        {{ qualified("new_rows", columns_read) }},
        coalesce(
            {{ fails_a_check(contract, "new_rows") }}
            or {{ is_of_unusual_form(contract, "new_rows") }},
            true
        ) as is_noticed
    from {{ relation }} as new_rows
    where new_rows.is_new
),
{%- endif %}

-- Hardly any row is of interest. They are found by `in`, and not by joins that a column
-- is taken from: so the engine marks rows, and copies none. Why one is of interest is
-- asked of those alone, below.
new_rows_of_interest as (
    {%- if of_everybody %}
    select {{ columns_read | join(", ") }}
    from {{ relation }}
    where is_new
    {%- else %}
    select {{ columns_read | join(", ") }}
    from new_rows_seen
    where
        is_noticed
        {%- for rule in contract.rules if rule.check == "listed" %}
        {%- set seed, code = rule.codes.split(".") %}
        or (
            {{ rule.columns[0] }} is not null
            and {{ rule.columns[0] }} not in (
                select {{ code }} from {{ ref(seed) }}
                where {{ code }} is not null
            )
        )
        {%- endfor %}
        or {{ fingerprint(identity) }}
        in (select report_fingerprint from suspect_reports)
        or {{ candidate_number("pnr") }}
        in (select candidate_number from all_kept_citizens)
    {%- endif %}
),

checked_rows as (
    select
        {{ qualified("new_rows", columns_read) }},
        {{ is_pnr_valid(contract, "new_rows") }} as is_pnr_valid,
        {{ reason_of_row(contract, "new_rows") }} as reason_of_row,
        suspect_reports.report_fingerprint is not null as is_repeated,
        {%- if of_everybody %}
        true as is_of_kept_citizen,
        {%- else %}
        all_kept_citizens.candidate_number is not null as is_of_kept_citizen,
        {%- endif %}
        {{ is_of_unusual_form(contract, "new_rows") }} as is_unusual
    from new_rows_of_interest as new_rows
    {{- joined_code_lists(contract, "new_rows") }}
    left join suspect_reports
        on
            {{ fingerprint(qualified_list("new_rows", identity)) }}
            = suspect_reports.report_fingerprint
    {%- if not of_everybody %}
    left join all_kept_citizens
        on {{ candidate_number("new_rows.pnr") }} = all_kept_citizens.candidate_number
    {%- endif %}
),

rows_of_new_deliveries as (
    select
        *,
        coalesce(is_repeated or reason_of_row is not null, false) as is_suspect
    from checked_rows
    where is_of_kept_citizen or is_repeated or is_unusual or reason_of_row is not null
),

-- Those that are suspects already have their reason.
rows_of_old_deliveries as (
    select
        rows_read_before.*,
        {%- if is_incremental() %}
        rows_read_before.is_repeated and kept_rows.row_id is null as is_suspect
        {%- else %}
        rows_read_before.is_repeated as is_suspect
        {%- endif %}
    from rows_read_before
    {%- if is_incremental() %}
    left join {{ this }} as kept_rows
        on
            rows_read_before.row_id = kept_rows.row_id
            and kept_rows.is_suspect
    where rows_read_before.is_of_kept_citizen or kept_rows.row_id is null
    {%- endif %}
),

rows_to_keep as (
    select * from rows_of_new_deliveries
    union all
    select * from rows_of_old_deliveries
),

kept_rows as (
    select
        rows_to_keep.*,
        this_run.keeping_number,
        case
            when rows_to_keep.is_pnr_valid
                then {{ citizen_key("rows_to_keep.pnr") }}
        end as citizen_key,
        {{ candidate_number("rows_to_keep.pnr") }} as candidate_number,
        {{ report_key("rows_to_keep." ~ identity[0] if identity else "''") }} as report_key,
        case
            when rows_to_keep.is_suspect
                then {{ row_as_json(contract, "rows_to_keep", "rows_to_keep.is_pnr_valid") }}
        end as row_json
    from rows_to_keep
    cross join this_run
)

select
    {{ columns | join(",\n    ") }}
from kept_rows
{% endmacro %}

{% macro fails_a_check(contract, relation) -%}
    {%- for rule in contract.rules if rule.check != "listed" %}
    {{- "or " if not loop.first -}}
    {{ row_breaks(rule, relation) }}
    {% else -%}
    1 = 0
    {%- endfor -%}
{%- endmacro %}
