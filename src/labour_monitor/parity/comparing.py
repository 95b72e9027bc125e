"""The tables of two engines, compared cell by cell. What differs is told by table,
column and kind, and how often: no row is shown, because a row may be a person's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from labour_monitor import fingerprints, project
from labour_monitor.files import ContentError, read_yaml
from labour_monitor.landing.paths import parquet, place

ALLOWED = Path(__file__).with_name("allowed.yml")

_SAME_TYPE = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMP"}
"""Spark has points in time, which are in UTC here."""
_NUMBERS = ("INT", "DECIMAL", "DOUBLE", "FLOAT")


@dataclass(frozen=True, order=True)
class Difference:
    """Something that one engine has otherwise: where, what, and how often."""

    table: str
    column: str
    kind: str
    count: int = 1

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f"{where}: {self.kind} ({self.count:,})"


def marts() -> list[str]:
    """The names of all marts."""
    return sorted(f.stem for f in (project.root() / "models/marts").rglob("*.sql"))


def grains() -> dict[str, list[str]]:
    """The columns that tell the rows of each mart apart, by the tests of its YAML."""
    found: dict[str, list[str]] = {}
    root = project.root()
    for path in sorted((root / "models/marts").rglob("*.yml")):
        document = read_yaml(path, str(path.relative_to(root)))
        for model in document["models"]:
            for test in model.get("data_tests", ()):
                if isinstance(test, dict) and "unique_grain" in test:
                    found[model["name"]] = test["unique_grain"]["arguments"]["columns"]
            for column in model["columns"]:
                if "unique" in column.get("data_tests", ()):
                    found.setdefault(model["name"], [column["name"]])
    return found


def allowed(path: Path = ALLOWED) -> set[tuple[str, str, str]]:
    """The differences that may be: table, column and kind of each; the file says why.

    Raises:
        ContentError: an entry lacks something, or the reason.
    """
    entries = read_yaml(path, path.name)["allowed"]
    names = ("table", "column", "kind", "because")
    for entry in entries:
        if sorted(entry) != sorted(names) or not str(entry["because"]).strip():
            raise ContentError(
                f"file {path.name}: expected entries with {', '.join(names)}; found "
                f"{', '.join(entry)}. What to do: complete it."
            )
    return {(e["table"], e["column"], e["kind"]) for e in entries}


def unexpected(
    found: Sequence[Difference], allowed: Collection[tuple[str, str, str]]
) -> list[str]:
    """A line for each difference that may not be, and for each that is allowed and is
    not there any more."""
    lines = [str(d) for d in found if (d.table, d.column, d.kind) not in allowed]
    gone = set(allowed) - {(d.table, d.column, d.kind) for d in found}
    lines += [
        f"{table}.{column}: {kind} is allowed and is not there: take it off the list"
        for table, column, kind in sorted(gone)
    ]
    return lines


def compare(
    first: Path, second: Path, tables: Sequence[str], grains: Mapping[str, list[str]]
) -> list[Difference]:
    """What differs between two folders, each with a folder of Parquet files a table.

    Args:
        first: as the project's own engine has made them.
        second: as the other one has.
        tables: the tables that both must have, with at least one row.
        grains: the columns that tell the rows of a table apart; all where it is not in.
    """
    found: list[Difference] = []
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for table in tables:
            missing = [
                folder for folder in (first, second) if not _files(folder / table)
            ]
            if missing:
                found.append(Difference(table, "", "missing table", len(missing)))
                continue
            for name, folder in (("first", first), ("second", second)):
                files = " union all ".join(
                    f"select * from {parquet(file)}" for file in _files(folder / table)
                )
                connection.execute(f"create or replace view {name}_rows as {files}")
            found += _compared(connection, table, grains.get(table, []))
    return sorted(found)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def _compared(connection, table: str, grain: Sequence[str]) -> list[Difference]:
    """The differences of one table, in the relations first_rows and second_rows."""
    types = [_types(connection, name) for name in ("first_rows", "second_rows")]
    if list(types[0]) != list(types[1]):
        others = types[0].keys() ^ types[1].keys()
        kind = "missing column" if others else "order of the columns"
        return [Difference(table, ",".join(sorted(others)), kind, max(len(others), 1))]
    found = [
        Difference(table, name, f"type {types[1][name]} instead of {types[0][name]}")
        for name in types[0]
        if types[0][name] != types[1][name]
    ]
    counts = [
        connection.execute(f"select count(*) from {name}").fetchall()[0][0]
        for name in ("first_rows", "second_rows")
    ]
    if not all(counts):
        return [*found, Difference(table, "", "no rows", counts.count(0))]
    return found + _cells(connection, table, types[0], list(grain) or list(types[0]))


def _types(connection, relation: str) -> dict[str, str]:
    rows = connection.execute(f"describe {relation}").fetchall()
    return {name: _SAME_TYPE.get(found, found) for name, found, *_ in rows}


def _cells(
    connection, table: str, types: Mapping[str, str], grain: list[str]
) -> list[Difference]:
    columns = {name: f"value_{number}" for number, name in enumerate(types)}
    for relation in ("first", "second"):
        named = ", ".join(f'"{n}" as {column}' for n, column in columns.items())
        # Rows that are there twice are told apart by their number.
        keys = ", ".join(columns[name] for name in grain)
        everything = ", ".join(columns.values())
        connection.execute(
            f"create or replace temp table {relation} as select *, row_number() over "
            f"(partition by {keys} order by {everything}) as twin from "
            f"(select {named} from {relation}_rows)"
        )
    keys = [*(columns[name] for name in grain), "twin"]
    same = " and ".join(f"a.{key} is not distinct from b.{key}" for key in keys)
    pairs = f"from first as a full outer join second as b on {same}"
    questions: list[tuple[str, str, str]] = [
        ("", "missing row", "b.twin is null"),
        ("", "added row", "a.twin is null"),
    ]
    both = "a.twin is not null and b.twin is not null"
    for name in [name for name in types if name not in grain]:
        one, other = f"a.{columns[name]}", f"b.{columns[name]}"
        differ = f"{both} and {one} is distinct from {other}"
        is_null = f"({one} is null) <> ({other} is null)"
        is_close, is_order = "false", "false"
        if types[name].startswith(_NUMBERS):
            is_close = f"coalesce(abs({one} - {other}) < 1, false)"
        if types[name] == "VARCHAR":
            sorted_text = "list_sort(string_split({}, ''))"
            parts = (sorted_text.format(one), sorted_text.format(other))
            is_order = f"coalesce({parts[0]} = {parts[1]}, false)"
        questions += [
            (name, "null", f"{differ} and {is_null}"),
            (name, "rounding", f"{differ} and {is_close}"),
            (name, "order", f"{differ} and {is_order}"),
            (
                name,
                "value",
                f"{differ} and not ({is_null} or {is_close} or {is_order})",
            ),
        ]
    counts = ", ".join(f"count_if({condition})" for *_, condition in questions)
    counted = connection.execute(f"select {counts} {pairs}").fetchall()[0]
    found = [
        Difference(table, name, kind, count)
        for (name, kind, _), count in zip(questions, counted, strict=True)
        if count
    ]
    return found + _keys(connection, table, columns, grain, found)


def _keys(
    connection,
    table: str,
    columns: Mapping[str, str],
    grain: list[str],
    found: list[Difference],
) -> list[Difference]:
    """Rows that one engine lacks and that the other has under another key."""
    kinds = {difference.kind for difference in found}
    rest = [column for name, column in columns.items() if name not in grain]
    if not {"missing row", "added row"} <= kinds or not rest:
        return []
    keys = [*(columns[name] for name in grain), "twin"]
    same = " and ".join(f"a.{key} is not distinct from b.{key}" for key in keys)
    rest_of = ", ".join(rest)
    lone = "select {columns} from {one} as a anti join {other} as b on {same}"
    columns_of = ", ".join(f"a.{column}" for column in rest)
    halves = [
        lone.format(columns=columns_of, one=one, other=other, same=same)
        for one, other in (("first", "second"), ("second", "first"))
    ]
    count = connection.execute(
        f"select count(*) from (select {rest_of} from ({halves[0]}) intersect all "
        f"select {rest_of} from ({halves[1]}))"
    ).fetchall()[0][0]
    return [Difference(table, ",".join(grain), "key", count)] if count else []


def other_files(first: Path, second: Path) -> list[str]:
    """A line for each file of two editions that is not the same, byte by byte."""
    digests = [
        {
            str(file.relative_to(folder)): fingerprints.of_file(file)
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
        for folder in (first, second)
    ]
    if not all(digests):
        return ["an edition has no files"]
    names = sorted(digests[0].keys() | digests[1].keys())
    return [
        f"edition, {name}: other bytes"
        for name in names
        if digests[0].get(name) != digests[1].get(name)
    ]


def write_tables(database: Path, folder: Path, names: Sequence[str]) -> None:
    """Marts of a DuckDB database as Parquet files, each in a folder of its name."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for name in names:
            file = folder / name / "part.parquet"
            file.parent.mkdir(parents=True)
            connection.execute(
                f"copy (select * from marts.{name}) to {place(file)} (format parquet)"
            )
