select signals.signal
from {{ ref('signals') }} as signals
left join {{ ref('sources_of_facts') }} as sources_of_facts
    on
        signals.fact = sources_of_facts.fact
        and sources_of_facts.aspect = 'signal'
where sources_of_facts.source is null and signals.signal <> 'selvforsoergelse'
