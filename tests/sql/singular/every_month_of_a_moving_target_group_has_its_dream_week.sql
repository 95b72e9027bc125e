select
    initiative,
    data_month
from {{ ref('int_initiative_months') }}
where
    population = 'monthly'
    and (
        data_month < cast('{{ var("dream_first_month") }}' as date)
        or data_month > cast('{{ var("dream_last_month") }}' as date)
    )
