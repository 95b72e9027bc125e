{{ report_exceptions("eindkomst") }}
