{% materialization incremental, adapter="duckdb" %}
    {%- set there = load_cached_relation(this) -%}
    {%- set is_kept = there is not none and there.is_table and not should_full_refresh() -%}
    {%- set made = relation_to_replace("table") -%}
    {{ run_hooks(pre_hooks) }}
    {%- if is_kept and described(made) == described(sql) -%}
        {%- call statement("main") -%}
            insert into {{ made }} (
                {{ sql }}
            )
        {%- endcall -%}
    {%- elif is_kept -%}
        {%- set rows = make_temp_relation(this) -%}
        {%- do run_query("create temporary view " ~ rows ~ " as " ~ sql) -%}
        {%- set columns = process_schema_changes(config.get("on_schema_change"), rows, made) -%}
        {%- call statement("main") -%}
            {{ get_insert_into_sql(made, rows, columns) }}
        {%- endcall -%}
        {%- do run_query("drop view " ~ rows) -%}
    {%- else -%}
        {%- call statement("main") -%}
            {{ table_in_one_step(made, sql) }}
        {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({"relations": [made]}) }}
{% endmaterialization %}

{% materialization incremental, adapter="spark" %}
    {{ run_hooks(pre_hooks) }}
    {%- do append_rows(this.schema, this.identifier, select_under_contract(sql)) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [this.incorporate(type="view")]}) }}
{% endmaterialization %}

{% macro append_rows(schema, table, select) %}
    {{ return(adapter.dispatch("append_rows")(schema, table, select)) }}
{% endmacro %}

{% macro duckdb__append_rows(schema, table, select) %}
    {%- do run_query("insert into " ~ schema ~ "." ~ table ~ " " ~ select) -%}
{% endmacro %}

{% macro spark__append_rows(schema, table, select) %}
    {%- set view = schema ~ "." ~ table -%}
    {%- set parts = parts_of_view(view) if has_relation(schema, table) else [] -%}
    {%- set name = table ~ "__part_" ~ next_part(schema, table) -%}
    {%- set part = schema ~ "." ~ name -%}
    {%- call statement("main") -%}
        create table {{ part }} {{ stored_as(schema, name) }} as {{ select }}
    {%- endcall -%}
    {%- set columns = described(part) -%}
    {%- if parts and described(view) != columns -%}
        {%- do run_query("drop table " ~ part) -%}
        {%- do exceptions.raise_compiler_error(
            view ~ ": expected rows with the columns that are kept, "
            ~ described(view) | join(", ") ~ "; found " ~ columns | join(", ")
            ~ ". What to do: take the change of the columns back; nothing was kept."
        ) -%}
    {%- endif -%}
    {%- do parts.append(part) -%}
    {%- set names = [] -%}
    {%- for column in columns -%}
        {%- do names.append(adapter.quote(column.split(" ")[0])) -%}
    {%- endfor -%}
    {%- set selects = [] -%}
    {%- for part in parts -%}
        {%- do selects.append("select " ~ names | join(", ") ~ " from " ~ part) -%}
    {%- endfor -%}
    {%- do run_query(
        "create or replace view " ~ view ~ " tblproperties ('parts' = '"
        ~ parts | join(",") ~ "') as " ~ selects | join(" union all ")
    ) -%}
{% endmacro %}

{% macro parts_of_view(view) %}
    {%- set found = run_query("show tblproperties " ~ view ~ " ('parts')") -%}
    {{ return(found.rows[0][1].split(",")) }}
{% endmacro %}

{% macro next_part(schema, table) %}
    {%- set last = [0] -%}
    {%- set named = run_query(
        "show tables in " ~ schema ~ " like '" ~ table ~ "__part_*'"
    ) -%}
    {%- for row in named.rows -%}
        {%- do last.append(row[1].split("__part_")[1] | int) -%}
    {%- endfor -%}
    {{ return(last | max + 1) }}
{% endmacro %}

{% macro described(relation) %}
    {%- set columns = [] -%}
    {%- for row in run_query("describe " ~ relation).rows -%}
        {%- do columns.append(row[0] ~ " " ~ row[1]) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
