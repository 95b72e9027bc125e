"""What DuckDB says of somebody's row is not told.

A text that is no UTF-8 is quoted in DuckDB's message, and a person number may be such a
text (D1). dbt prints the message, and keeps it in its log and its artifacts.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt_common.exceptions import DbtRuntimeError

from labour_monitor.landing.faults import retold


@cache  # once: a process may run dbt several times
def leave_out() -> None:
    """dbt does so in this process from now on."""
    ask = DuckDBCursorWrapper.execute

    def execute(self: DuckDBCursorWrapper, *statement: Any) -> Any:
        try:
            return ask(self, *statement)
        except (duckdb.Error, DbtRuntimeError) as error:
            if (said := retold(error)) is None:
                raise
            # The error that it is of has the value too.
            raise DbtRuntimeError(said) from None

    DuckDBCursorWrapper.execute = execute
