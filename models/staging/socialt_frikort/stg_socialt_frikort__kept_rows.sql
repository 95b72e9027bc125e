{{ kept_reports("socialt_frikort", of_everybody=true) }}
