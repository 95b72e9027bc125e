{{ unusual_forms("eindkomst") }}
