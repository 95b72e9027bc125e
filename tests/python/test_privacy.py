"""What is left of the person numbers: nothing after staging, nothing in logs (D1)."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import duckdb
import pytest

from labour_monitor import project
from labour_monitor.cohort.proofs import citizen_key
from labour_monitor.landing import contract
from labour_monitor.landing.paths import place, the_file
from labour_monitor.synthetic import canaries

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
            holds = (
                f"bool_or(regexp_matches(\"{name}\", '{alone}'))" for name in names
            )
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


HASH = re.compile(rb"[0-9a-fA-F]{64}")
AS_TABLES = (".parquet", ".duckdb")


def tables_in(file: Path) -> Iterator[str]:
    """What a file of tables has to be asked for: compressed, it hides what it holds."""
    if file.suffix == ".parquet":
        yield the_file(file)
        return
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "union all select schema_name, view_name from duckdb_views() "
            "where not internal"
        ).fetchall()
    yield from (f'opened."{schema}"."{name}"' for schema, name in tables)


def contents(file: Path, folder: Path) -> Iterator[bytes]:
    """The bytes of a file, those packed in one of Excel, and all values of one that
    holds tables, as text. A PDF of a report says what its Excel file says."""
    yield file.read_bytes()
    if file.suffix == ".xlsx":
        with ZipFile(file) as book:
            yield from map(book.read, book.namelist())
    if file.suffix not in AS_TABLES:
        return
    with duckdb.connect() as connection:
        if file.suffix == ".duckdb":
            connection.execute(f"attach {place(file)} as opened (read_only)")
        for table in tables_in(file):
            text = folder / "table.csv"
            connection.execute(f"copy (from {table}) to {place(text)} (format csv)")
            yield text.read_bytes()


def people_in(places: list[Path], keys: set[bytes], folder: Path) -> list[str]:
    """The files below these folders that give away a canary or a citizen's key."""
    return [
        str(file)
        for where in places
        for file in ([where] if where.is_file() else sorted(where.rglob("*")))
        if file.is_file()
        and any(
            canaries.traces_in(content)
            or keys & {found.lower() for found in HASH.findall(content)}
            for content in contents(file, folder)
        )
    ]


def keys_of(built) -> set[bytes]:
    """Every citizen's key of the database."""
    tables = built.query("""
        select schema_name, table_name from duckdb_columns()
        where column_name = 'citizen_key' and schema_name in ('marts', 'state')
            and (schema_name, table_name) in (
                select (schema_name, table_name) from duckdb_tables()
            )
    """)
    selects = (f"select citizen_key from {schema}.{name}" for schema, name in tables)
    rows = built.query(" union ".join(selects))
    return {key.encode() for (key,) in rows if key is not None}


def test_no_person_is_in_what_a_build_leaves_for_others(built, tmp_path) -> None:
    """In its editions, Data Docs, artifacts of dbt, logs and control file, nor in the
    pages of the project."""
    folder, root = built.database.parent, project.root()
    editions = folder / "published"
    assert len(list(editions.glob("current/*/*.parquet"))) > 20
    keys = keys_of(built)
    places = [editions, folder / "quality", built.landing / "cohort_lock.json"]
    places += [root / name for name in ("target", "logs", "docs", "README.md")]
    places += [root / name for name in ("CHANGELOG.md", "seeds", "models", "analyses")]
    assert (
        people_in([place for place in places if place.exists()], keys, tmp_path) == []
    )


def test_canaries_are_people_of_the_target_groups_and_nobody_else(built) -> None:
    """Where they are looked for there is something to be found."""
    (in_dream,) = built.query(
        f"""
        select count(distinct pnr)
        from read_parquet('{built.landing}/dream/*/*.parquet')
        where pnr in {canaries.NUMBERS}
        """
    )
    assert in_dream == (len(canaries.NUMBERS),)
    keys = {
        citizen_key(number, project.citizen_key_secret()).encode()
        for number in canaries.NUMBERS
    }
    monitored = {
        key.encode()
        for (key,) in built.query("select citizen_key from marts.fct_citizen_month")
    }
    assert len(keys & monitored) >= 6


@pytest.mark.parametrize("shown", ["number", "hash", "HASH", "key"])
def test_a_person_is_found_in_text_and_in_tables(tmp_path, shown) -> None:
    number = canaries.NUMBERS[-1]
    unkeyed = hashlib.sha256(number.encode()).hexdigest()
    key = citizen_key(number, "secret")
    value = {"number": number, "hash": unkeyed, "HASH": unkeyed.upper(), "key": key}
    there, aside = tmp_path / "there", tmp_path / "aside"
    there.mkdir()
    aside.mkdir()
    (there / "page.html").write_text(f"<td>{value[shown]}</td>")
    with ZipFile(there / "book.xlsx", "w", ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", f"<t>{value[shown]}</t>" * 100)
    (there / "innocent.txt").write_text(f"{hashlib.sha256(b'a file').hexdigest()}")
    many = f"select '{value[shown]}' as x from range(100)"
    duckdb.sql(many).write_parquet(str(there / "table.parquet"), compression="zstd")
    with duckdb.connect(str(there / "tables.duckdb")) as connection:
        connection.execute(f"create table t as {many}")
    found = people_in([there], {key.encode()}, aside)
    names = [Path(file).name for file in found]
    assert names == ["book.xlsx", "page.html", "table.parquet", "tables.duckdb"]
