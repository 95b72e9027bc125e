{{ row_exceptions("visitation", ["personkategori_codes"]) }}
