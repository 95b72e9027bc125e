-- What is read. Given are the variables `landing` and `seeds`, two folders, and `as_of`,
-- a date or null for that of the newest delivery; and `exemption_list` (X2), as the project
-- has it.
create macro seed(name) as table
from read_csv(getvariable('seeds') || '/' || name || '.csv', all_varchar = true);

create temp table initiatives as
select
    initiative,
    population = 'locked_cohort' as is_locked,
    cast(first_month as date) as first_month,
    cast(last_month as date) as last_month,
    cast(publication_lag_months as integer) as lag_months,
    cast(min_age as integer) as min_age,
    cast(personkategori_kode as integer) as personkategori_kode,
    cast(requirement_pct as integer) as requirement_pct,
    coalesce(exemption_list, getvariable('exemption_list')) as exemption_list,
    cast(has_country as boolean) as has_country,
    cast(cohort_reference_date as date) as reference_date,
    cast(cohort_lock_date as date) as lock_date,
    cast(cohort_window_start_date as date) as window_start_date,
    cast(cohort_window_pct as integer) as window_pct
from seed('rules/initiatives');

create temp table deliveries as
select
    split_part(file, '/', -3) as source,
    cast(regexp_extract(file, '/delivered=([-0-9]{10})/', 1) as date) as delivered,
    file
from glob(getvariable('landing') || '/*/delivered=*/*.parquet');

-- P3: without an as-of date it is that of the newest delivery.
set variable as_of = coalesce(
    getvariable('as_of'), (select max(delivered) from deliveries)
);

-- C1: the day until which the registers of the locked cohort are read.
set variable lock_date = (
    select least(lock_date, getvariable('as_of')) from initiatives where is_locked
);

-- The files of the newest delivery of each source until a day.
create macro newest_files(until) as table
select source, list(file) as files
from (
    from deliveries
    where delivered <= until
    qualify delivered = max(delivered) over (partition by source)
)
group by source;

set variable newest = (
    select map_from_entries(list((source, files)))
    from newest_files(getvariable('as_of'))
);

set variable at_lock = (
    select map_from_entries(list((source, files)))
    from newest_files(getvariable('lock_date'))
);

set variable every = (
    select map_from_entries(list((source, files)))
    from (
        select source, list(file) as files
        from deliveries
        where delivered <= getvariable('as_of')
        group by source
    )
);

-- Rows of a register as its newest delivery has them, as the newest until the lock has
-- them (C1), and as all deliveries together have them.
create macro newest(source) as table
from read_parquet(getvariable('newest')[source], hive_partitioning = false);

create macro at_lock(source) as table
from read_parquet(getvariable('at_lock')[source], hive_partitioning = false);

create macro every(source) as table
from read_parquet(getvariable('every')[source], hive_partitioning = true);

-- Spaces around a text are none of it, and a blank is no value.
create macro text(value) as nullif(trim(value), '');
