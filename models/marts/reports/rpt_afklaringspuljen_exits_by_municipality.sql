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
        {{ share_of('status', 'selvforsoerget_beskaeftigelse') }}
            as selvforsoerget_beskaeftigelse_pct,
        {{ share_of('status', 'uddannelse') }} as uddannelse_pct,
        {{ share_of('status', 'loennede_timer') }} as loennede_timer_pct,
        {{ share_of('status', 'fleksjob') }} as fleksjob_pct,
        {{ share_of('category', 'afgang') }} as afgang_pct
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
        shares.selvforsoerget_beskaeftigelse_pct,
        shares.uddannelse_pct,
        shares.loennede_timer_pct,
        shares.fleksjob_pct,
        shares.afgang_pct
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
        and int_published_area_months.is_reported
        and int_published_area_months.data_month = int_published_area_months.report_month
)

select * from report_rows
