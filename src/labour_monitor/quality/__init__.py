"""The check of deliveries before a build: what the in-door would stop, what the content
of the deliveries says, and how they differ from the ones before them.

DuckDB counts and Great Expectations judges the counts: no row of a delivery reaches it,
so that no row can be in its results or in the Data Docs."""
