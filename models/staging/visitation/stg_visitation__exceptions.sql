{{ row_exceptions("visitation", [ref("personkategori_codes")]) }}
