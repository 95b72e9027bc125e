{{ row_exceptions("socialt_frikort") }}
