"""labour-monitor: everything around the dbt project that SQL does not serve.

The rules of the domain are in `models/` and `seeds/`; this package states none of them.
"""
