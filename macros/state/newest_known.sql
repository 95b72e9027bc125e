{# P4: of the events of a history the newest of each key: what is known of the key. The
   runs of a history are in the order of their numbers. #}
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
