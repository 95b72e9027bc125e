"""The audit of an edition as a reader would make it: its files are opened, their
figures counted, and Great Expectations judges the figures. Like the check of deliveries
it is given no row, so that none can be in its pages."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from html import escape
from multiprocessing import get_context
from pathlib import Path

import duckdb

from labour_monitor.editions import sums
from labour_monitor.editions.contracts import CITIZEN_KEY, STATE, Table
from labour_monitor.editions.refusal import EditionError, refusal
from labour_monitor.editions.tables import HOUSE, PUBLIC, quoted
from labour_monitor.editions.writing import DATABASE
from labour_monitor.landing.paths import literal, parquet, place
from labour_monitor.processes import end_with_parent
from labour_monitor.quality import pages, validation
from labour_monitor.quality.checks import Check, Suite

DOCS = "data_docs"
BETWEEN = "between"
_DIGEST = "digest"
"""A column of this name holds digests of files and tables."""
_OF_A_PERSON = "^[0-9]{6}-?[0-9]{4}$"
_OF_A_KEY = "^[0-9a-fA-F]{64}$"
_FORBIDDEN = (CITIZEN_KEY, "pnr", "cpr", "row_json")
_TITLES = {
    HOUSE: "Files and tables of the house",
    PUBLIC: "Files and tables for the public",
    BETWEEN: "Sums within and between tables",
}
_NUMBERS = ("bigint", "integer", "decimal(5,2)")


def audit(
    edition: Path,
    house: Sequence[Table],
    public: Sequence[Table],
    n_rows: dict[str, dict[str, int]],
    as_of: date,
) -> None:
    """Read an edition, judge it, and put the pages of that into its house.

    Args:
        edition: the folder, with the files of both parts.
        house, public: the tables that it must have.
        n_rows: by part and table, the rows that it must have.
        as_of: the as-of date of the edition.

    Raises:
        EditionError: the files are not as they must be; a line for each fault.
    """
    suites = [
        Suite(part, part, _TITLES[part], tuple(_of_part(edition, part, tables, n_rows)))
        for part, tables in ((HOUSE, house), (PUBLIC, public))
    ]
    suites.append(
        Suite(
            BETWEEN, BETWEEN, _TITLES[BETWEEN], tuple(_between(edition, house, public))
        )
    )
    with tempfile.TemporaryDirectory(prefix="labour-monitor-audit-") as folder:
        failed = validation.judge(suites, Path(folder), f"as-of-{as_of}")
        faults = [
            f"  {suite.name}, {check.metric}: expected {check.expected}; found "
            f"{check.found}."
            for suite in suites
            for position, check in enumerate(suite.checks)
            if position in failed[suite.name]
        ]
        if faults:
            raise EditionError(
                "Nothing was published. The edition is not as it must be, read from "
                "its files. What to do: report it with these lines, and go on with the "
                "edition before.\n" + "\n".join(faults)
            )
        site = Path(folder) / validation.SITE
        docs = edition / HOUSE / DOCS
        docs.mkdir()
        for suite in suites:
            (page,) = (site / "validations" / suite.name).rglob("*.html")
            text = pages.offline(page.read_text(encoding="utf-8"))
            (docs / f"{suite.name}.html").write_text(_timeless(text), encoding="utf-8")
        (docs / "index.html").write_text(_front(as_of, suites, pages.STYLE), "utf-8")


Wait = Callable[[], None]
"""Waits for an audit that was begun; raises what it has found."""
Auditing = Callable[[], AbstractContextManager[Callable[..., Wait]]]
"""What begins audits, given what `audit` is given, until its block ends."""


@contextmanager
def here() -> Iterator[Callable[..., Wait]]:
    """Audits that this process makes as they are begun."""

    def begin(*what: object) -> Wait:
        audit(*what)
        return lambda: None

    yield begin


@contextmanager
def beside() -> Iterator[Callable[..., Wait]]:
    """Audits of another process, which imports what they need before there is one."""
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=end_with_parent
    ) as pool:
        pool.submit(validation.prepare)

        def begin(*what: object) -> Wait:
            begun = pool.submit(audit, *what)

            def wait() -> None:
                try:
                    begun.result()
                except BrokenProcessPool:
                    raise refusal(
                        "the process that audits the files to end by itself",
                        "that it was killed",
                        "free some memory (it needs less than 1 GB), and start again",
                    ) from None

            return wait

        yield begin


_MOMENT = re.compile(
    r"\d{4}-?\d\d-?\d\d[T ]\d\d:?\d\d:?\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d| UTC)?"
)
_RANDOM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _timeless(page: str) -> str:
    """A page without the moment at which it was made and the numbers that were drawn
    for it: the same edition has the same pages."""
    return _RANDOM.sub("", _MOMENT.sub("", page))


def _front(as_of: date, suites: Sequence[Suite], style: str) -> str:
    rows = "".join(
        f'<tr><td><a href="{suite.name}.html">{escape(suite.about)}</a></td>'
        f'<td class="number">{len(suite.checks)}</td><td>as expected</td></tr>'
        for suite in suites
    )
    title = f"Audit of an edition as of {as_of}"
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='UTF-8'>"
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
        f"<h1>{escape(title)}</h1><p>What a reader of its files finds, before it was "
        "published. Whether somebody could be recognised is audited beside it "
        "(disclosure.json).</p><table><tr><th>Suite</th><th>Expectations</th>"
        f"<th>Found</th></tr>{rows}</table></body></html>\n"
    )


def _check(
    metric: str, value: int, expected: str, found: str = "", at_least: int = 0
) -> Check:
    return Check(
        metric=metric,
        value=value,
        is_fatal=True,
        expected=expected,
        found=found or str(value),
        meaning="",
        advice="",
        owner="the maintainer of the project",
        minimum=at_least,
        maximum=at_least,
    )


def _of_part(
    edition: Path,
    part: str,
    tables: Sequence[Table],
    n_rows: dict[str, dict[str, int]],
) -> Iterator[Check]:
    """What the files of a part are: of each table, in both of its forms."""
    folder = edition / part
    names = {table.name for table in tables}
    files = {file.stem for file in folder.glob("*.parquet")}
    yield _check(
        "tables: files",
        len(files ^ names),
        "a Parquet file for each table and no other",
        ", ".join(sorted(files ^ names)),
    )
    with closing(_opened(folder)) as connection:
        there = {name for (name,) in connection.execute("show tables").fetchall()}
        yield _check(
            "tables: in the DuckDB file",
            len(there ^ names),
            "each table and no other",
            ", ".join(sorted(there ^ names)),
        )
        for table in tables:
            if table.name in there & files:
                yield from _of_table(connection, folder, table, n_rows[part])


def _opened(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(folder / DATABASE), read_only=True)


def _of_table(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: Table,
    n_rows: dict[str, int],
) -> Iterator[Check]:
    name = table.name
    file = parquet(folder / f"{name}.parquet")
    wanted = [(column.name, column.data_type) for column in table.columns]
    for form, relation in (("in the DuckDB file", name), ("in Parquet", file)):
        found = [
            (column, data_type.lower())
            for column, data_type, *_ in connection.execute(
                f"describe select * from {relation}"
            ).fetchall()
        ]
        yield _check(
            f"{name}: columns {form}",
            int(found != wanted),
            "the columns and types of its contract, in their order",
            "others",
        )
        if found != wanted:
            return
    forbidden = sorted(set(table.names) & set(_FORBIDDEN))
    yield _check(
        f"{name}: columns of persons", len(forbidden), "none", ", ".join(forbidden)
    )
    counts = _counts(table)
    ((n_in_file, n_others, *numbers),) = connection.execute(
        f"select (select count(*) from {file}), (select count(*) from (from {name} "
        f"except all from {file})), {', '.join(sql for _, _, sql in counts)} "
        f"from {name}"
    ).fetchall()
    n_there = numbers[0]
    right = n_rows[name]
    yield _check(f"{name}: rows", n_there, f"{right}", str(n_there), right)
    yield _check(
        f"{name}: rows in Parquet", n_in_file, f"{right}", str(n_in_file), right
    )
    yield _check(
        f"{name}: rows that Parquet has not", n_others, "the same rows in both files"
    )
    for (metric, expected, _), n in zip(counts[1:], numbers[1:], strict=True):
        yield _check(f"{name}: {metric}", n, expected, f"{n} rows that are not so")
    for dimension, keys in table.references.items():
        columns = ", ".join(keys)
        filled = " and ".join(f"{key} is not null" for key in keys)
        ((n,),) = connection.execute(
            f"select count(*) from {name} where {filled} and ({columns}) not in "
            f"(select ({columns}) from {dimension})"
        ).fetchall()
        yield _check(
            f"{name}: refers to {dimension}",
            n,
            f"rows of {dimension} for its {columns}",
            f"{n} rows that refer to none",
        )


def _counts(table: Table) -> list[tuple[str, str, str]]:
    """What is counted in a table: the metric, what is expected, and the SQL; the rows
    first. All others count the rows that are not as expected."""

    def broken(conditions: list[str]) -> str:
        return f"count(*) filter (where {' or '.join(conditions)})"

    found = [("rows", "", "count(*)")]
    if table.keys:
        keys = ", ".join(quoted(key) for key in table.keys)
        filled = [f"{quoted(key)} is null" for key in table.keys]
        found.append(
            (
                "key",
                f"one row for each {', '.join(table.keys)}",
                f"count(*) - count(distinct ({keys})) + {broken(filled)}",
            )
        )
    required = [f"{quoted(c.name)} is null" for c in table.columns if c.is_required]
    listed = [
        f"{quoted(c.name)} not in ({', '.join(map(literal, c.values))})"
        for c in table.columns
        if c.values
    ]
    shares = [
        f"{quoted(c.name)} not between 0 and 100"
        for c in table.columns
        if c.unit == "percent"
    ]
    numbers = [
        f"{quoted(c.name)} < 0" for c in table.columns if c.data_type in _NUMBERS
    ]
    texts = [c.name for c in table.columns if c.data_type == "varchar"]
    persons = [
        f"regexp_full_match({quoted(t)}, {literal(_OF_A_PERSON)})" for t in texts
    ]
    persons += [
        f"regexp_full_match({quoted(t)}, {literal(_OF_A_KEY)})"
        for t in texts
        if t != _DIGEST
    ]
    states = [
        f"({quoted(name)} is not null) <> ({quoted(name + STATE)} = 'shown')"
        for name in table.names
        if f"{name}{STATE}" in table.names
    ]
    for metric, expected, conditions in (
        ("required", "a value where the contract requires one", required),
        ("values", "the values that the contract lists", listed),
        ("shares", "shares from 0 to 100", shares),
        ("numbers", "numbers that are not negative", numbers),
        ("texts", "no text in the form of a person number or of its hash", persons),
        ("states", "a value where its state is 'shown', and there alone", states),
    ):
        if conditions:
            found.append((metric, expected, broken(conditions)))
    return found


def _between(
    edition: Path, house: Sequence[Table], public: Sequence[Table]
) -> Iterator[Check]:
    """What the tables say together; those that are not there, or have other columns,
    are told of by themselves."""
    with closing(_opened(edition / HOUSE)) as connection:
        file = edition / PUBLIC / DATABASE
        connection.execute(f"attach {place(file)} as {PUBLIC}_edition (read_only)")
        there = _intact(connection, "labour_monitor", house)
        for expected, needs, query in sums.SUMS:
            if needs <= there:
                yield _none(connection, expected, query)
        there &= _intact(connection, f"{PUBLIC}_edition", public)
        for table in (table for table in public if table.name in there):
            yield _none(
                connection,
                f"{table.name}: what the public is shown is what the house has",
                _shown_otherwise(table),
            )


def _intact(
    connection: duckdb.DuckDBPyConnection, database: str, tables: Sequence[Table]
) -> set[str]:
    """The tables that have the columns of their contracts."""
    rows = connection.execute(
        "select table_name, list(column_name order by column_index) "
        "from duckdb_columns() where database_name = ? group by table_name",
        [database],
    ).fetchall()
    found = {name: tuple(columns) for name, columns in rows}
    return {table.name for table in tables if found.get(table.name) == table.names}


def _none(connection: duckdb.DuckDBPyConnection, expected: str, query: str) -> Check:
    """Whether a query for what breaks a sentence finds nothing."""
    ((n,),) = connection.execute(f"select count(*) from ({query})").fetchall()
    return _check(expected, n, "it to hold", f"{n} rows for which it does not")


def _shown_otherwise(table: Table) -> str:
    """SQL: rows of the public that the house has not, in what is shown of them."""
    measures = [name for name in table.names if f"{name}{STATE}" in table.names]
    states = {f"{name}{STATE}" for name in measures}
    kept = [name for name in table.names if name not in states]
    shown = ", ".join(map(quoted, kept))
    true = ", ".join(
        f"case when p.{quoted(name + STATE)} = 'shown' then h.{quoted(name)} end"
        if name in measures
        else f"h.{quoted(name)}"
        for name in kept
    )
    there = f"{PUBLIC}_edition.main.{table.name}"
    on = " and ".join(f"h.{quoted(key)} = p.{quoted(key)}" for key in table.keys)
    return (
        f"select {shown} from {there} except all select {true} from "
        f"{table.name} as h inner join {there} as p on {on}"
    )
