-- Who is in a target group in which month. `is_at_lock` tells what is read as it was when
-- the cohort was locked (C1) from what is read as of the as-of date.

-- P1, P3: the months of which figures are reportable.
create temp table months as
select
    initiative,
    is_locked,
    cast(month as date) as first_date,
    last_day(cast(month as date)) as last_date,
    cast(date_diff('month', date '2000-01-01', month) as integer) as month_number,
    month = first_month as is_first
from
    initiatives,
    lateral (select unnest(generate_series(first_month, last_month, interval 1 month)))
        as each_month (month)
where last_day(cast(month + to_months(lag_months) as date)) <= getvariable('as_of');

-- The days on which people are examined (C1, F1), each with its week of DREAM (T3).
create temp table moments as
select
    initiative,
    is_at_lock,
    day,
    week_column
from (
    select initiative, true as is_at_lock, reference_date as day
    from initiatives
    where is_locked
    union all
    select initiative, false, first_date
    from months
    where not is_locked
)
inner join seed('code_lists/iso_weeks') as weeks
    on day between cast(week_start_date as date) and cast(reference_date as date);

set variable week_at_lock = (select list(week_column) from moments where is_at_lock);
set variable weeks = (select list(week_column) from moments where not is_at_lock);

-- C3 is the narrowest of the conditions: who never was of that category is in no target
-- group, and nothing else is read of them.
create temp table people as
select pnr
from (from newest('visitation') union all by name from at_lock('visitation'))
where
    regexp_full_match(pnr, '[0-9]{10}')
    and personkategori_kode in (select personkategori_kode from initiatives)
group by pnr;

-- Their rows as of both days.
create macro of_people(source) as table
select *, false as is_at_lock
from newest(source)
semi join people using (pnr)
union all by name
select *, true as is_at_lock
from at_lock(source)
semi join people using (pnr);

-- T4, T5: one value at a time. Given are spells (is_at_lock, pnr, value, first_day,
-- last_day), those of no value (T5) among them, and those without an end to infinity.
create macro one_value_at_a_time(spells) as table
with

holding as (
    select
        is_at_lock,
        pnr,
        first_day,
        max({
            'has_value': value is not null,
            'last_day': last_day,
            'value': value
        }) as held
    from query_table(spells)
    group by all
),

changes as (
    select
        * exclude (held),
        held.value as value,
        held.last_day as last_day,
        lead(first_day) over by_day as next_first_day,
        held.value is distinct from lag(held.value) over by_day as is_change
    from holding
    window by_day as (partition by is_at_lock, pnr order by first_day)
),

stretches as (
    select *, count_if(is_change) over by_day as stretch
    from changes
    window by_day as (partition by is_at_lock, pnr order by first_day)
)

-- A spell of the same value as the one before ends no earlier than that one; the next
-- spell, whatever its value, ends it the day before.
select
    is_at_lock,
    pnr,
    value,
    first_day,
    least(max(last_day) over in_stretch, next_first_day - 1) as last_day
from stretches
where value is not null
window in_stretch as (partition by is_at_lock, pnr, stretch order by first_day);

create temp table delivered_residences as
select
    is_at_lock,
    pnr,
    municipality_code as value,
    bop_vfra as first_day,
    coalesce(bop_vtil, 'infinity') as last_day
from of_people('bopael') as delivered
left join seed('code_lists/municipalities') as listed on municipality_code = text(kom)
where text(kom) is not null and first_day <= last_day;

create temp table residences as
select * rename (value as municipality_code)
from one_value_at_a_time('delivered_residences');

create temp table delivered_visitations as
select
    is_at_lock,
    pnr,
    cast(listed.personkategori_kode as integer) as value,
    fra_dato as first_day,
    coalesce(til_dato, 'infinity') as last_day
from of_people('visitation') as delivered
left join seed('code_lists/personkategori_codes') as listed
    on delivered.personkategori_kode = cast(listed.personkategori_kode as integer)
where delivered.personkategori_kode is not null and first_day <= last_day;

create temp table visitations as
select * rename (value as personkategori_kode)
from one_value_at_a_time('delivered_visitations');

-- Of rows that say different things of one person none is believed.
create temp table persons as
select
    is_at_lock,
    pnr,
    any_value(foed_dag) as birth_date,
    any_value(doddato) as death_date
from (
    select distinct is_at_lock, pnr, foed_dag, doddato
    from of_people('personer')
)
group by is_at_lock, pnr
having count(*) = 1 and any_value(foed_dag) is not null;

create temp table programmes as
select
    initiative,
    is_at_lock,
    pnr,
    fra_dato as first_day,
    coalesce(til_dato, 'infinity') as last_day
from of_people('integrationsprogram') as delivered
inner join seed('rules/excluding_programs') as excluding
    on excluding.program_kode = text(delivered.program_kode)
where first_day <= last_day;

create temp table benefits as
select
    pnr,
    signal_group,
    exit_event,
    cast(is_public_support as boolean) as is_public_support,
    fra_dato as first_day,
    coalesce(til_dato, 'infinity') as last_day
from newest('ydelser') as delivered
semi join people using (pnr)
inner join seed('code_lists/ydelse_codes') as listed
    on listed.ydelse_kode = text(delivered.ydelse_kode)
where first_day <= last_day;

-- C2, F1: on a benefit in the week of the day.
create temp table recipients as
select distinct
    initiative,
    is_at_lock,
    day,
    pnr
from (
    select false as is_at_lock, *
    from (
        unpivot (
            select pnr, columns(name -> list_contains(getvariable('weeks'), name))
            from newest('dream')
            semi join people using (pnr)
        ) on columns(* exclude (pnr)) into name week_column value code
    )
    union all
    select true as is_at_lock, *
    from (
        unpivot (
            select pnr, columns(name -> list_contains(getvariable('week_at_lock'), name))
            from at_lock('dream')
            semi join people using (pnr)
        ) on columns(* exclude (pnr)) into name week_column value code
    )
)
inner join moments using (is_at_lock, week_column)
inner join seed('code_lists/dream_codes') on dream_code = text(code)
inner join seed('rules/eligible_benefit_groups') using (initiative, benefit_group);

-- Nor is one believed of rows of DREAM that differ, in any week.
create temp table conflicts as
with

repeated as (
    select false as is_at_lock, pnr
    from newest('dream')
    semi join recipients using (pnr)
    group by pnr
    having count(*) > 1
    union all
    select true as is_at_lock, pnr
    from at_lock('dream')
    semi join recipients using (pnr)
    group by pnr
    having count(*) > 1
),

different as (
    select distinct false as is_at_lock, text(columns(*))
    from newest('dream')
    semi join (from repeated where not is_at_lock) using (pnr)
    union all by name
    select distinct true as is_at_lock, text(columns(*))
    from at_lock('dream')
    semi join (from repeated where is_at_lock) using (pnr)
)

select is_at_lock, pnr
from different
group by all
having count(*) > 1;

-- C2 to C5 and C7, and F1.
create temp table eligible as
select
    recipients.initiative,
    recipients.is_at_lock,
    recipients.day,
    recipients.pnr,
    residences.municipality_code
from recipients
anti join conflicts using (is_at_lock, pnr)
inner join initiatives using (initiative)
inner join visitations
    on
        visitations.is_at_lock = recipients.is_at_lock
        and visitations.pnr = recipients.pnr
        and visitations.personkategori_kode = initiatives.personkategori_kode
        and day between visitations.first_day and visitations.last_day
inner join persons
    on
        persons.is_at_lock = recipients.is_at_lock
        and persons.pnr = recipients.pnr
        and date_sub('year', birth_date, day) >= min_age
inner join residences
    on
        residences.is_at_lock = recipients.is_at_lock
        and residences.pnr = recipients.pnr
        and day between residences.first_day and residences.last_day
anti join programmes
    on
        programmes.initiative = recipients.initiative
        and programmes.is_at_lock = recipients.is_at_lock
        and programmes.pnr = recipients.pnr
        and day between programmes.first_day and programmes.last_day
left join seed('rules/participation') as participation
    on
        participation.initiative = recipients.initiative
        and participation.municipality_code = residences.municipality_code
where recipients.is_at_lock or participation.initiative is not null;

-- C6: the weeks of the window are looked at for those alone who pass all else. A row that
-- was delivered twice counts once.
create temp table near as
select
    initiative,
    pnr,
    municipality_code,
    count(*) as n_copies
from eligible
inner join at_lock('dream') using (pnr)
where is_at_lock
group by all;

create temp table window_weeks as
select initiative, initiatives.reference_date, window_pct, week_column
from initiatives
inner join seed('code_lists/iso_weeks') as weeks
    on
        cast(week_start_date as date) >= window_start_date
        and cast(weeks.reference_date as date) <= initiatives.reference_date
where is_locked;

set variable window_weeks = (select list(week_column) from window_weeks);

create temp table benefit_weeks as
select pnr, count(*) as n_weeks
from (
    unpivot (
        select pnr, columns(name -> list_contains(getvariable('window_weeks'), name))
        from at_lock('dream')
        semi join near using (pnr)
    ) on columns(* exclude (pnr)) into name week_column value code
)
where text(code) in (
    select dream_code
    from seed('code_lists/dream_codes')
    inner join seed('code_lists/benefit_groups') using (benefit_group)
    where cast(is_kontanthjaelpslignende as boolean)
)
group by pnr;

create temp table cohort as
select initiative, pnr, municipality_code, reference_date
from near
inner join benefit_weeks using (pnr)
inner join initiatives using (initiative)
where 100 * n_weeks >= window_pct * n_copies * (select count(*) from window_weeks);

-- E1, E2, F2: the first day on which somebody has left for good.
create temp table exits as
with

home_days as (
    select
        pnr,
        reference_date,
        first_day,
        last_day,
        coalesce(first_day > lag(last_day) over by_day + 1, true) as is_return
    from cohort
    inner join residences using (pnr, municipality_code)
    where not is_at_lock
    window by_day as (partition by pnr order by first_day)
),

-- Residences of which one follows the other without a day between are one stay.
stays as (
    select
        pnr,
        min(first_day) as first_day,
        max(last_day) as last_day
    from (
        select *, count_if(is_return) over (partition by pnr order by first_day) as stay
        from home_days
    )
    group by pnr, stay
),

events as (
    select
        cohort.pnr,
        'moved' as exit_event,
        coalesce(stays.last_day, reference_date) + 1 as exit_date
    from cohort
    left join stays
        on
            stays.pnr = cohort.pnr
            and reference_date + 1 between first_day and last_day
    union all
    select pnr, exit_event, first_day
    from benefits
    where exit_event is not null
    union all
    select pnr, 'death', death_date
    from persons
    where not is_at_lock and death_date is not null
)

select
    initiative,
    pnr,
    min(exit_date) as exit_date
from events
inner join seed('rules/exit_rules') using (exit_event)
where exit_event <> 'moved' or initiative in (select initiative from cohort)
group by all;

create temp table members as
-- E3.
select
    initiative,
    pnr,
    municipality_code,
    month_number,
    first_date,
    last_date
from cohort
inner join months using (initiative)
left join exits using (initiative, pnr)
where coalesce(exit_date > last_date, true)
union all
-- F2, F3: in the group from a start on which somebody is eligible there until the first
-- month that the person does not stay through.
select
    initiative,
    pnr,
    municipality_code,
    month_number,
    first_date,
    last_date
from (
    select
        *,
        bool_or(is_eligible) over (
            partition by initiative, pnr, municipality_code, unbroken
            order by month_number
        ) as is_member
    from (
        select
            months.*,
            residences.pnr,
            residences.municipality_code,
            eligible.pnr is not null as is_eligible,
            months.month_number - row_number() over (
                partition by
                    months.initiative, residences.pnr, residences.municipality_code
                order by months.month_number
            ) as unbroken
        from months
        inner join (select distinct initiative, pnr from eligible where not is_at_lock)
            as ever
            using (initiative)
        inner join residences
            on
                residences.pnr = ever.pnr
                and not residences.is_at_lock
                and last_date between first_day and last_day
        left join exits
            on exits.initiative = months.initiative and exits.pnr = residences.pnr
        left join eligible
            on
                eligible.initiative = months.initiative
                and not eligible.is_at_lock
                and eligible.day = months.first_date
                and eligible.pnr = residences.pnr
                and eligible.municipality_code = residences.municipality_code
        where coalesce(exit_date > last_date, true)
    )
)
where is_member;
