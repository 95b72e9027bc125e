-- A signal without a place in a scheme would leave its citizens without a status: they
-- would be measured and in no row of the status table (rules.md, The result scheme).
select
    initiatives.initiative,
    signals.signal
from {{ ref('initiatives') }} as initiatives
cross join {{ ref('signals') }} as signals
left join {{ ref('result_schemes') }} as result_schemes
    on
        initiatives.initiative = result_schemes.initiative
        and signals.signal = result_schemes.signal
where result_schemes.signal is null
