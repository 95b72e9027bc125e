{# T1: a missing end means still open. #}
{% macro far_end() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

{# T2: a spell touches a month when one of its days lies in it. #}
{% macro touches(spell, month) -%}
    {{ spell }}.start_date <= {{ month }}.last_date
    and coalesce({{ spell }}.end_date, {{ far_end() }}) >= {{ month }}.first_date
{%- endmacro %}

{# T1: a spell holds on a day from its start to its end, both included. #}
{% macro holds_on(spell, day) -%}
    {{ spell }}.start_date <= {{ day }}
    and coalesce({{ spell }}.end_date, {{ far_end() }}) >= {{ day }}
{%- endmacro %}

{# T4: one value at a time. The rows of a relation of spells with the end that holds: at
   the latest the day before the person's next spell starts. Of spells that start on the
   same day the one with the latest end stays, then the one with the higher code.
   `person` and `code` are the columns of the person and of the value; `kept` are further
   columns that all spells of a person's delivery share. #}
{% macro one_value_at_a_time(relation, person, code, kept=[]) %}
with

spells as (
    select
        *,
        row_number() over (
            partition by delivered_date, {{ person }}, start_date
            order by
                case when end_date is null then 1 else 0 end desc,
                end_date desc,
                {{ code }} desc
        ) as place_among_same_start
    from {{ relation }}
),

spells_with_next_start as (
    select
        *,
        lead(start_date) over (
            partition by delivered_date, {{ person }} order by start_date
        ) as next_start_date
    from spells
    where place_among_same_start = 1
),

cut_spells as (
    select
        {{ ([person] + kept) | join(",\n        ") }},
        start_date,
        case
            when end_date is null or end_date >= next_start_date
                then {{ add_days("next_start_date", -1) }}
            else end_date
        end as end_date,
        {{ code }},
        coalesce(
            next_start_date is not null
            and (end_date is null or end_date >= next_start_date),
            false
        ) as is_cut
    from spells_with_next_start
)

select * from cut_spells
{% endmacro %}

{# The finding of T4: how many spells of each person in a relation were cut or dropped;
   of the others there is no row. #}
{% macro overlapping_spells(relation, person, code) %}
select
    {{ person }},
    sum(n_spells) as n_overlapping
from (
    select
        {{ person }},
        1 as n_spells
    from {{ relation }}
    union all
    select
        {{ person }},
        -1 as n_spells
    from (
        {{ one_value_at_a_time(relation, person, code) }}
    ) as spells_left
    where not is_cut
) as spells_and_those_left
group by {{ person }}
having sum(n_spells) > 0
{% endmacro %}

{# C1: a locked cohort is drawn from the cohort deliveries, everything else from those of
   the as-of date. True where a row of a staged register is to be read for a group. #}
{% macro read_for(group_row, register_row) -%}
    case
        when {{ group_row }}.is_locked
            then {{ drawn_from(group_row ~ ".initiative", register_row) }}
        else {{ register_row }}.is_as_of_delivery
    end
{%- endmacro %}

{# The same for a week of DREAM, which is read for cohorts or for the months (F1). #}
{% macro read_in_week_for(group_row, week_row) -%}
    case
        when {{ group_row }}.is_locked
            then {{ drawn_from(group_row ~ ".initiative", week_row) }}
        else {{ week_row }}.cohort_of = ''
    end
{%- endmacro %}

{# C1: whether the locked cohort of an initiative is drawn from the delivery of a row. #}
{% macro drawn_from(initiative, register_row) -%}
    {{ dbt.position("',' || " ~ initiative ~ " || ','", register_row ~ ".cohort_of") }} > 0
{%- endmacro %}

{# Whole years from a birth to a day. #}
{% macro age_in_years(birth_date, day) -%}
    cast(
        floor((
            extract(year from {{ day }}) * 10000
            + extract(month from {{ day }}) * 100
            + extract(day from {{ day }})
            - extract(year from {{ birth_date }}) * 10000
            - extract(month from {{ birth_date }}) * 100
            - extract(day from {{ birth_date }})
        ) / 10000.0) as integer
    )
{%- endmacro %}
