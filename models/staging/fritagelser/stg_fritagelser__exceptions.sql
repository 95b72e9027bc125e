{{ row_exceptions("fritagelser", [ref("fritagelse_codes")]) }}
