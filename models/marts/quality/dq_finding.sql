with

int_findings as (
    select * from {{ ref('int_findings') }}
),

findings as (
    select
        finding,
        source,
        n
    from int_findings
)

select * from findings
