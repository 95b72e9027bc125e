{%- set marts = [
    ref("dim_initiative"),
    ref("dim_month"),
    ref("dim_municipality"),
    ref("dim_participation"),
    ref("dim_publication"),
    ref("dim_status"),
    ref("dq_finding"),
    ref("dq_finding_change"),
    ref("dq_marker_difference"),
    ref("dq_rejected_row"),
    ref("dq_row_account"),
    ref("fct_area_month"),
    ref("fct_area_month_status"),
    ref("fct_citizen_month"),
    ref("fct_cohort"),
    ref("fct_initiative_overlap"),
    ref("fct_missing_publication"),
    ref("fct_publication"),
    ref("fct_receipt"),
    ref("fct_revision"),
    ref("fct_revision_cause"),
    ref("fct_self_supporting_month"),
    ref("fct_straksafklaring_month"),
    ref("rpt_afklaringspuljen_exits_by_municipality"),
    ref("rpt_afklaringspuljen_other_benefit_trend"),
    ref("rpt_afklaringspuljen_overview"),
    ref("rpt_afklaringspuljen_requirement_by_municipality"),
    ref("rpt_afklaringspuljen_requirement_trend"),
    ref("rpt_afklaringspuljen_target_group"),
    ref("rpt_fsm2_requirement"),
    ref("rpt_fsm2_target_group"),
] %}
{#- The intermediate models are upstream of these, so all of them stand by now. What only
    compiles must not ask: the landing may have been moved since. The views of records have
    the longest rows: the history has each record that counts, in a table. -#}
{%- set history = ref("int_record_history") %}
{%- set checks = [] %}
{%- if execute and flags.WHICH not in ["compile", "generate"] %}
{%- for node in graph.nodes.values()
    if node.schema in ["intermediate", "marts"] and node.name != "int_citizen_spells" %}
{%- set read = history if node.name == "int_citizen_records" else node %}
{%- set relation = adapter.get_relation(
    read.database, read.schema, read.identifier or read.alias
) %}
{%- set conditions = [] %}
{%- if relation %}
{%- for column in adapter.get_columns_in_relation(relation) if column.is_string() %}
{%- if column.name == "citizen_key" %}
{%- do conditions.append("not " ~ is_lower_hex("citizen_key", 64)) %}
{%- elif column.name == "row_json" %}
{%- do conditions.append("row_json like '%\"pnr\"%'") %}
{%- else %}
{%- do conditions.append(is_digits(column.quoted, 10)) %}
{%- endif %}
{%- endfor %}
{%- endif %}
{%- if conditions %}
{%- do checks.append((relation, conditions)) %}
{%- endif %}
{%- endfor %}
{%- endif %}
with

rows_that_name_persons as (
    {%- for relation, conditions in checks %}
    select
        '{{ relation.identifier }}' as relation_name,
        count(*) as n_rows
    from {{ relation }}
    where {{ conditions | join("\n        or ") }}
    having count(*) > 0
    union all
    {%- endfor %}
    select
        'none' as relation_name,
        0 as n_rows
    where 1 = 0
)

select * from rows_that_name_persons
