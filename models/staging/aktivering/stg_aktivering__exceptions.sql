{{ row_exceptions("aktivering", [ref("tilbud_codes")]) }}
