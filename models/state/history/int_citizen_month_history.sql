-- The outcome of each citizen-month as it was known when (P4).
{%- set keys = ["initiative", "citizen_key", "data_month"] %}
{%- set outcome = [
    "municipality_code", "is_participating", "visitation_category", "signals", "signal",
    "status", "is_fulfilled",
] %}
with

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

int_signals as (
    select * from {{ ref('int_signals') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

signals_of_months as (
    select
        citizen_key,
        data_month,
        ',' || {{ ordered_concat('signal', ',') }} || ',' as signals
    from int_signals
    group by citizen_key, data_month
),

known_now as (
    select
        int_citizen_months.initiative,
        int_citizen_months.citizen_key,
        int_citizen_months.data_month,
        int_citizen_months.municipality_code,
        int_citizen_months.is_participating,
        int_citizen_months.visitation_category,
        signals_of_months.signals,
        int_citizen_months.signal,
        int_citizen_months.status,
        int_citizen_months.is_fulfilled
    from int_citizen_months
    inner join signals_of_months
        on
            int_citizen_months.citizen_key = signals_of_months.citizen_key
            and int_citizen_months.data_month = signals_of_months.data_month
),
{%- if is_incremental() %}

history as (
    select * from {{ this }}
),
{%- else %}

history as (
    select
        known_now.*,
        true as is_known,
        int_as_of.run_number
    from known_now
    cross join int_as_of
    where false
),
{%- endif %}

newest_events as (
    {{ newest_known("history", keys) }}
),

known_before as (
    select * from newest_events
    where is_known
),

changes as (
    select
        {% for column in keys -%}
        coalesce(known_now.{{ column }}, known_before.{{ column }}) as {{ column }},
        {% endfor -%}
        {{ qualified("known_now", outcome) }},
        known_now.citizen_key is not null as is_known
    from known_now
    full outer join known_before
        on
            known_now.initiative = known_before.initiative
            and known_now.citizen_key = known_before.citizen_key
            and known_now.data_month = known_before.data_month
    where
        known_now.citizen_key is null
        or known_before.citizen_key is null
        {%- for column in outcome %}
        or known_now.{{ column }} <> known_before.{{ column }}
        {%- endfor %}
),

events as (
    select
        {{ qualified("changes", keys + outcome) }},
        changes.is_known,
        int_as_of.run_number
    from changes
    cross join int_as_of
)

select * from events
