{% macro pct(numerator, denominator) -%}
    cast(
        case
            when {{ denominator }} > 0
                then {{ integer_divide(
                    "(20000 * " ~ numerator ~ " + " ~ denominator ~ ")",
                    "(2 * " ~ denominator ~ ")"
                ) }} / 100.0
        end as decimal(5, 2)
    )
{%- endmacro %}

{% macro reaches(n_fulfilled, n_measured, required_pct) -%}
    {{ n_measured }} > 0
    and 100 * {{ n_fulfilled }} >= {{ required_pct }} * {{ n_measured }}
{%- endmacro %}

{% macro mean_pct(numerator, denominator) -%}
    cast(
        cast(
            avg(cast(100.0 * {{ numerator }} / {{ denominator }} as decimal(18, 14)))
            as decimal(18, 12)
        ) as decimal(5, 2)
    )
{%- endmacro %}

{% macro share_of(dimension, member) -%}
    max(
        case
            when dimension = '{{ dimension }}' and member = '{{ member }}'
                then pct_of_measured
        end
    )
{%- endmacro %}
