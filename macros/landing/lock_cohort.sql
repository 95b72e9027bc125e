{# End of a successful run that built the locked cohort: write the control file beside
   the deliveries where there is none yet, and say so (C8). #}
{% macro lock_cohort(results) %}
    {%- if execute -%}
        {%- set statuses = results | map(attribute="status") | map("string") | list -%}
        {%- set built = results | map(attribute="node.name") | list -%}
        {%- if "int_cohort_locked" in built
            and not ("error" in statuses or "fail" in statuses or "skipped" in statuses) -%}
            {%- set digests = run_query(
                "select municipality_code, n_members, digest, landing_path from "
                ~ adapter.get_relation(
                    target.database, "intermediate", "int_cohort_digests"
                )
                ~ " order by municipality_code"
            ) -%}
            {%- if digests | length > 0 -%}
                {%- set municipalities = [] -%}
                {%- for row in digests -%}
                    {%- do municipalities.append([row[0], row[1] | int, row[2]]) -%}
                {%- endfor -%}
                {%- set message = cohort_locked({
                    "landing": digests[0][3],
                    "locked_as_of": var("cohort_lock_date"),
                    "municipalities": municipalities,
                }) -%}
                {%- if message -%}{%- do log(message, info=true) -%}{%- endif -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
