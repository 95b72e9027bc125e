{{ row_exceptions("bopael", [ref("municipalities")]) }}
