with

result_schemes as (
    select * from {{ ref('result_schemes') }}
),

statuses as (
    select * from {{ ref('statuses') }}
),

categories as (
    select * from {{ ref('categories') }}
),

scheme_rows as (
    select
        result_schemes.initiative,
        result_schemes.signal,
        result_schemes.rank,
        result_schemes.status,
        statuses.status_name,
        result_schemes.category,
        categories.category_name,
        result_schemes.counts
    from result_schemes
    left join statuses
        on result_schemes.status = statuses.status
    left join categories
        on result_schemes.category = categories.category
)

select * from scheme_rows
