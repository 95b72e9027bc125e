{%- set keys = ["initiative", "publication_date", "citizen_key", "data_month", "aspect"] %}
{%- set version = [
    "initiative", "publication_date", "citizen_key", "source", "record_key", "start_date",
    "end_date", "is_new",
] %}
with

int_revised_aspects as (
    select * from {{ ref('int_revised_aspects') }}
),

int_revised_records as (
    select * from {{ ref('int_revised_records') }}
),

int_initiative_months as (
    select * from {{ ref('int_initiative_months') }}
),

ydelse_codes as (
    select * from {{ ref('ydelse_codes') }}
),

-- Joined by equal columns alone: an engine that is given an `or` between two large tables
-- compares each row with each.
versions_of_records as (
    select
        {{ version | join(", ") }},
        max(case when record_content = 'dropped' then 1 else 0 end) as is_dropped
    from int_revised_records
    group by {{ version | join(", ") }}
),

-- A spell that says `dropped` (T4) in one version alone, and else the same, has not changed
-- itself: another one that starts on its day has come, has gone or ends on another day.
-- A spell is found again by its key and its first day, a report by its key alone.
records_that_differ as (
    select
        int_revised_records.*,
        case
            when int_revised_records.is_report then {{ far_end() }}
            else int_revised_records.start_date
        end as start_date_of_spell
    from int_revised_records
    left join versions_of_records as counterparts
        on
            int_revised_records.initiative = counterparts.initiative
            and int_revised_records.publication_date = counterparts.publication_date
            and int_revised_records.citizen_key = counterparts.citizen_key
            and int_revised_records.source = counterparts.source
            and int_revised_records.record_key = counterparts.record_key
            and int_revised_records.start_date = counterparts.start_date
            and int_revised_records.end_date is not distinct from counterparts.end_date
            and int_revised_records.is_new <> counterparts.is_new
    where
        counterparts.citizen_key is null
        or (int_revised_records.record_content <> 'dropped' and counterparts.is_dropped = 0)
),

-- The records that changed and lie in what is looked at, clipped to it: the month, or (who
-- is in a target group, and which visitation holds) everything until its last day. An end
-- after it changes nothing, and neither does what is no wage (S1) or does not hold (T4).
records_looked_at as (
    select
        {{ qualified("int_revised_aspects", keys) }},
        records_that_differ.source,
        records_that_differ.record_key,
        records_that_differ.record_content,
        records_that_differ.start_date,
        records_that_differ.start_date_of_spell,
        coalesce(records_that_differ.end_date, {{ far_end() }}) as end_date,
        records_that_differ.is_report,
        records_that_differ.is_new,
        case
            when
                int_revised_aspects.is_until_month
                or records_that_differ.start_date > int_initiative_months.first_date
                then records_that_differ.start_date
            else int_initiative_months.first_date
        end as clipped_start_date,
        case
            when records_that_differ.end_date < int_initiative_months.last_date
                then records_that_differ.end_date
            else int_initiative_months.last_date
        end as clipped_end_date
    from int_revised_aspects
    inner join int_initiative_months
        on
            int_revised_aspects.initiative = int_initiative_months.initiative
            and int_revised_aspects.data_month = int_initiative_months.data_month
    inner join records_that_differ
        on
            int_revised_aspects.initiative = records_that_differ.initiative
            and int_revised_aspects.publication_date = records_that_differ.publication_date
            and int_revised_aspects.citizen_key = records_that_differ.citizen_key
            and int_revised_aspects.source = records_that_differ.source
            and (
                int_revised_aspects.is_until_month
                or coalesce(records_that_differ.end_date, {{ far_end() }})
                >= int_initiative_months.first_date
            )
            and int_initiative_months.last_date >= records_that_differ.start_date
    left join ydelse_codes
        on records_that_differ.record_key = ydelse_codes.ydelse_kode
    where
        records_that_differ.record_content not in ('no wage', 'dropped')
        and (
            records_that_differ.source <> 'ydelser'
            or int_revised_aspects.benefits_that_count = ydelse_codes.signal_group
            or (
                int_revised_aspects.benefits_that_count = 'exit_event'
                and ydelse_codes.exit_event is not null
            )
            or (
                int_revised_aspects.benefits_that_count = 'public_support'
                and ydelse_codes.is_public_support
            )
        )
),

-- What is in both versions alike once clipped is no change.
records_that_changed as (
    select
        {{ keys | join(", ") }},
        source,
        record_key,
        record_content,
        is_report,
        clipped_start_date,
        clipped_end_date,
        min(start_date) as start_date,
        min(start_date_of_spell) as start_date_of_spell,
        max(end_date) as end_date,
        sum(case when is_new then 1 else -1 end) > 0 as is_new
    from records_looked_at
    group by
        {{ keys | join(", ") }},
        source,
        record_key,
        record_content,
        is_report,
        clipped_start_date,
        clipped_end_date
    having sum(case when is_new then 1 else -1 end) <> 0
),

-- The days of a new spell that one gone had, unless the one gone has a successor of the
-- same value which still has them (it was only made longer or shorter elsewhere).
spells_without_successor as (
    select
        {{ qualified("records_that_changed", keys) }},
        records_that_changed.source,
        records_that_changed.record_key,
        records_that_changed.start_date
    from records_that_changed
    inner join records_that_differ as gone
        on
            records_that_changed.initiative = gone.initiative
            and records_that_changed.publication_date = gone.publication_date
            and records_that_changed.citizen_key = gone.citizen_key
            and records_that_changed.source = gone.source
            and records_that_changed.end_date >= gone.start_date
            and records_that_changed.start_date <= coalesce(gone.end_date, {{ far_end() }})
    left join records_that_differ as successors
        on
            gone.initiative = successors.initiative
            and gone.publication_date = successors.publication_date
            and gone.citizen_key = successors.citizen_key
            and gone.source = successors.source
            and gone.record_key = successors.record_key
            and gone.record_content = successors.record_content
            and gone.is_new <> successors.is_new
    where
        records_that_changed.is_new
        and not records_that_changed.is_report
        and not gone.is_new
        and not gone.is_report
    group by
        {{ qualified("records_that_changed", keys) }},
        records_that_changed.source,
        records_that_changed.record_key,
        records_that_changed.start_date,
        records_that_changed.end_date,
        gone.record_key,
        gone.record_content,
        gone.start_date,
        gone.end_date
    having
        max(
            case
                when
                    not (
                        records_that_changed.record_key = successors.record_key
                        and records_that_changed.start_date = successors.start_date
                    )
                    and successors.start_date
                    <= greatest(gone.start_date, records_that_changed.start_date)
                    and coalesce(successors.end_date, {{ far_end() }}) >= least(
                        coalesce(gone.end_date, {{ far_end() }}),
                        records_that_changed.end_date
                    )
                    then 1
                else 0
            end
        ) = 0
),

replacing_spells as (
    select
        {{ keys | join(", ") }},
        source,
        record_key,
        start_date
    from spells_without_successor
    group by {{ keys | join(", ") }}, source, record_key, start_date
),

-- A new record is a correction where it takes the place of one that is gone: the same
-- report, the same value from the same day, or days that a spell gone had.
classified_records as (
    select
        {{ qualified("records_that_changed", keys) }},
        records_that_changed.source,
        case
            when
                not records_that_changed.is_new
                or predecessors.citizen_key is not null
                or replacing_spells.citizen_key is not null
                then 'corrected'
            else 'late'
        end as cause
    from records_that_changed
    left join records_that_differ as predecessors
        on
            records_that_changed.initiative = predecessors.initiative
            and records_that_changed.publication_date = predecessors.publication_date
            and records_that_changed.citizen_key = predecessors.citizen_key
            and records_that_changed.source = predecessors.source
            and records_that_changed.record_key = predecessors.record_key
            and records_that_changed.is_new <> predecessors.is_new
            and records_that_changed.start_date_of_spell
            = predecessors.start_date_of_spell
    left join replacing_spells
        on
            records_that_changed.initiative = replacing_spells.initiative
            and records_that_changed.publication_date
            = replacing_spells.publication_date
            and records_that_changed.citizen_key = replacing_spells.citizen_key
            and records_that_changed.data_month = replacing_spells.data_month
            and records_that_changed.aspect = replacing_spells.aspect
            and records_that_changed.source = replacing_spells.source
            and records_that_changed.record_key = replacing_spells.record_key
            and records_that_changed.start_date = replacing_spells.start_date
),

causes_by_record as (
    select
        {{ keys | join(", ") }},
        source,
        cause
    from classified_records
    group by {{ keys | join(", ") }}, source, cause
),

changes as (
    select {{ keys | join(", ") }}
    from int_revised_aspects
    group by {{ keys | join(", ") }}
),

-- Where no record changed, the rules did.
revision_causes as (
    select
        {{ qualified("changes", keys) }},
        coalesce(causes_by_record.cause, 'rules') as cause,
        coalesce(causes_by_record.source, 'rules') as source
    from changes
    left join causes_by_record
        on
            changes.initiative = causes_by_record.initiative
            and changes.publication_date = causes_by_record.publication_date
            and changes.citizen_key = causes_by_record.citizen_key
            and changes.data_month = causes_by_record.data_month
            and changes.aspect = causes_by_record.aspect
)

select * from revision_causes
