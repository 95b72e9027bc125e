{{ row_exceptions("integrationsprogram", ["program_codes"]) }}
