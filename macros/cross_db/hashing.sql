{% macro citizen_key(pnr) %}
    {{ return(adapter.dispatch("citizen_key")(pnr)) }}
{% endmacro %}

{% macro duckdb__citizen_key(pnr) -%}
    sha256({{ citizen_key_secret() }} || {{ pnr }})
{%- endmacro %}

{% macro spark__citizen_key(pnr) -%}
    sha2(concat({{ citizen_key_secret() }}, {{ pnr }}), 256)
{%- endmacro %}

{% macro citizen_key_secret() %}
    {{ return(adapter.dispatch("citizen_key_secret")()) }}
{% endmacro %}

{% macro duckdb__citizen_key_secret() -%}
    coalesce(
        getvariable('citizen_key_secret'),
        cast(cast(
            'the variable citizen_key_secret is not set: read a table, or set it first '
            || '(in dbt CITIZEN_KEY_SECRET, which must be that of the last run)'
            as integer
        ) as varchar)
    )
{%- endmacro %}

{% macro spark__citizen_key_secret() -%}
    (select max(secret) from citizen_key_secret)
{%- endmacro %}

{% macro report_key(report_id) %}
    {{ return(citizen_key(report_id)) }}
{% endmacro %}

{% macro sha256_hex(text) %}
    {{ return(adapter.dispatch("sha256_hex")(text)) }}
{% endmacro %}

{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256_hex(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

{% macro fingerprint(columns) %}
    {{ return(adapter.dispatch("fingerprint")(columns)) }}
{% endmacro %}

{% macro duckdb__fingerprint(columns) -%}
    hash({{ columns | join(", ") }})
{%- endmacro %}

{% macro spark__fingerprint(columns) -%}
    xxhash64({{ columns | join(", ") }})
{%- endmacro %}

{% macro repeated_fingerprints(relation, columns, name) %}
    {{ return(adapter.dispatch("repeated_fingerprints")(relation, columns, name)) }}
{% endmacro %}

{% macro duckdb__repeated_fingerprints(relation, columns, name) -%}
    {{ repeated_numbers(
        "select " ~ fingerprint(columns) ~ " as number from " ~ relation ~ " where is_new",
        name
    ) }}
{%- endmacro %}

{#- Equal numbers lie side by side once they are sorted. Sorting takes half the CPU
    and a third of the memory of groups, and writes to disk what does not fit. -#}
{% macro repeated_numbers(numbers, name) -%}
    select {{ name }}
    from (
        select
            number as {{ name }},
            -- sql-lint: allow unordered-window: they come sorted, and that is asked below
            lag(number) over () as previous_number
        from (
            select number from ({{ numbers }}) as numbers
            order by number
        ) as sorted_numbers
    ) as neighbours
    where
        case
            when {{ name }} < previous_number
                then error('sorted numbers came out of order: use the DuckDB of requirements.lock')
            else {{ name }} = previous_number
        end
    group by {{ name }}
{%- endmacro %}

{#- A number hardly ever comes twice: groups of each part, before the parts are put
    together, would leave as many rows as there were. -#}
{% macro spark__repeated_fingerprints(relation, columns, name) -%}
    select {{ name }}
    from (
        select {{ fingerprint(columns) }} as {{ name }}
        from {{ relation }}
        where is_new
        distribute by {{ name }}
    ) as fingerprints
    group by {{ name }}
    having count(*) > 1
{%- endmacro %}

{% macro rows_of_doubtful_keys(relation, columns) %}
    {{ return(adapter.dispatch("rows_of_doubtful_keys")(relation, columns)) }}
{% endmacro %}

{#- To sort the numbers of all keys takes a third of what groups of the keys do. A key with
    a null has a number that is there once besides. -#}
{% macro duckdb__rows_of_doubtful_keys(relation, columns) -%}
    {%- set no_key = fingerprint(["'no key'"]) -%}
    {%- set key_number -%}
        case
            when {{ columns | join(" is null or ") }} is null then {{ no_key }}
            else {{ fingerprint(columns) }}
        end
    {%- endset -%}
    {%- set numbers -%}
        select {{ key_number }} as number from {{ relation }}
        union all
        select {{ no_key }} as number
    {%- endset -%}
    (
        select *
        from {{ relation }}
        where {{ key_number }} in ({{ repeated_numbers(numbers, "key_number") }})
    ) as rows_of_doubtful_keys
{%- endmacro %}

{% macro spark__rows_of_doubtful_keys(relation, columns) -%}
    {{ relation }}
{%- endmacro %}

{% macro content_of(row) %}
    {{ return(adapter.dispatch("content_of")(row)) }}
{% endmacro %}

{% macro duckdb__content_of(row) -%}
    count(*) || ' ' || coalesce(sum(hash({{ row }})), 0)
{%- endmacro %}

{% macro spark__content_of(row) -%}
    concat(count(*), ' ', coalesce(sum(cast(xxhash64({{ row }}.*) as decimal(38, 0))), 0))
{%- endmacro %}

{% macro candidate_number(pnr) %}
    {{ return(adapter.dispatch("candidate_number")(pnr)) }}
{% endmacro %}

{% macro duckdb__candidate_number(pnr) -%}
    hash({{ citizen_key_secret() }} || {{ pnr }})
{%- endmacro %}

{% macro spark__candidate_number(pnr) -%}
    xxhash64(concat({{ citizen_key_secret() }}, {{ pnr }}))
{%- endmacro %}
