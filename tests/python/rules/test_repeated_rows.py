"""Which rows share their identity, as the macros find it: equal numbers are neighbours
once they are sorted. The order is that of several threads that write to disk."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .rendering import macro

N_ROWS = 400_000


@pytest.fixture
def connection(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    limits = {"threads": "4", "memory_limit": "40MB", "temp_directory": str(tmp_path)}
    with duckdb.connect(config=limits) as connection:
        connection.execute("set preserve_insertion_order = false")
        yield connection


def test_every_number_that_is_there_more_than_once_is_found_and_no_other(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    # Most ids once, some four or five times, in no order; one in an old row too.
    connection.execute(
        f"create table register as select case when n % 1000 = 7 then n // 4000 "
        "when n % 90000 = 11 then null when n = 20001 then 20002 else n end as id, "
        "n <> 20001 as is_new "
        f"from range({N_ROWS}) as numbers (n) order by hash(n)"
    )
    query = macro("repeated_fingerprints")("register", ["id"], "number")

    found = [row[0] for row in connection.execute(query).fetchall()]

    numbers = connection.execute(
        "select hash(id), count(*) from register where is_new group by id"
    ).fetchall()
    assert Counter(found) == Counter(number for number, n in numbers if n > 1)
    assert max(n for _, n in numbers) == 5
    assert len(found) == N_ROWS // 4000 + 1


def test_numbers_out_of_order_stop_the_run(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        f"create table register as select n as id, true as is_new from range({N_ROWS}) "
        "as numbers (n)"
    )
    query = macro("repeated_fingerprints")("register", ["id"], "number")
    assert "order by" in query

    with pytest.raises(duckdb.Error, match="sorted numbers came out of order"):
        connection.execute(query.replace("order by number", "")).fetchall()


KEY = ["citizen_key", "data_month"]
_PARTS = st.sampled_from(["a", "b", "c", None]), st.sampled_from([1, 2, None])


def not_unique(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return sorted(connection.execute(query).fetchall(), key=repr)


@pytest.mark.parametrize("share_a_number", [False, True])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(keys=st.lists(st.tuples(*_PARTS), max_size=8))
def test_a_key_of_people_that_is_there_twice_or_has_a_null_is_found_and_no_other(
    share_a_number: bool, keys: list[tuple]
) -> None:
    query = macro("unique_grain")("people", KEY)
    number = "hash(citizen_key, data_month)"
    assert query.count(number) == 2
    if share_a_number:
        query = query.replace(number, "hash('of all keys')")
    with duckdb.connect() as connection:
        connection.execute("create table people (citizen_key text, data_month int)")
        if keys:
            connection.executemany("insert into people values (?, ?)", keys)
        found = not_unique(connection, query)

    n_of_key = Counter(keys)
    wanted = {key for key, n in n_of_key.items() if n > 1 or None in key}
    assert found == sorted(wanted, key=repr)
