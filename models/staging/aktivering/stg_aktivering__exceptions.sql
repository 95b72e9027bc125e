{{ row_exceptions("aktivering", ["tilbud_codes"]) }}
