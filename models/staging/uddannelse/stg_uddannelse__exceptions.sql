{{ row_exceptions("uddannelse") }}
