{{ one_value_at_a_time(
    ref('stg_bopael__residences'),
    'citizen_key',
    'municipality_code',
    ['is_as_of_delivery', 'cohort_of']
) }}
