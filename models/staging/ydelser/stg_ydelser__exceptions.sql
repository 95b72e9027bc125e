{{ row_exceptions("ydelser", [ref("ydelse_codes")]) }}
