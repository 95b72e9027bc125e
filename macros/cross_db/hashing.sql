{# The citizen key (D1): SHA-256 of the secret followed by the person number. The secret
   is a variable of the connection, never part of the SQL. #}
{% macro citizen_key(pnr) %}
    {{ return(adapter.dispatch("citizen_key")(pnr)) }}
{% endmacro %}

{% macro duckdb__citizen_key(pnr) -%}
    sha256({{ citizen_key_secret() }} || {{ pnr }})
{%- endmacro %}

{% macro spark__citizen_key(pnr) -%}
    sha2(concat('${citizen_key_secret}', {{ pnr }}), 256)
{%- endmacro %}

{# The secret, of a connection that has it: dbt's has. Elsewhere a view that makes keys
   fails and says why, where null would join with nobody. It fails by a cast, and not by
   the function `error`, since DuckDB pushes no filter past what may have an effect. #}
{% macro citizen_key_secret() -%}
    coalesce(
        getvariable('citizen_key_secret'),
        cast(cast(
            'the variable citizen_key_secret is not set: read a table, or set it first '
            || '(in dbt CITIZEN_KEY_SECRET, which must be that of the last run)'
            as integer
        ) as varchar)
    )
{%- endmacro %}

{# The key of a report: its id may hold anything, a person number too, so it is hashed the
   same way (D1). #}
{% macro report_key(report_id) %}
    {{ return(citizen_key(report_id)) }}
{% endmacro %}

{# SHA-256 of a text, as lower-case hex. #}
{% macro sha256_hex(text) %}
    {{ return(adapter.dispatch("sha256_hex")(text)) }}
{% endmacro %}

{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256_hex(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

{# A 64-bit number that rows share when they agree in all the columns, and hardly ever
   otherwise: it finds candidates cheaply, and never decides. #}
{% macro fingerprint(columns) %}
    {{ return(adapter.dispatch("fingerprint")(columns)) }}
{% endmacro %}

{% macro duckdb__fingerprint(columns) -%}
    hash({{ columns | join(", ") }})
{%- endmacro %}

{% macro spark__fingerprint(columns) -%}
    xxhash64({{ columns | join(", ") }})
{%- endmacro %}

{# A 64-bit number of a person, keyed by the secret. Two persons may share one, so it only
   narrows a register down to those who may be candidates before the key is computed. #}
{% macro candidate_number(pnr) %}
    {{ return(adapter.dispatch("candidate_number")(pnr)) }}
{% endmacro %}

{% macro duckdb__candidate_number(pnr) -%}
    hash({{ citizen_key_secret() }} || {{ pnr }})
{%- endmacro %}

{% macro spark__candidate_number(pnr) -%}
    xxhash64(concat('${citizen_key_secret}', {{ pnr }}))
{%- endmacro %}
