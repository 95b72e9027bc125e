{{ unusual_forms("socialt_frikort") }}
