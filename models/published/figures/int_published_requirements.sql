with

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

int_publication_rules_kept as (
    select * from {{ ref('int_publication_rules_kept') }}
),

requirements_of_publications as (
    select
        initiative,
        publication_date,
        requirement_pct,
        lower_requirement_pct,
        requirement_first_month,
        requirement_last_month
    from int_publication_rules_kept
    group by
        initiative,
        publication_date,
        requirement_pct,
        lower_requirement_pct,
        requirement_first_month,
        requirement_last_month
),

-- R3, R4: the months in which a share that is asked for was reached, within the months
-- in which it can be.
months_reached as (
    select
        int_published_area_months.*,
        int_published_area_months.data_month
        between requirements_of_publications.requirement_first_month
        and requirements_of_publications.requirement_last_month as is_requirement_month,
        {{ reaches(
            'int_published_area_months.n_fulfilled',
            'int_published_area_months.n_measured',
            'requirements_of_publications.requirement_pct'
        ) }} as is_full_reached,
        coalesce(
            {{ reaches(
                'int_published_area_months.n_fulfilled',
                'int_published_area_months.n_measured',
                'requirements_of_publications.lower_requirement_pct'
            ) }},
            false
        ) as is_lower_reached
    from int_published_area_months
    inner join requirements_of_publications
        on
            int_published_area_months.initiative = requirements_of_publications.initiative
            and int_published_area_months.publication_date
            = requirements_of_publications.publication_date
),

requirements as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        min(case when is_requirement_month and is_full_reached then data_month end) over (
            partition by initiative, publication_date, area_type, area_code
            order by data_month
            rows between unbounded preceding and current row
        ) as first_month_met,
        min(case when is_requirement_month and is_lower_reached then data_month end) over (
            partition by initiative, publication_date, area_type, area_code
            order by data_month
            rows between unbounded preceding and current row
        ) as first_month_lower_met
    from months_reached
)

select * from requirements
