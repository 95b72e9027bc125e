{{ row_exceptions("persongrupper") }}
