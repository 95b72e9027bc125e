"""What the tests of runs share."""

from __future__ import annotations

import duckdb


def state(workshop) -> dict[str, tuple]:
    """Rows and digest of each table that keeps or shows a figure."""
    with duckdb.connect(str(workshop.database), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where schema_name in ('state', 'published', 'marts')"
        ).fetchall()
        return {
            name: connection.execute(
                f"select count(*), bit_xor(hash(kept)) from {name} as kept"
            ).fetchall()[0]
            for (name,) in names
        }
