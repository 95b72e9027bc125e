{%- set keys = ["initiative", "publication_date", "citizen_key", "data_month"] %}
with

int_revised_versions as (
    select * from {{ ref('int_revised_versions') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

signals as (
    select * from {{ ref('signals') }}
),

sources_of_facts as (
    select * from {{ ref('sources_of_facts') }}
),

older as (
    select * from int_revised_versions
    where not is_new
),

newer as (
    select * from int_revised_versions
    where is_new
),

both_versions as (
    select
        {% for column in keys -%}
        coalesce(newer.{{ column }}, older.{{ column }}) as {{ column }},
        {% endfor -%}
        newer.citizen_key is not null and older.citizen_key is not null as is_in_both,
        newer.municipality_code,
        older.municipality_code as previous_municipality_code,
        newer.is_participating,
        older.is_participating as previous_is_participating,
        newer.visitation_category,
        older.visitation_category as previous_visitation_category,
        newer.signals,
        older.signals as previous_signals,
        newer.signal,
        older.signal as previous_signal,
        newer.status,
        older.status as previous_status,
        newer.is_fulfilled,
        older.is_fulfilled as previous_is_fulfilled
    from newer
    full outer join older
        on
            newer.initiative = older.initiative
            and newer.publication_date = older.publication_date
            and newer.citizen_key = older.citizen_key
            and newer.data_month = older.data_month
),

target_group_changes as (
    select * from both_versions
    where not is_in_both or municipality_code <> previous_municipality_code
),

category_changes as (
    select * from both_versions
    where is_in_both and visitation_category <> previous_visitation_category
),

status_changes as (
    select * from both_versions
    where
        is_in_both
        and (
            signal <> previous_signal
            or status <> previous_status
            or (
                is_fulfilled <> previous_is_fulfilled
                and visitation_category = previous_visitation_category
            )
        )
),

-- Of the signal that decided and the one that decides, those that came or went.
signals_that_changed as (
    select
        {{ qualified("status_changes", keys) }},
        signals.fact,
        signals.told_apart_by,
        status_changes.signals as signals_of_month,
        status_changes.previous_signals as previous_signals_of_month
    from status_changes
    inner join signals
        on
            (
                status_changes.signal = signals.signal
                and status_changes.previous_signals not like '%,' || signals.signal || ',%'
            )
            or (
                status_changes.previous_signal = signals.signal
                and status_changes.signals not like '%,' || signals.signal || ',%'
            )
),

signal_changes as (
    select
        {{ qualified("signals_that_changed", keys) }},
        signals_that_changed.fact,
        signals_that_changed.told_apart_by,
        max(case
            when signals_that_changed.signals_of_month like '%,' || signals.signal || ',%'
                then 1
            else 0
        end) = 1
        and max(case
            when
                signals_that_changed.previous_signals_of_month
                like '%,' || signals.signal || ',%'
                then 1
            else 0
        end) = 1 as is_fact_in_both
    from signals_that_changed
    inner join signals
        on signals_that_changed.fact = signals.fact
    group by
        {{ qualified("signals_that_changed", keys) }},
        signals_that_changed.fact,
        signals_that_changed.told_apart_by
),

-- Where a register may be the cause: which records of it count is named by the fact.
suspects as (
    select
        {{ qualified("target_group_changes", keys) }},
        sources_of_facts.aspect,
        sources_of_facts.source,
        'exit_event' as benefits_that_count,
        true as is_until_month
    from target_group_changes
    inner join initiatives
        on target_group_changes.initiative = initiatives.initiative
    inner join sources_of_facts
        on
            sources_of_facts.aspect = 'target_group'
            and initiatives.population = sources_of_facts.fact
    union all
    select
        {{ qualified("category_changes", keys) }},
        sources_of_facts.aspect,
        sources_of_facts.source,
        sources_of_facts.fact as benefits_that_count,
        false as is_until_month
    from category_changes
    inner join sources_of_facts
        on
            sources_of_facts.aspect = 'visitation_category'
            and sources_of_facts.fact in (
                category_changes.visitation_category,
                category_changes.previous_visitation_category
            )
    union all
    select
        {{ qualified("signal_changes", keys) }},
        sources_of_facts.aspect,
        sources_of_facts.source,
        signal_changes.fact as benefits_that_count,
        false as is_until_month
    from signal_changes
    inner join sources_of_facts
        on
            sources_of_facts.aspect = 'signal'
            and signal_changes.fact = sources_of_facts.fact
    where not signal_changes.is_fact_in_both
    union all
    select
        {{ qualified("signal_changes", keys) }},
        'signal' as aspect,
        signal_changes.told_apart_by as source,
        'public_support' as benefits_that_count,
        -- T4: a visitation before the month may cut the one that would hold in it.
        signal_changes.told_apart_by = 'visitation' as is_until_month
    from signal_changes
    where signal_changes.is_fact_in_both
),

-- Every change, also one that no register can be the cause of.
changes as (
    select
        {{ qualified("target_group_changes", keys) }},
        'target_group' as aspect
    from target_group_changes
    union all
    select
        {{ qualified("category_changes", keys) }},
        'visitation_category' as aspect
    from category_changes
    union all
    select
        {{ qualified("status_changes", keys) }},
        'signal' as aspect
    from status_changes
    union all
    select
        {{ qualified("both_versions", keys) }},
        'participation' as aspect
    from both_versions
    where
        both_versions.is_in_both
        and both_versions.is_participating <> both_versions.previous_is_participating
),

revised_aspects as (
    select
        {{ qualified("changes", keys + ["aspect"]) }},
        suspects.source,
        suspects.benefits_that_count,
        coalesce(suspects.is_until_month, false) as is_until_month
    from changes
    left join suspects
        on
            changes.initiative = suspects.initiative
            and changes.publication_date = suspects.publication_date
            and changes.citizen_key = suspects.citizen_key
            and changes.data_month = suspects.data_month
            and changes.aspect = suspects.aspect
    group by
        {{ qualified("changes", keys + ["aspect"]) }},
        suspects.source,
        suspects.benefits_that_count,
        coalesce(suspects.is_until_month, false)
)

select * from revised_aspects
