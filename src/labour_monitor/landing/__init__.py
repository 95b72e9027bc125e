"""The in-door: which deliveries a run reads, whether they can be trusted, and the
relations under which dbt finds them (sources.md)."""
