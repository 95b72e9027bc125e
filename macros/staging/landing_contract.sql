{# The contract of a source, as `landing/row_rules.py` reads it from
   _landing__sources.yml: {columns: [{name, role, suspect_form}], identity_columns, conflict_reason,
   is_replaced_by_newer, rules}. Without content while dbt parses, when no code runs.
   dbt's own `graph` would not do: it is empty in a unit test. #}
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

{# The registers, in the order of the contract. dbt sees a ref() only where its name is
   known while it parses, when no code runs: so they stand here too, and a test fails
   where the contract has others. #}
{% macro registers() %}
    {{ return([
        "dream", "personer", "bopael", "visitation", "integrationsprogram", "ydelser",
        "fritagelser", "aktivering", "uddannelse", "persongrupper", "eindkomst",
        "socialt_frikort",
    ]) }}
{% endmacro %}
