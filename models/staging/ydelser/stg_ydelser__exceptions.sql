{{ row_exceptions("ydelser", ["ydelse_codes"]) }}
