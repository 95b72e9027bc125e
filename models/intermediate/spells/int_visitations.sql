{{ one_value_at_a_time(ref('stg_visitation__visitations'), 'personkategori_kode') }}
