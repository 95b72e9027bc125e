{% macro newest_known(history, keys) %}
select * from (
    select
        *,
        row_number() over (
            partition by {{ keys | join(", ") }}
            order by run_number desc
        ) as place_from_newest
    from {{ history }}
) as events_from_newest
where place_from_newest = 1
{% endmacro %}
