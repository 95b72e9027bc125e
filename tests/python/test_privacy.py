"""What is left of the person numbers: nothing after staging, nothing in logs (D1)."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict

import duckdb

from labour_monitor import project
from labour_monitor.landing import contract

PNR = re.compile(r"(?<![0-9A-Za-z.])[0-9]{10}(?![0-9A-Za-z])")


def test_no_table_holds_a_person_number(built) -> None:
    columns = built.query("""
        select schema_name, table_name, column_name, data_type
        from duckdb_columns()
        where not internal and schema_name not in ('landing', 'code_lists', 'rules')
            and data_type = 'VARCHAR'
            and (schema_name, table_name) in (
                select (schema_name, table_name) from duckdb_tables()
            )
    """)
    assert len(columns) > 100
    alone = "(^|[^0-9a-zA-Z.])[0-9]{10}($|[^0-9a-zA-Z])"
    of_tables = defaultdict(list)
    for schema, table, column, _ in columns:
        of_tables[f"{schema}.{table}"].append(column)
    found = set()
    with duckdb.connect(str(built.database), read_only=True) as connection:
        for table, names in of_tables.items():
            holds = (f"bool_or(regexp_matches({name}, '{alone}'))" for name in names)
            (row,) = connection.execute(
                f"select {', '.join(holds)} from {table}"
            ).fetchall()
            found |= {
                (table, name) for name, is_ in zip(names, row, strict=True) if is_
            }
    assert found == set()


def test_no_column_is_named_pnr_after_staging(built) -> None:
    assert (
        built.query("""
        select schema_name, table_name from duckdb_columns()
        where column_name = 'pnr' and schema_name <> 'landing'
    """)
        == []
    )


def test_a_citizen_key_is_the_digest_of_secret_and_person_number(built) -> None:
    file = next((built.landing / "personer").glob("*/*.parquet"))
    pnrs = built.query(f"select pnr from read_parquet('{file}') where length(pnr) = 10")
    keys = {
        hashlib.sha256((project.citizen_key_secret() + pnr).encode()).hexdigest()
        for (pnr,) in pnrs
    }
    shown = {k for (k,) in built.query("select citizen_key from marts.fct_cohort")}
    assert shown
    assert shown <= keys


def test_a_rejected_row_holds_everything_but_the_person_number(built) -> None:
    rows = built.query("select source, row_json from marts.dq_rejected_row")
    assert {source for source, _ in rows} == set(contract.sources())
    for source, text in rows:
        row = json.loads(text)
        columns = {column.name for column in contract.sources()[source].columns}
        assert set(row) == columns - {"pnr"} | {"citizen_key"}


def test_the_secret_and_person_numbers_are_in_no_artifact(
    workshop, monkeypatch
) -> None:
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "a-secret-of-our-own")
    run = ("run", "--write-json", "--select", "+int_cohort_locked")
    assert workshop.dbt(*run), workshop.output
    target = workshop.folder / "target"
    texts = {
        path: path.read_text()
        for path in target.rglob("*")
        if path.suffix in {".json", ".sql", ".log"}
    }
    assert texts
    texts["output"] = workshop.output
    assert not [path for path, text in texts.items() if "a-secret-of-our-own" in text]
    pnrs = workshop.query(
        f"select pnr from read_parquet('{workshop.file('personer', '2020-09-28')}')"
    )
    known = {pnr for (pnr,) in pnrs}
    assert not [path for path, text in texts.items() if known & set(PNR.findall(text))]
