-- The outcome of each citizen-month as it was known when (P4).
{#- A month is told by initiative, date and the number of its citizen, and an outcome by a
    number: two citizens of one month would have to share one. Of a million the chance is
    one in thirty million. -#}
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

months_now as (
    select
        *,
        {{ fingerprint(["citizen_key"]) }} as citizen_number,
        {{ fingerprint(outcome) }} as outcome_number
    from known_now
),

events_before as (
    select
        initiative,
        data_month,
        {{ fingerprint(["citizen_key"]) }} as citizen_number,
        {{ fingerprint(outcome) }} as outcome_number,
        is_known,
        run_number
    from {{ this }}
),

newest_events as (
    select
        initiative,
        data_month,
        citizen_number,
        -- sql-lint: allow arbitrary: a run appends one event of a month
        max_by(outcome_number, run_number) as outcome_number,
        -- sql-lint: allow arbitrary: a run appends one event of a month
        max_by(is_known, run_number) as is_known
    from events_before
    group by initiative, data_month, citizen_number
),

months_before as (
    select * from newest_events
    where is_known
),

differences as (
    select
        coalesce(months_now.initiative, months_before.initiative) as initiative,
        months_now.citizen_key,
        coalesce(months_now.data_month, months_before.data_month) as data_month,
        {{ qualified("months_now", outcome) }},
        months_now.citizen_key is not null as is_known,
        months_before.citizen_number
    from months_now
    full outer join months_before
        on
            months_now.initiative = months_before.initiative
            and months_now.data_month = months_before.data_month
            and months_now.citizen_number = months_before.citizen_number
    where
        months_now.citizen_key is null
        or months_before.citizen_number is null
        or months_now.outcome_number <> months_before.outcome_number
),

history as (
    select
        citizen_key,
        {{ fingerprint(["citizen_key"]) }} as citizen_number
    from {{ this }}
),

citizens_gone as (
    select
        history.citizen_key,
        history.citizen_number
    from history
    inner join differences
        on history.citizen_number = differences.citizen_number
    where not differences.is_known
    group by history.citizen_key, history.citizen_number
),

changes as (
    select
        differences.initiative,
        coalesce(differences.citizen_key, citizens_gone.citizen_key) as citizen_key,
        differences.data_month,
        {{ qualified("differences", outcome) }},
        differences.is_known
    from differences
    left join citizens_gone
        on differences.citizen_number = citizens_gone.citizen_number
),
{%- else %}

changes as (
    select
        *,
        true as is_known
    from known_now
),
{%- endif %}

events as (
    select
        {{ qualified("changes", keys + outcome) }},
        changes.is_known,
        int_as_of.run_number
    from changes
    cross join int_as_of
)

select * from events
