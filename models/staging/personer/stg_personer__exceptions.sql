{{ row_exceptions("personer") }}
