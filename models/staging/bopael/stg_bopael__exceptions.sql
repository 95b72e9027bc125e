{{ row_exceptions("bopael", ["municipalities"]) }}
