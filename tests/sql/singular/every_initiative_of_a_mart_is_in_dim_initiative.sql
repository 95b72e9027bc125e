{%- set marts = [
    "dim_participation",
    "dim_month",
    "dim_publication",
    "dim_status",
    "fct_cohort",
    "fct_citizen_month",
    "fct_area_month",
    "fct_area_month_status",
    "fct_missing_publication",
    "fct_publication",
    "fct_receipt",
    "fct_revision",
    "fct_revision_cause",
    "fct_self_supporting_month",
] %}
with

initiatives_of_marts as (
    {%- for mart in marts %}
    select distinct
        '{{ mart }}' as mart,
        initiative
    from {{ ref(mart) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

unknown_initiatives as (
    select
        initiatives_of_marts.mart,
        initiatives_of_marts.initiative
    from initiatives_of_marts
    left join {{ ref('dim_initiative') }} as dim_initiative
        on initiatives_of_marts.initiative = dim_initiative.initiative
    where dim_initiative.initiative is null
)

select * from unknown_initiatives
