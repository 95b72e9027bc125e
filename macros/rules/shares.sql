{# A share in pct., two decimals, rounded half up from the exact quotient; null where
   nobody is in the denominator (marts.md). Whole numbers only, so that no binary
   fraction decides a rounding. #}
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

{# R3, R4: whether a share of the measured is reached, compared in whole numbers. #}
{% macro reaches(n_fulfilled, n_measured, required_pct) -%}
    {{ n_measured }} > 0
    and 100 * {{ n_fulfilled }} >= {{ required_pct }} * {{ n_measured }}
{%- endmacro %}

{# M2: the unweighted mean of the shares of a group's rows, each unrounded, in pct. With
   twelve decimals the shares have one sum in whatever order they are added; the nine in
   between keep a binary fraction from deciding the rounding. #}
{% macro mean_pct(numerator, denominator) -%}
    cast(
        cast(
            avg(cast(100.0 * {{ numerator }} / {{ denominator }} as decimal(18, 12)))
            as decimal(18, 9)
        ) as decimal(5, 2)
    )
{%- endmacro %}

{# The share of the measured that a status or a category has, from a group of rows of
   int_published_shares. #}
{% macro share_of(dimension, member) -%}
    max(
        case
            when dimension = '{{ dimension }}' and member = '{{ member }}'
                then pct_of_measured
        end
    )
{%- endmacro %}
