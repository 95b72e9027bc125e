with

stg_registers__exceptions as (
    select * from {{ ref('stg_registers__exceptions') }}
),

int_unknown_dream_codes as (
    select * from {{ ref('int_unknown_dream_codes') }}
),

stg_bopael__overlaps as (
    select * from {{ ref('stg_bopael__overlaps') }}
),

stg_visitation__overlaps as (
    select * from {{ ref('stg_visitation__overlaps') }}
),

int_spells_without_value as (
    select * from {{ ref('int_spells_without_value') }}
),

stg_eindkomst__unusual_forms as (
    select * from {{ ref('stg_eindkomst__unusual_forms') }}
),

stg_socialt_frikort__unusual_forms as (
    select * from {{ ref('stg_socialt_frikort__unusual_forms') }}
),

int_dream_visitation_conflicts as (
    select * from {{ ref('int_dream_visitation_conflicts') }}
),

int_unlisted_exemptions as (
    select * from {{ ref('int_unlisted_exemptions') }}
),

int_marker_differences as (
    select * from {{ ref('int_marker_differences') }}
),

rejected_rows as (
    select
        source,
        reject_reason as kind,
        {{ json_text('row_json', 'citizen_key') }} as citizen_key,
        {{ sha256_hex('row_json') }} as row_digest
    from stg_registers__exceptions
    where exception = 'rejected'
),

findings_of_rows as (
    select
        source,
        kind,
        coalesce(citizen_key, row_digest) as subject_key,
        citizen_key is not null as is_person
    from rejected_rows
),

findings_of_persons as (
    select
        'dream' as source,
        'unknown_dream_code' as kind,
        citizen_key
    from int_unknown_dream_codes
    union all
    select
        'bopael' as source,
        'overlapping_residence' as kind,
        citizen_key
    from stg_bopael__overlaps
    union all
    select
        'visitation' as source,
        'overlapping_visitation' as kind,
        citizen_key
    from stg_visitation__overlaps
    union all
    select
        source,
        finding as kind,
        citizen_key
    from int_spells_without_value
    union all
    select
        'eindkomst' as source,
        'unusual_form' as kind,
        citizen_key
    from stg_eindkomst__unusual_forms
    union all
    select
        'socialt_frikort' as source,
        'unusual_form' as kind,
        citizen_key
    from stg_socialt_frikort__unusual_forms
    union all
    select
        'dream' as source,
        'dream_visitation_conflict' as kind,
        citizen_key
    from int_dream_visitation_conflicts
    union all
    select
        'fritagelser' as source,
        'unlisted_exemption' as kind,
        citizen_key
    from int_unlisted_exemptions
    union all
    select
        'persongrupper' as source,
        kind,
        citizen_key
    from int_marker_differences
),

findings as (
    select
        source,
        kind,
        subject_key,
        is_person
    from findings_of_rows
    union all
    select
        source,
        kind,
        citizen_key as subject_key,
        true as is_person
    from findings_of_persons
),

subjects as (
    select
        source,
        kind,
        subject_key,
        is_person
    from findings
    group by source, kind, subject_key, is_person
)

select * from subjects
