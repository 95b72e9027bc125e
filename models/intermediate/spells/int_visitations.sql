{{ one_value_at_a_time(
    ref('stg_visitation__visitations'),
    'citizen_key',
    'personkategori_kode',
    ['is_as_of_delivery', 'cohort_of']
) }}
