{% macro landing_contract(source_name) %}
    {%- if not execute -%}
        {{ return({"columns": [], "identity_columns": [], "rules": []}) }}
    {%- endif -%}
    {%- set contract = in_python("landing_contract", {"source": source_name}) -%}
    {%- if contract.error is defined -%}
        {%- do exceptions.raise_compiler_error(contract.error) -%}
    {%- endif -%}
    {{ return(contract) }}
{% endmacro %}

{% macro registers() %}
    {{ return([
        "dream", "personer", "bopael", "visitation", "integrationsprogram", "ydelser",
        "fritagelser", "aktivering", "uddannelse", "persongrupper", "eindkomst",
        "socialt_frikort",
    ]) }}
{% endmacro %}
