with

int_signals as (
    select * from {{ ref('int_signals') }}
),

signal_flags as (
    select
        citizen_key,
        data_month,
        {{ has_signal('foertidspension') }} as has_foertidspension,
        {{ has_signal('ressourceforloeb') }} as has_ressourceforloeb,
        {{ has_signal('ledighedsydelse') }} as has_ledighedsydelse,
        {{ has_signal('revalidering') }} as has_revalidering,
        {{ has_signal('fleksjob') }} as has_fleksjob,
        {{ has_signal('loentilskud') }} as has_loentilskud,
        {{ has_signal('virksomhedspraktik') }} as has_virksomhedspraktik,
        {{ has_signal('uddannelse') }} as has_uddannelse,
        {{ has_signal('loen_elev') }} as has_loen_elev,
        {{ has_signal('loen_uden_ydelse') }} as has_loen_uden_ydelse,
        {{ has_signal('loen_med_ydelse') }} as has_loen_med_ydelse,
        {{ has_signal('sygedagpenge') }} as has_sygedagpenge,
        {{ has_signal('forrevalidering') }} as has_forrevalidering,
        {{ has_signal('kontanthjaelp_jobparat') }} as has_kontanthjaelp_jobparat,
        {{ has_signal('kontanthjaelp_aktivitetsparat') }} as has_kontanthjaelp_aktivitetsparat,
        {{ has_signal('oevrig_ydelse') }} as has_oevrig_ydelse,
        {{ has_signal('selvforsoergelse') }} as has_selvforsoergelse
    from int_signals
    group by citizen_key, data_month
)

select * from signal_flags
