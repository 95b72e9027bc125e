"""The trees of the locked members are the same in SQL and in Python: a proof that is
made from the one is checked against the other (C8)."""

from __future__ import annotations

import duckdb

from labour_monitor.cohort import merkle

from .rendering import sql

SIZES = [*range(1, 34), 100]


def test_trees_of_every_size_are_the_same_in_sql_and_python() -> None:
    members = {f"{size:03d}": [f"k{n:04d}" for n in range(size)] for size in SIZES}
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_cohort_members (initiative varchar, "
            "municipality_code varchar, citizen_key varchar)"
        )
        connection.executemany(
            "insert into int_cohort_members values ('one', ?, ?)",
            # The order in which they stand says nothing.
            [(code, key) for code, keys in members.items() for key in keys[::-1]],
        )
        for model in ("int_cohort_merkle_nodes", "int_cohort_digests"):
            connection.execute(f"create table {model} as {sql(model)}")
        nodes = connection.execute(
            "select municipality_code, tree_level, node_digest "
            "from int_cohort_merkle_nodes order by 1, 2, node_number"
        ).fetchall()
        digests = connection.execute(
            "select municipality_code, n_members, digest from int_cohort_digests"
        ).fetchall()
    leaves = {
        code: [merkle.leaf(key) for key in keys] for code, keys in members.items()
    }
    assert nodes == [
        (code, level, digest)
        for code in sorted(leaves)
        for level, of_level in enumerate(merkle.levels(leaves[code]))
        for digest in of_level
    ]
    assert sorted(digests) == [
        (code, len(leaves[code]), merkle.root(leaves[code])) for code in sorted(leaves)
    ]
