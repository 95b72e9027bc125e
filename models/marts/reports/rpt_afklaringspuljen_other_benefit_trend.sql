with

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

int_published_shares as (
    select * from {{ ref('int_published_shares') }}
),

shares as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        {{ share_of('status', 'ressourceforloeb') }} as ressourceforloeb_pct,
        {{ share_of('status', 'foertidspension') }} as foertidspension_pct,
        {{ share_of('status', 'revalidering') }} as revalidering_pct,
        {{ share_of('status', 'ledighedsydelse') }} as ledighedsydelse_pct,
        {{ share_of('category', 'anden_ydelse') }} as anden_ydelse_pct
    from int_published_shares
    group by initiative, publication_date, area_type, area_code, data_month
),

report_rows as (
    select
        int_published_area_months.publication_date,
        int_published_area_months.report_month,
        int_published_area_months.area_type,
        int_published_area_months.data_month,
        shares.ressourceforloeb_pct,
        shares.foertidspension_pct,
        shares.revalidering_pct,
        shares.ledighedsydelse_pct,
        shares.anden_ydelse_pct
    from int_published_area_months
    left join shares
        on
            int_published_area_months.initiative = shares.initiative
            and int_published_area_months.publication_date
            = shares.publication_date
            and int_published_area_months.area_type = shares.area_type
            and int_published_area_months.area_code = shares.area_code
            and int_published_area_months.data_month = shares.data_month
    where
        int_published_area_months.initiative = 'afklaringspuljen'
        and int_published_area_months.area_type <> 'municipality'
)

select * from report_rows
