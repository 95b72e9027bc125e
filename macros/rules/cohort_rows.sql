{% macro rows_not_counted() -%}
    select cohort_rows.*
    from {{ ref("int_cohort_dream_rows") }} as cohort_rows
    {%- if is_incremental() %}
    left join {{ this }} as counted
        on
            cohort_rows.dream_row_id = counted.dream_row_id
            and cohort_rows.initiative = counted.initiative
            and cohort_rows.cohort_window_start_date = counted.cohort_window_start_date
            and cohort_rows.cohort_reference_date = counted.cohort_reference_date
    where counted.dream_row_id is null
    {%- endif %}
{%- endmacro %}
