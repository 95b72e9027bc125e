-- A month outside var dream_first_month..dream_last_month has no column of DREAM to be
-- read from: nobody would be new in it, which looks like a quiet month (F1).
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
