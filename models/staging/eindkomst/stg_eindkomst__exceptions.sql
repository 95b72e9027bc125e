{{ row_exceptions("eindkomst", [ref("ansaettelse_codes"), ref("tilbagefoersel_codes")]) }}
