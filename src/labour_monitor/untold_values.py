"""What DuckDB says of somebody's row is not told.

A text that is no UTF-8 is quoted in DuckDB's message, and a person number may be such a
text (D1). dbt prints the message, and keeps it in its log and its artifacts. Where a
file has been damaged, DuckDB may not even say which one: the check of the deliveries
does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt_common.exceptions import DbtRuntimeError

from labour_monitor.landing.faults import without_values

_OF_A_FILE = ("Parquet", "encoding", "don't know what type", "Corrupt", "decompress")
_WHAT_TO_DO = (
    "What to do: `labour-monitor check` says which file of which delivery cannot be "
    "read; have it delivered again under a new date"
)


@cache  # once: a process may run dbt several times
def leave_out() -> None:
    """dbt does so in this process from now on."""
    ask = DuckDBCursorWrapper.execute

    def execute(self: DuckDBCursorWrapper, *statement: Any) -> Any:
        try:
            return ask(self, *statement)
        except (duckdb.Error, DbtRuntimeError) as error:
            said = without_values(str(error))
            if any(sign in said for sign in _OF_A_FILE):
                said = f"{said}\n{_WHAT_TO_DO}"
            elif said == str(error):
                raise
            # The error that it is of has the value too.
            raise DbtRuntimeError(said) from None

    DuckDBCursorWrapper.execute = execute
