{{ one_value_at_a_time(ref('stg_bopael__residences'), 'municipality_code') }}
