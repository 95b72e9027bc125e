{{ kept_reports("eindkomst", ["ansaettelse_codes", "tilbagefoersel_codes"]) }}
