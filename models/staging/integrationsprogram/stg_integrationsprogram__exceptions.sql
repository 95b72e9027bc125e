{{ row_exceptions("integrationsprogram", [ref("program_codes")]) }}
