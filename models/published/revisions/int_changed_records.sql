{%- set keys = ["initiative", "publication_date", "citizen_key", "data_month", "aspect"] %}
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

-- The records that changed and lie in what is looked at, clipped to it: the month, or (who
-- is in a target group, and which visitation holds) everything until its last day. An end
-- after it changes nothing, and neither does what is no wage (S1) or does not hold (T4).
records_looked_at as (
    select
        {{ qualified("int_revised_aspects", keys) }},
        int_revised_records.source,
        int_revised_records.record_key,
        int_revised_records.record_content,
        int_revised_records.start_date,
        int_revised_records.start_date_of_spell,
        coalesce(int_revised_records.end_date, {{ far_end() }}) as end_date,
        int_revised_records.is_report,
        int_revised_records.is_new,
        case
            when
                int_revised_aspects.is_until_month
                or int_revised_records.start_date > int_initiative_months.first_date
                then int_revised_records.start_date
            else int_initiative_months.first_date
        end as clipped_start_date,
        case
            when int_revised_records.end_date < int_initiative_months.last_date
                then int_revised_records.end_date
            else int_initiative_months.last_date
        end as clipped_end_date
    from int_revised_aspects
    inner join int_initiative_months
        on
            int_revised_aspects.initiative = int_initiative_months.initiative
            and int_revised_aspects.data_month = int_initiative_months.data_month
    inner join int_revised_records
        on
            int_revised_aspects.initiative = int_revised_records.initiative
            and int_revised_aspects.publication_date = int_revised_records.publication_date
            and int_revised_aspects.citizen_key = int_revised_records.citizen_key
            and int_revised_aspects.source = int_revised_records.source
            and (
                int_revised_aspects.is_until_month
                or coalesce(int_revised_records.end_date, {{ far_end() }})
                >= int_initiative_months.first_date
            )
            and int_initiative_months.last_date >= int_revised_records.start_date
    left join ydelse_codes
        on int_revised_records.record_key = ydelse_codes.ydelse_kode
    where
        int_revised_records.record_content not in ('no wage', 'dropped')
        and (
            int_revised_records.source <> 'ydelser'
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
changed_records as (
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
)

select * from changed_records
