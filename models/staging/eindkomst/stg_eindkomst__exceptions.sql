{{ row_exceptions("eindkomst", ["ansaettelse_codes", "tilbagefoersel_codes"]) }}
