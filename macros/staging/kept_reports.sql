{% macro kept_reports(source_name, code_lists=[], of_everybody=false) %}
{{ kept_per_delivery() }}
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
    "is_of_candidate", "is_suspect", "is_unusual", "reason_of_row", "row_json",
] -%}
{%- set relation = source("landing", source_name) -%}
with

this_run as (
    select * from {{ source("landing", "run") }}
),

repeated_reports as (
    {{ repeated_fingerprints(relation, identity, "report_fingerprint") }}
),
{%- if not of_everybody %}

candidates_kept as (
    select * from {{ source("landing", "kept_candidates") }}
),

candidates_now as (
    select candidate_number
    from {{ ref("int_monitored_citizens") }}
    group by candidate_number
),

new_candidates as (
    select candidates_now.candidate_number
    from candidates_now
    left join candidates_kept
        on candidates_now.candidate_number = candidates_kept.candidate_number
    where candidates_kept.candidate_number is null
),

all_candidates as (
    select candidate_number from candidates_kept
    union all
    select candidate_number from new_candidates
),
{%- endif %}

reports_of_new_deliveries as (
    select {{ fingerprint(identity) }} as report_fingerprint
    from {{ relation }}
    where is_new
    group by {{ fingerprint(identity) }}
),

-- The old deliveries are large, and read once: for the reports that a new one has too,
-- and for the people who have become candidates.
rows_read_before as (
    select
        old_rows.*,
        true as is_pnr_valid,
        cast(null as {{ dbt.type_string() }}) as reason_of_row,
        reports_of_new_deliveries.report_fingerprint is not null as is_repeated,
        {%- if of_everybody %}
        false as is_of_candidate,
        {%- else %}
        new_candidates.candidate_number is not null as is_of_candidate,
        {%- endif %}
        false as is_unusual
    from {{ relation }} as old_rows
    left join reports_of_new_deliveries
        on
            {{ fingerprint(qualified_list("old_rows", identity)) }}
            = reports_of_new_deliveries.report_fingerprint
    {%- if not of_everybody %}
    left join new_candidates
        on {{ candidate_number("old_rows.pnr") }} = new_candidates.candidate_number
    {%- endif %}
    where
        not old_rows.is_new
        and (
            reports_of_new_deliveries.report_fingerprint is not null
            {%- if not of_everybody %}
            or new_candidates.candidate_number is not null
            {%- endif %}
        )
),

suspect_reports as (
    select report_fingerprint from repeated_reports
    union
    select {{ fingerprint(identity) }} as report_fingerprint
    from rows_read_before
    where is_repeated
),

checked_rows as (
    select
        new_rows.*,
        {{ is_pnr_valid(contract, "new_rows") }} as is_pnr_valid,
        {{ reason_of_row(contract, "new_rows") }} as reason_of_row,
        suspect_reports.report_fingerprint is not null as is_repeated,
        {%- if of_everybody %}
        true as is_of_candidate,
        {%- else %}
        all_candidates.candidate_number is not null as is_of_candidate,
        {%- endif %}
        {{ is_of_unusual_form(contract, "new_rows") }} as is_unusual
    from {{ relation }} as new_rows
    {{- joined_code_lists(contract, "new_rows") }}
    left join suspect_reports
        on
            {{ fingerprint(qualified_list("new_rows", identity)) }}
            = suspect_reports.report_fingerprint
    {%- if not of_everybody %}
    left join all_candidates
        on {{ candidate_number("new_rows.pnr") }} = all_candidates.candidate_number
    {%- endif %}
    where new_rows.is_new
),

rows_of_new_deliveries as (
    select
        *,
        coalesce(is_repeated or reason_of_row is not null, false) as is_suspect
    from checked_rows
    where is_of_candidate or is_repeated or is_unusual or reason_of_row is not null
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
    where rows_read_before.is_of_candidate or kept_rows.row_id is null
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
