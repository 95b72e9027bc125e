with

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

int_signal_flags as (
    select * from {{ ref('int_signal_flags') }}
),

citizen_months as (
    select
        int_citizen_months.initiative,
        int_citizen_months.citizen_key,
        int_citizen_months.municipality_code,
        int_citizen_months.is_participating,
        int_citizen_months.data_month,
        int_citizen_months.visitation_category,
        int_citizen_months.is_exempt,
        int_citizen_months.is_measured,
        int_citizen_months.is_exempt_straksafklaring,
        int_citizen_months.status,
        int_citizen_months.category,
        int_citizen_months.is_fulfilled,
        int_signal_flags.has_foertidspension,
        int_signal_flags.has_ressourceforloeb,
        int_signal_flags.has_ledighedsydelse,
        int_signal_flags.has_revalidering,
        int_signal_flags.has_fleksjob,
        int_signal_flags.has_loentilskud,
        int_signal_flags.has_virksomhedspraktik,
        int_signal_flags.has_uddannelse,
        int_signal_flags.has_loen_elev,
        int_signal_flags.has_loen_uden_ydelse,
        int_signal_flags.has_loen_med_ydelse,
        int_signal_flags.has_sygedagpenge,
        int_signal_flags.has_forrevalidering,
        int_signal_flags.has_kontanthjaelp_jobparat,
        int_signal_flags.has_kontanthjaelp_aktivitetsparat,
        int_signal_flags.has_oevrig_ydelse,
        int_signal_flags.has_selvforsoergelse
    from int_citizen_months
    left join int_signal_flags
        on
            int_citizen_months.citizen_key = int_signal_flags.citizen_key
            and int_citizen_months.data_month = int_signal_flags.data_month
)

select * from citizen_months
