{%- set keys = ["initiative", "publication_date", "citizen_key", "data_month", "aspect"] %}
with

int_revised_aspects as (
    select * from {{ ref('int_revised_aspects') }}
),

int_revised_records as (
    select * from {{ ref('int_revised_records') }}
),

int_changed_records as (
    select * from {{ ref('int_changed_records') }}
),

-- The days of a new spell that one gone had, unless the one gone has a successor of the
-- same value which still has them (it was only made longer or shorter elsewhere).
spells_without_successor as (
    select
        {{ qualified("int_changed_records", keys) }},
        int_changed_records.source,
        int_changed_records.record_key,
        int_changed_records.start_date
    from int_changed_records
    inner join int_revised_records as gone
        on
            int_changed_records.initiative = gone.initiative
            and int_changed_records.publication_date = gone.publication_date
            and int_changed_records.citizen_key = gone.citizen_key
            and int_changed_records.source = gone.source
            and int_changed_records.end_date >= gone.start_date
            and int_changed_records.start_date <= coalesce(gone.end_date, {{ far_end() }})
    left join int_revised_records as successors
        on
            gone.initiative = successors.initiative
            and gone.publication_date = successors.publication_date
            and gone.citizen_key = successors.citizen_key
            and gone.source = successors.source
            and gone.record_key = successors.record_key
            and gone.record_content = successors.record_content
            and gone.is_new <> successors.is_new
    where
        int_changed_records.is_new
        and not int_changed_records.is_report
        and not gone.is_new
    group by
        {{ qualified("int_changed_records", keys) }},
        int_changed_records.source,
        int_changed_records.record_key,
        int_changed_records.start_date,
        int_changed_records.end_date,
        gone.record_key,
        gone.record_content,
        gone.start_date,
        gone.end_date
    having
        max(
            case
                when
                    not (
                        int_changed_records.record_key = successors.record_key
                        and int_changed_records.start_date = successors.start_date
                    )
                    and successors.start_date
                    <= greatest(gone.start_date, int_changed_records.start_date)
                    and coalesce(successors.end_date, {{ far_end() }}) >= least(
                        coalesce(gone.end_date, {{ far_end() }}),
                        int_changed_records.end_date
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
        {{ qualified("int_changed_records", keys) }},
        int_changed_records.source,
        case
            when
                not int_changed_records.is_new
                or predecessors.citizen_key is not null
                or replacing_spells.citizen_key is not null
                then 'corrected'
            else 'late'
        end as cause
    from int_changed_records
    left join int_revised_records as predecessors
        on
            int_changed_records.initiative = predecessors.initiative
            and int_changed_records.publication_date = predecessors.publication_date
            and int_changed_records.citizen_key = predecessors.citizen_key
            and int_changed_records.source = predecessors.source
            and int_changed_records.record_key = predecessors.record_key
            and int_changed_records.is_new <> predecessors.is_new
            and int_changed_records.start_date_of_spell
            = predecessors.start_date_of_spell
    left join replacing_spells
        on
            int_changed_records.initiative = replacing_spells.initiative
            and int_changed_records.publication_date
            = replacing_spells.publication_date
            and int_changed_records.citizen_key = replacing_spells.citizen_key
            and int_changed_records.data_month = replacing_spells.data_month
            and int_changed_records.aspect = replacing_spells.aspect
            and int_changed_records.source = replacing_spells.source
            and int_changed_records.record_key = replacing_spells.record_key
            and int_changed_records.start_date = replacing_spells.start_date
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
