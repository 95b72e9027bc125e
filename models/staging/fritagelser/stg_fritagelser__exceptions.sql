{{ row_exceptions("fritagelser", ["fritagelse_codes"]) }}
