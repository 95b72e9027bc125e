with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

int_area_names as (
    select * from {{ ref('int_area_names') }}
),

report_months as (
    select
        initiative,
        publication_date,
        max(data_month) as report_month
    from int_publications_kept
    group by initiative, publication_date
),

counts as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        max(case when measure = 'n_target_group' then value end) as n_target_group,
        max(case when measure = 'n_exempt' then value end) as n_exempt,
        max(case when measure = 'n_rehab' then value end) as n_rehab,
        max(case when measure = 'n_measured' then value end) as n_measured,
        max(case when measure = 'n_fulfilled' then value end) as n_fulfilled,
        max(case when measure = 'n_new' then value end) as n_new,
        max(case when measure = 'n_left' then value end) as n_left,
        max(case when measure = 'is_participating' then value else 0 end) = 1
            as is_participating
    from int_publications_kept
    group by initiative, publication_date, area_type, area_code, data_month
),

published_area_months as (
    select
        counts.initiative,
        counts.publication_date,
        report_months.report_month,
        counts.area_type,
        counts.area_code,
        int_area_names.area_name,
        counts.area_type <> 'municipality' or counts.is_participating as is_reported,
        counts.data_month,
        counts.n_target_group,
        counts.n_exempt,
        counts.n_rehab,
        counts.n_measured,
        counts.n_fulfilled,
        counts.n_new,
        counts.n_left
    from counts
    inner join report_months
        on
            counts.initiative = report_months.initiative
            and counts.publication_date = report_months.publication_date
    left join int_area_names
        on
            counts.area_type = int_area_names.area_type
            and counts.area_code = int_area_names.area_code
)

select * from published_area_months
