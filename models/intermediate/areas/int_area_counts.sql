with

int_area_months as (
    select * from {{ ref('int_area_months') }}
),

int_area_citizen_counts as (
    select * from {{ ref('int_area_citizen_counts') }}
),

int_area_flows as (
    select * from {{ ref('int_area_flows') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

counts as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        sum(n_citizens) as n_target_group,
        sum(case when is_exempt then n_citizens else 0 end) as n_exempt,
        sum(
            case when visitation_category = 'rehabiliteringsgruppe' then n_citizens else 0 end
        ) as n_rehab,
        sum(case when is_measured then n_citizens else 0 end) as n_measured,
        sum(case when is_fulfilled then n_citizens else 0 end) as n_fulfilled
    from int_area_citizen_counts
    group by initiative, area_type, area_code, data_month
),

area_counts as (
    select
        int_area_months.initiative,
        int_area_months.area_type,
        int_area_months.area_code,
        int_area_months.area_name,
        int_area_months.is_participating,
        int_area_months.data_month,
        cast(coalesce(counts.n_target_group, 0) as bigint) as n_target_group,
        cast(coalesce(counts.n_exempt, 0) as bigint) as n_exempt,
        cast(coalesce(counts.n_rehab, 0) as bigint) as n_rehab,
        cast(coalesce(counts.n_measured, 0) as bigint) as n_measured,
        cast(coalesce(counts.n_fulfilled, 0) as bigint) as n_fulfilled,
        -- F4: a locked cohort was not drawn in its first month, so that month has no flow.
        case
            when initiatives.population = 'monthly' or not int_area_months.is_first_month
                then cast(coalesce(int_area_flows.n_new, 0) as bigint)
        end as n_new,
        case
            when initiatives.population = 'monthly' or not int_area_months.is_first_month
                then cast(coalesce(int_area_flows.n_left, 0) as bigint)
        end as n_left
    from int_area_months
    inner join initiatives
        on int_area_months.initiative = initiatives.initiative
    left join counts
        on
            int_area_months.initiative = counts.initiative
            and int_area_months.area_type = counts.area_type
            and int_area_months.area_code = counts.area_code
            and int_area_months.data_month = counts.data_month
    left join int_area_flows
        on
            int_area_months.initiative = int_area_flows.initiative
            and int_area_months.area_type = int_area_flows.area_type
            and int_area_months.area_code = int_area_flows.area_code
            and int_area_months.data_month = int_area_flows.data_month
)

select * from area_counts
