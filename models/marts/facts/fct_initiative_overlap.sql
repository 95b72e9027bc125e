with

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

participation as (
    select * from {{ ref('participation') }}
),

participants as (
    select
        participation.initiative,
        participation.municipality_code,
        int_reportable_months.data_month
    from participation
    inner join int_reportable_months
        on participation.initiative = int_reportable_months.initiative
),

municipality_months as (
    select
        in_afklaringspuljen.municipality_code,
        in_afklaringspuljen.data_month
    from participants as in_afklaringspuljen
    inner join participants as in_fsm2
        on
            in_afklaringspuljen.municipality_code = in_fsm2.municipality_code
            and in_afklaringspuljen.data_month = in_fsm2.data_month
    where
        in_afklaringspuljen.initiative = 'afklaringspuljen'
        and in_fsm2.initiative = 'fsm2'
),

initiatives_of_citizens as (
    select
        municipality_code,
        data_month,
        citizen_key,
        max(case when initiative = 'afklaringspuljen' then 1 else 0 end)
            as n_afklaringspuljen,
        max(case when initiative = 'fsm2' then 1 else 0 end) as n_fsm2
    from int_citizen_months
    group by municipality_code, data_month, citizen_key
),

overlap as (
    select
        municipality_months.municipality_code,
        municipality_months.data_month,
        cast(coalesce(sum(initiatives_of_citizens.n_afklaringspuljen), 0) as bigint)
            as n_afklaringspuljen,
        cast(coalesce(sum(initiatives_of_citizens.n_fsm2), 0) as bigint) as n_fsm2,
        cast(
            coalesce(
                sum(
                    initiatives_of_citizens.n_afklaringspuljen
                    * initiatives_of_citizens.n_fsm2
                ),
                0
            ) as bigint
        ) as n_both
    from municipality_months
    left join initiatives_of_citizens
        on
            municipality_months.municipality_code
            = initiatives_of_citizens.municipality_code
            and municipality_months.data_month = initiatives_of_citizens.data_month
    group by municipality_months.municipality_code, municipality_months.data_month
)

select * from overlap
