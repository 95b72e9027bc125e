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

shares as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        {{ share_of('category', 'anden_ydelse') }} as anden_ydelse_pct,
        {{ share_of('category', 'afgang') }} as afgang_pct,
        {{ share_of('category', 'virksomhedsrettet') }} as virksomhedsrettet_pct
    from int_published_shares
    group by initiative, publication_date, area_type, area_code, data_month
),

report_rows as (
    select
        int_published_area_months.publication_date,
        int_published_area_months.report_month,
        int_published_area_months.area_type,
        int_published_area_months.area_code,
        int_published_area_months.area_name,
        int_published_area_months.n_measured,
        int_published_area_months.n_fulfilled,
        {{ pct(
            'int_published_area_months.n_fulfilled', 'int_published_area_months.n_measured'
        ) }} as fulfilled_pct,
        shares.anden_ydelse_pct,
        shares.afgang_pct,
        shares.virksomhedsrettet_pct,
        int_published_requirements.first_month_met is not null as met_requirement,
        int_published_requirements.first_month_met
    from int_published_area_months
    left join shares
        on
            int_published_area_months.initiative = shares.initiative
            and int_published_area_months.publication_date
            = shares.publication_date
            and int_published_area_months.area_type = shares.area_type
            and int_published_area_months.area_code = shares.area_code
            and int_published_area_months.data_month = shares.data_month
    left join int_published_requirements
        on
            int_published_area_months.initiative = int_published_requirements.initiative
            and int_published_area_months.publication_date
            = int_published_requirements.publication_date
            and int_published_area_months.area_type = int_published_requirements.area_type
            and int_published_area_months.area_code = int_published_requirements.area_code
            and int_published_area_months.data_month = int_published_requirements.data_month
    where
        int_published_area_months.initiative = 'afklaringspuljen'
        and int_published_area_months.is_reported
        and int_published_area_months.data_month = int_published_area_months.report_month
)

select * from report_rows
