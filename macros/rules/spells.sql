{% macro far_end() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

{% macro touches(spell, month) -%}
    {{ spell }}.start_date <= {{ month }}.last_date
    and coalesce({{ spell }}.end_date, {{ far_end() }}) >= {{ month }}.first_date
{%- endmacro %}

{% macro holds_on(spell, day) -%}
    {{ spell }}.start_date <= {{ day }}
    and coalesce({{ spell }}.end_date, {{ far_end() }}) >= {{ day }}
{%- endmacro %}

{% macro takes_part_in_one_value(source_name, exceptions="exceptions") -%}
    (
        {{ exceptions }}.row_id is null
        or {{ exceptions }}.reject_reason = '{{ reason_of_no_value(source_name) }}'
    )
{%- endmacro %}

{% macro value_that_holds(column, exceptions="exceptions") -%}
    case when {{ exceptions }}.row_id is null then {{ column }} end
{%- endmacro %}

{% macro reason_of_no_value(source_name) %}
    {{ return({
        "bopael": "unknown_municipality",
        "visitation": "unknown_code",
    }[source_name]) }}
{% endmacro %}

{% macro place_among_same_start(person, code) -%}
    row_number() over (
        partition by delivered_date, {{ person }}, start_date
        order by
            case when {{ code }} is null then 1 else 0 end,
            case when end_date is null then 0 else 1 end,
            end_date desc,
            {{ code }} desc
    )
{%- endmacro %}

{% macro is_dropped_for_same_start(person, code) -%}
    (
        {{ place_among_same_start(person, code) }} > 1
        and max({{ code }}) over (
            partition by delivered_date, {{ person }}, start_date
        ) is not null
    )
{%- endmacro %}

{% macro one_value_at_a_time(relation, person, code, kept=[]) %}
{%- set of_person = "partition by delivered_date, " ~ person %}
with

spells as (
    select
        *,
        {{ place_among_same_start(person, code) }} as place_among_same_start
    from {{ relation }}
),

spells_in_order as (
    select
        *,
        lead(start_date) over ({{ of_person }} order by start_date) as next_start_date,
        case
            when
                {{ code }} = lag({{ code }}) over ({{ of_person }} order by start_date)
                then 0
            else 1
        end as n_changes
    from spells
    where place_among_same_start = 1
),

-- A stretch: spells of one value, one after the other, with no other value between them.
spells_of_stretches as (
    select
        *,
        sum(n_changes) over (
            {{ of_person }}
            order by start_date rows between unbounded preceding and current row
        ) as stretch_number
    from spells_in_order
    where {{ code }} is not null
),

-- The end of a spell is the latest one so far in its stretch. Where the spells before it
-- are over when it starts, that is its own: no spell ends before it starts.
lasting_spells as (
    select
        {{ ([person] + kept) | join(",\n        ") }},
        start_date,
        {{ code }},
        next_start_date,
        case
            when
                max(case when end_date is null then 1 else 0 end) over (
                    {{ of_person }}, stretch_number
                    order by start_date rows between unbounded preceding and current row
                ) = 0
                then max(end_date) over (
                    {{ of_person }}, stretch_number
                    order by start_date rows between unbounded preceding and current row
                )
        end as lasting_end_date
    from spells_of_stretches
),

cut_spells as (
    select
        {{ ([person] + kept) | join(",\n        ") }},
        start_date,
        case
            when lasting_end_date is null or lasting_end_date >= next_start_date
                then {{ add_days("next_start_date", -1) }}
            else lasting_end_date
        end as end_date,
        {{ code }},
        coalesce(
            next_start_date is not null
            and (lasting_end_date is null or lasting_end_date >= next_start_date),
            false
        ) as is_cut
    from lasting_spells
)

select * from cut_spells
{% endmacro %}

{% macro overlapping_spells(relation, person, code) %}
with

spells_after_others as (
    select
        {{ person }},
        start_date,
        max(coalesce(end_date, {{ far_end() }})) over (
            partition by {{ person }}
            order by start_date rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from {{ relation }}
),

persons_with_overlaps as (
    select {{ person }}
    from spells_after_others
    where latest_end_before >= start_date
    group by {{ person }}
),

spells_of_these as (
    select spells_of_everybody.*
    from {{ relation }} as spells_of_everybody
    inner join persons_with_overlaps
        on spells_of_everybody.{{ person }} = persons_with_overlaps.{{ person }}
),

spells_left as (
    {{ one_value_at_a_time("spells_of_these", person, code) }}
),

spells_and_those_left as (
    select
        {{ person }},
        1 as n_spells
    from spells_of_these
    where {{ code }} is not null
    union all
    select
        {{ person }},
        -1 as n_spells
    from spells_left
    where not is_cut
)

select
    {{ person }},
    sum(n_spells) as n_overlapping
from spells_and_those_left
group by {{ person }}
having sum(n_spells) > 0
{% endmacro %}

{% macro read_for(group_row, register_row) -%}
    case
        when {{ group_row }}.is_locked
            then {{ drawn_from(group_row ~ ".initiative", register_row) }}
        else {{ register_row }}.is_as_of_delivery
    end
{%- endmacro %}

{% macro rows_by_kind_of_group(relation) -%}
    select
        {{ relation }}.*,
        kinds_of_group.is_locked
    from {{ relation }}
    inner join (
        select true as is_locked
        union all
        select false as is_locked
    ) as kinds_of_group
        on
            case
                when kinds_of_group.is_locked then {{ relation }}.cohort_of <> ''
                else {{ relation }}.is_as_of_delivery
            end
{%- endmacro %}

{% macro read_in_week_for(group_row, week_row) -%}
    case
        when {{ group_row }}.is_locked
            then {{ drawn_from(group_row ~ ".initiative", week_row) }}
        else {{ week_row }}.cohort_of = ''
    end
{%- endmacro %}

{% macro drawn_from(initiative, register_row) -%}
    {{ dbt.position("',' || " ~ initiative ~ " || ','", register_row ~ ".cohort_of") }} > 0
{%- endmacro %}

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
