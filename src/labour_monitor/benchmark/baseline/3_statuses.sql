-- What every member is in every month: exempt, and with which status.

create temp table monitored as
select distinct pnr, month_number, first_date, last_date
from members;

create temp table targets as
select distinct pnr
from monitored;

-- T2: whatever a person has that touches months.
create temp table spells as
select pnr, signal_group as signal, first_day, last_day
from benefits
where signal_group is not null
union all
select pnr, 'public_support', first_day, last_day
from benefits
where is_public_support
union all
-- S3.
select pnr, signal, start_dato as first_day, coalesce(slut_dato, 'infinity') as last_day
from newest('aktivering') as delivered
semi join targets using (pnr)
inner join seed('code_lists/tilbud_codes') as listed
    on listed.tilbud_kode = text(delivered.tilbud_kode)
where publiceret and signal is not null and first_day <= last_day
union all
select
    pnr,
    'uddannelse',
    elev3_vfra as first_day,
    coalesce(elev3_vtil, 'infinity') as last_day
from newest('uddannelse')
semi join targets using (pnr)
where su_berettiget and text(udd) is not null and first_day <= last_day
union all
select
    pnr,
    'marker: ' || text(persongruppe),
    start_dato as first_day,
    coalesce(slut_dato, 'infinity') as last_day
from newest('persongrupper')
semi join targets using (pnr)
where first_day <= last_day
union all
select
    pnr,
    'exemption: ' || text(fritagelse_kode),
    fra_dato as first_day,
    coalesce(til_dato, 'infinity') as last_day
from newest('fritagelser')
semi join targets using (pnr)
where first_day <= last_day;

create temp table touched as
select distinct pnr, month_number, signal
from monitored
inner join spells using (pnr)
where first_day <= last_date and last_day >= first_date;

-- The wage reports of the targets, and the few of others under the same ids: of the
-- versions of a report the newest sound one holds, whomever it is about.
create temp table reports_of_targets as
from every('eindkomst')
semi join targets using (pnr);

-- Others have rows under an id where there are more of it than the targets have. So the
-- person numbers of the whole register are read once.
create temp table ids_of_others as
select indberetning_id
from (
    select indberetning_id, 1 as n
    from every('eindkomst')
    semi join reports_of_targets using (indberetning_id)
    union all
    select indberetning_id, -1
    from reports_of_targets
)
group by indberetning_id
having sum(n) > 0;

create temp table reports as
with

versions as (
    select distinct * replace (
        text(ajo_cvr_nr) as ajo_cvr_nr,
        text(vmo_indkomst_type_kode) as vmo_indkomst_type_kode,
        text(ansaettelse_kode) as ansaettelse_kode,
        text(vmo_tilbagefoersel_kode) as vmo_tilbagefoersel_kode
    )
    from (
        from reports_of_targets
        union all by name
        from every('eindkomst')
        semi join ids_of_others using (indberetning_id)
        anti join targets using (pnr)
    )
),

alone_in_delivery as (
    from versions
    qualify count(*) over (partition by indberetning_id, delivered) = 1
),

newest_sound as (
    from alone_in_delivery
    where
        regexp_full_match(pnr, '[0-9]{10}')
        and indberetning_id is not null
        and ajo_cvr_nr is not null
        and vmo_basis_aar between 1990 and 2100
        and vmo_basis_maaned between 1 and 12
        and vmo_indkomst_type_kode is not null
        and coalesce(ajo_loentimer, ajo_smalt_loenbeloeb) is not null
        and ansaettelse_kode in (
            select ansaettelse_kode from seed('code_lists/ansaettelse_codes')
        )
        and coalesce(
            vmo_tilbagefoersel_kode in (
                select vmo_tilbagefoersel_kode
                from seed('code_lists/tilbagefoersel_codes')
            ),
            true
        )
    qualify delivered = max(delivered) over (partition by indberetning_id)
)

-- A reversal is subtracted, whatever its sign.
select
    pnr,
    ajo_cvr_nr as cvr,
    date_diff('month', date '2000-01-01', make_date(vmo_basis_aar, vmo_basis_maaned, 1))
        as month_number,
    cast(is_elev as boolean) as is_elev,
    if(vmo_tilbagefoersel_kode is null, hours, -abs(hours)) as hours,
    if(vmo_tilbagefoersel_kode is null, amount, -abs(amount)) as amount
from (
    select
        *,
        coalesce(ajo_loentimer, 0) as hours,
        coalesce(ajo_smalt_loenbeloeb, 0) as amount
    from newest_sound
)
inner join seed('code_lists/wage_income_types') using (vmo_indkomst_type_kode)
inner join seed('code_lists/ansaettelse_codes') using (ansaettelse_kode);

create temp table frikort as
with

alone_in_delivery as (
    from (select distinct * replace (text(cvr) as cvr) from every('socialt_frikort'))
    qualify count(*) over (partition by indberetning_id, delivered) = 1
),

newest_sound as (
    from alone_in_delivery
    where
        regexp_full_match(pnr, '[0-9]{10}')
        and indberetning_id is not null
        and cvr is not null
        and aar between 1990 and 2100
        and maaned between 1 and 12
        and timer is not null
        and beloeb is not null
    qualify delivered = max(delivered) over (partition by indberetning_id)
)

select distinct
    pnr,
    cvr,
    date_diff('month', date '2000-01-01', make_date(aar, maaned, 1)) as month_number
from newest_sound;

-- S1, S2, S4: by employer and month.
create temp table wages as
select
    pnr,
    month_number,
    bool_or(elev_hours > 0 or elev_amount > 0) as is_elev
from (
    select
        pnr,
        cvr,
        month_number,
        sum(hours) as hours,
        sum(amount) as amount,
        sum(hours) filter (is_elev) as elev_hours,
        sum(amount) filter (is_elev) as elev_amount
    from reports
    group by pnr, cvr, month_number
)
anti join frikort using (pnr, cvr, month_number)
where hours > 0 or amount > 0
group by pnr, month_number;

-- The signals by their names in the result schemes.
create temp table signals as
from touched
union all
select pnr, month_number, 'loen_elev'
from wages
where is_elev
union all
select
    pnr,
    month_number,
    if(public_support.pnr is null, 'loen_uden_ydelse', 'loen_med_ydelse')
from wages
left join (from touched where signal = 'public_support') as public_support
    using (pnr, month_number)
union all
-- On the last day of the month.
select
    pnr,
    month_number,
    if(
        coalesce(cast(is_jobparat as boolean), false),
        'kontanthjaelp_jobparat',
        'kontanthjaelp_aktivitetsparat'
    )
from (from touched where signal = 'kontanthjaelp_like') as on_kontanthjaelp
inner join monitored using (pnr, month_number)
left join visitations
    on
        visitations.pnr = on_kontanthjaelp.pnr
        and not is_at_lock
        and last_date between first_day and last_day
left join seed('code_lists/personkategori_codes') as categories
    on visitations.personkategori_kode = cast(categories.personkategori_kode as integer)
union all
-- Whoever has another signal has one of a lower rank.
select pnr, month_number, 'selvforsoergelse'
from monitored;

-- R1: the true signal of the lowest rank decides. X1, X2, V1, V2: and whether it counts.
create temp table citizen_months as
with

schemes as (
    select
        * replace (cast(rank as integer) as rank, cast(counts as boolean) as counts)
    from seed('rules/result_schemes')
),

statuses as (
    select
        initiative,
        pnr,
        month_number,
        min_by({'status': status, 'category': category, 'counts': counts}, rank)
            as reached
    from members
    inner join signals using (pnr, month_number)
    inner join schemes using (initiative, signal)
    group by all
),

rehabilitation as (
    select distinct initiative, pnr, month_number
    from touched
    inner join seed('rules/markers') on signal = 'marker: ' || persongruppe
    where marker_use = 'rehabiliteringsgruppe'
),

exempt as (
    select distinct initiative, pnr, month_number
    from touched
    inner join seed('code_lists/fritagelse_codes')
        on signal = 'exemption: ' || fritagelse_kode
    inner join initiatives
        on cast(if(exemption_list = 'faq', is_in_faq, is_in_notat) as boolean)
)

select
    members.* exclude (first_date, last_date),
    reached.status as status,
    reached.category as category,
    rehabilitation.pnr is not null as is_rehab,
    not is_rehab and exempt.pnr is not null as is_exempt,
    not is_rehab and not is_exempt as is_measured,
    is_measured and reached.counts as is_fulfilled
from members
inner join statuses using (initiative, pnr, month_number)
left join rehabilitation using (initiative, pnr, month_number)
left join exempt using (initiative, pnr, month_number);
