with

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

int_published_shares as (
    select * from {{ ref('int_published_shares') }}
),

int_published_requirements as (
    select * from {{ ref('int_published_requirements') }}
),

months_of_report as (
    select * from int_published_area_months
    where initiative = 'afklaringspuljen' and data_month = report_month
),

-- Each municipality counts for the country, and for the participants where it is one.
municipalities_of_areas as (
    select
        months_of_report.*,
        'country' as pooled_area_type
    from months_of_report
    where months_of_report.area_type = 'municipality'
    union all
    select
        months_of_report.*,
        'participating' as pooled_area_type
    from months_of_report
    where
        months_of_report.area_type = 'municipality'
        and months_of_report.is_reported
),

municipality_counts as (
    select
        municipalities_of_areas.publication_date,
        municipalities_of_areas.pooled_area_type,
        count(*) as n_municipalities,
        count(int_published_requirements.first_month_met) as n_municipalities_met
    from municipalities_of_areas
    inner join int_published_requirements
        on
            municipalities_of_areas.initiative = int_published_requirements.initiative
            and municipalities_of_areas.publication_date
            = int_published_requirements.publication_date
            and municipalities_of_areas.area_type = int_published_requirements.area_type
            and municipalities_of_areas.area_code = int_published_requirements.area_code
            and municipalities_of_areas.data_month
            = int_published_requirements.data_month
    group by
        municipalities_of_areas.publication_date,
        municipalities_of_areas.pooled_area_type
),

national_means as (
    select
        publication_date,
        'country' as area_type,
        {{ mean_pct('n_fulfilled', 'n_measured') }} as mean_municipality_pct
    from months_of_report
    where area_type = 'municipality' and n_measured > 0
    group by publication_date
),

self_supporting as (
    select * from int_published_shares
    where dimension = 'status' and member = 'selvforsoergelse'
),

report_rows as (
    select
        months_of_report.publication_date,
        months_of_report.report_month,
        months_of_report.area_type,
        municipality_counts.n_municipalities,
        months_of_report.n_target_group,
        months_of_report.n_exempt,
        months_of_report.n_measured,
        months_of_report.n_fulfilled,
        {{ pct('months_of_report.n_fulfilled', 'months_of_report.n_measured') }}
            as fulfilled_pct,
        national_means.mean_municipality_pct,
        municipality_counts.n_municipalities_met,
        self_supporting.n_citizens as n_self_supporting
    from months_of_report
    inner join municipality_counts
        on
            months_of_report.publication_date = municipality_counts.publication_date
            and months_of_report.area_type = municipality_counts.pooled_area_type
    inner join self_supporting
        on
            months_of_report.initiative = self_supporting.initiative
            and months_of_report.publication_date = self_supporting.publication_date
            and months_of_report.area_type = self_supporting.area_type
            and months_of_report.area_code = self_supporting.area_code
            and months_of_report.data_month = self_supporting.data_month
    left join national_means
        on
            months_of_report.publication_date = national_means.publication_date
            and months_of_report.area_type = national_means.area_type
)

select * from report_rows
