{{ report_exceptions("socialt_frikort") }}
