-- The figures of the areas: municipalities, the participants together, the country (M2).

create temp table areas as
select
    initiative,
    'municipality' as area_type,
    municipality_code as area_code,
    municipality_name as area_name
from initiatives
cross join seed('code_lists/municipalities')
left join seed('rules/participation') as participation
    using (initiative, municipality_code)
where has_country or participation.initiative is not null
union all
select initiative, area_type, area_code, area_name
from initiatives
cross join seed('code_lists/pooled_areas')
where has_country or area_type = 'participating';

-- The areas to which each municipality belongs.
create temp table areas_of_municipalities as
select
    initiative,
    municipality_code,
    area_type,
    area_code
from areas
cross join seed('code_lists/municipalities')
left join seed('rules/participation') as participation
    using (initiative, municipality_code)
where
    area_type = 'country'
    or (area_type = 'participating' and participation.initiative is not null)
    or (area_type = 'municipality' and area_code = municipality_code);

-- Everybody stands once in each of them.
create temp table area_citizens as
select
    area_type,
    area_code,
    citizen_months.*
from citizen_months
inner join areas_of_municipalities using (initiative, municipality_code);

-- F4: who was not there the month before, and who is no longer there the month after.
create temp table area_flows as
with

in_order as (
    select
        initiative,
        area_type,
        area_code,
        month_number,
        lag(month_number) over by_month is distinct from month_number - 1 as is_new,
        lead(month_number) over by_month is distinct from month_number + 1 as is_last
    from area_citizens
    window by_month as (
        partition by initiative, area_type, area_code, pnr order by month_number
    )
)

select
    initiative,
    area_type,
    area_code,
    month_number,
    count_if(is_new) as n_new,
    count_if(is_last) as n_left
from (
    select initiative, area_type, area_code, month_number, is_new, false as is_last
    from in_order
    union all
    select initiative, area_type, area_code, month_number + 1, false, is_last
    from in_order
)
group by all;

-- A share in pct., two decimals, half up: the quotient of whole numbers is exact enough
-- to tell a half from what is nearly one.
create macro pct(n, of_n) as
cast(case when of_n > 0 then round(10000 * n / of_n) / 100 end as decimal(5, 2));

create temp table counts as
select
    initiative,
    area_type,
    area_code,
    month_number,
    count(*) as n_target_group,
    count_if(is_exempt) as n_exempt,
    count_if(is_rehab) as n_rehab,
    count_if(is_measured) as n_measured,
    count_if(is_fulfilled) as n_fulfilled
from area_citizens
group by all;

-- M2: the mean of the unrounded shares of the municipalities.
create temp table means as
select
    initiative,
    'country' as area_type,
    month_number,
    round(favg(100 * n_fulfilled / n_measured), 9) as mean_pct
from counts
where area_type = 'municipality' and n_measured > 0
group by all;

create table fct_area_month as
select
    initiative,
    area_type,
    area_code,
    area_name,
    first_date as data_month,
    coalesce(counts.n_target_group, 0) as n_target_group,
    coalesce(counts.n_exempt, 0) as n_exempt,
    coalesce(counts.n_rehab, 0) as n_rehab,
    coalesce(counts.n_measured, 0) as n_measured,
    coalesce(counts.n_fulfilled, 0) as n_fulfilled,
    pct(counts.n_fulfilled, counts.n_measured) as fulfilled_pct,
    cast(cast(mean_pct as decimal(18, 12)) as decimal(5, 2)) as mean_municipality_pct,
    -- R3, R4.
    coalesce(
        counts.n_measured > 0
        and 100 * counts.n_fulfilled >= requirement_pct * counts.n_measured,
        false
    ) as meets_requirement,
    if(initiatives.is_locked and is_first, null, coalesce(area_flows.n_new, 0)) as n_new,
    if(initiatives.is_locked and is_first, null, coalesce(area_flows.n_left, 0)) as n_left
from areas
inner join months using (initiative)
inner join initiatives using (initiative)
left join counts using (initiative, area_type, area_code, month_number)
left join means using (initiative, area_type, month_number)
left join area_flows using (initiative, area_type, area_code, month_number);

create table fct_area_month_status as
with

statuses as (
    select distinct initiative, category, status
    from seed('rules/result_schemes')
),

status_counts as (
    select
        initiative,
        area_type,
        area_code,
        month_number,
        category,
        status,
        count(*) as n_citizens
    from area_citizens
    where is_measured
    group by all
)

select
    initiative,
    area_type,
    area_code,
    area_name,
    first_date as data_month,
    category,
    status,
    coalesce(n_citizens, 0) as n_citizens,
    pct(coalesce(n_citizens, 0), n_measured) as pct_of_measured
from areas
inner join months using (initiative)
inner join statuses using (initiative)
left join counts using (initiative, area_type, area_code, month_number)
left join status_counts
    using (initiative, area_type, area_code, month_number, category, status);
