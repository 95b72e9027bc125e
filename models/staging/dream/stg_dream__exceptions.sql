{{ row_exceptions("dream") }}
