"""The files of the seeds, rule data and code lists, as they were written: one reader
for all of them. Header and types are those by which dbt loads a seed (`column_types` in
the YAML beside it); the form of a code is that of the contract of the landing.

What can be read in one way is read: a byte-order mark, lines that end as on Windows,
empty lines, columns in another order, TRUE for true. The rest is a fault. People edit
these files in spreadsheets, which write what they think was meant.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from labour_monitor import project
from labour_monitor.files import ContentError, parse_yaml
from labour_monitor.landing import contract
from labour_monitor.landing.faults import Fault, LandingError

_MOST_LINES = 3
"""As many lines, and as many values, are named of a fault that several rows have."""
_TEXT_CODES = (
    "write it as the list has it; in a spreadsheet take the columns in as text, else "
    "00 becomes 0"
)
_AS_UTF_8 = (
    "save it as UTF-8: in Excel as 'CSV UTF-8', in an editor with this encoding; and "
    "look whether æ, ø and å are right"
)
_COMMAS = (
    "separate the values by commas: Excel takes the list separator of Windows (Region, "
    "Additional settings), LibreOffice asks for it; `git checkout` restores the file"
)
_SPOILED = re.compile("Ã[\u0080-\u00bf\u02dc\u2020\u2026]|\ufffd")
"""A Danish letter in UTF-8 that was once read as Windows-1252, or is lost."""


@dataclass(frozen=True)
class Row:
    """A row of a seed with the line it stands on. A value is text, without blanks
    around it; "" is none. `unfit` are the columns whose value is not of their type."""

    seed: str
    line: int
    values: dict[str, str]
    unfit: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def fault(self, column: str, expected: str, found: str, advice: str) -> Fault:
        return _fault(self.seed, [self.line], column, expected, found, advice)


@dataclass(frozen=True, eq=False)
class Declared:
    """A seed as its YAML has it: the file, the type of each column in order, and the
    data tests of the seed (under None) and of its columns: name and arguments, of those
    that are about every row."""

    name: str
    file: str
    yaml_file: str
    types: dict[str, str]
    tests: tuple[tuple[str | None, str, dict[str, Any]], ...]


@dataclass(eq=False)
class Seed:
    """What was read of a seed: its rows, and what is wrong with its file. `is_table` is
    false where not even rows and columns were found."""

    declared: Declared
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_table: bool = True

    @property
    def is_sound(self) -> bool:
        return not self.faults


class ByName(dict[str, Any]):
    """Seeds, or what is declared of them, by name."""

    def __missing__(self, name: str) -> Any:
        raise ContentError(
            f"the YAML files in seeds: expected a seed '{name}', which a rule needs; "
            "found none. What to do: put it back (`git diff seeds`)."
        )


def folder() -> Path:
    """The folder of the project's seeds."""
    return project.root() / "seeds"


def declared(seeds: Path | None = None) -> dict[str, Declared]:
    """The seeds by name, as the YAML beside them declares them.

    Raises:
        ContentError: such a file cannot be read, or says what nobody reads.
    """
    found = ByName()
    for path in sorted((seeds or folder()).glob("*/_*.yml")):
        name = f"seeds/{path.parent.name}/{path.name}"
        for seed in _declarations(path.parent.name, name, path.read_bytes()):
            found[seed.name] = seed
    return found


@cache
def _declarations(folder: str, name: str, content: bytes) -> list[Declared]:
    document = parse_yaml(content, name)
    try:
        return [_declaration(folder, name, s) for s in document["seeds"]]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ContentError(
            f"file {name}: expected seeds with name, config with column_types "
            f"({', '.join(_TYPES)}), columns and data_tests; found other content "
            f"({type(error).__name__}: {error}). What to do: correct the file."
        ) from None


def _declaration(folder: str, yaml_file: str, seed: dict[str, Any]) -> Declared:
    types = dict(seed["config"]["column_types"])
    unknown = set(types.values()) - set(_TYPES)
    if unknown:
        raise ValueError(f"the types {', '.join(sorted(map(str, unknown)))}")
    tests = [(None, *test) for test in _tests(seed)]
    for column in seed["columns"]:
        tests += [(column["name"], *test) for test in _tests(column)]
    file = f"seeds/{folder}/{seed['name']}.csv"
    return Declared(seed["name"], file, yaml_file, types, tuple(tests))


def _tests(declared: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The data tests that hold for every row: name and arguments."""
    for test in declared.get("data_tests", []):
        if isinstance(test, str):
            yield test, {}
            continue
        ((name, given),) = test.items()
        if "where" not in given.get("config", {}):
            yield name, given.get("arguments", {})


def read(name: str, seeds: Path | None = None) -> list[Row]:
    """The rows of a seed.

    Raises:
        LandingError: the file is not as it is declared.
        ContentError: the declarations cannot be read.
    """
    seed = _read(declared(seeds)[name], seeds or folder())
    if seed.faults:
        raise LandingError(seed.faults)
    return seed.rows


def read_all(seeds: Path | None = None) -> tuple[dict[str, Seed], list[Fault]]:
    """Every seed, and what is wrong with the files of all of them.

    Raises:
        ContentError: the declarations cannot be read.
    """
    root = seeds or folder()
    found = ByName({name: _read(seed, root) for name, seed in declared(seeds).items()})
    faults = [fault for seed in found.values() for fault in seed.faults]
    files = {seed.declared.file for seed in found.values()}
    for path in sorted(root.rglob("*")):
        name = f"seeds/{path.relative_to(root).as_posix()}"
        if path.suffix.lower() == ".csv" and name not in files:
            faults.append(
                Fault(
                    file=name,
                    expected="only files of seeds that are declared in the YAML beside "
                    "them: dbt makes a table of each",
                    found="one that is not",
                    advice="move it out of the folder, or declare it",
                )
            )
    return found, faults


def _fault(
    file: str,
    lines: Sequence[int],
    column: str | None,
    expected: str,
    found: str,
    advice: str,
) -> Fault:
    if not lines:
        where = ""
    elif len(lines) == 1:
        where = f" line {lines[0]}"
    else:
        shown = ", ".join(map(str, lines[:_MOST_LINES]))
        more = len(lines) - _MOST_LINES
        where = f" lines {shown}" + (f" and {more} more" if more > 0 else "")
    return Fault(
        file=file + where, column=column, expected=expected, found=found, advice=advice
    )


def of_rows(
    wrong: Sequence[tuple[Row, str]],
    column: str | None,
    expected: str,
    advice: str,
) -> list[Fault]:
    """What is wrong with the same column of several rows, as one fault: a spreadsheet
    spoils a column as a whole."""
    if not wrong:
        return []
    values = list(dict.fromkeys(found for _, found in wrong))
    shown = ", ".join(values[:_MOST_LINES]) + (
        ", ..." if len(values) > _MOST_LINES else ""
    )
    lines = [row.line for row, _ in wrong]
    return [_fault(wrong[0][0].seed, lines, column, expected, shown, advice)]


class _NoTableError(Exception):
    """The file has no rows and columns; holds the faults."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__()


def _read(seed: Declared, root: Path) -> Seed:
    try:
        content = _bytes(seed, root / Path(seed.file).relative_to("seeds"))
    except _NoTableError as error:
        return Seed(seed, faults=list(error.faults), is_table=False)
    return _parse(seed, content)


@lru_cache(maxsize=64)
def _parse(seed: Declared, content: bytes) -> Seed:
    """What is read of a content, once for as long as the file has it."""
    found = Seed(seed)
    try:
        header, lines = _lines(seed, _text(seed, content))
    except _NoTableError as error:
        found.faults += error.faults
        found.is_table = False
        return found
    wrong: dict[tuple[str, str, str], list[tuple[Row, str]]] = {}
    of_length: list[tuple[Row, str]] = []
    for line, values in lines:
        if not any(value.strip() for value in values):
            continue
        if len(values) != len(header):
            counted = f"{len(values)} values"
            if not any(value.strip() for value in values[len(header) :]):
                counted += ", the last ones empty"
            of_length.append((Row(seed.file, line, {}), counted))
            continue
        row, unfit = _row(seed, line, dict(zip(header, values, strict=True)))
        found.rows.append(row)
        for column, (expected, advice) in unfit.items():
            wrong.setdefault((column, expected, advice), []).append(
                (row, repr(row[column]))
            )
    found.faults += of_rows(
        of_length,
        None,
        f"{len(header)} values, as many as the header has names",
        "put a value that holds a comma in quotes, and delete empty columns",
    )
    for (column, expected, advice), rows in wrong.items():
        found.faults += of_rows(rows, column, expected, advice)
    return found


def _bytes(seed: Declared, path: Path) -> bytes:
    """The content of the file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        found = error.strerror
        beside = path.parent.glob("*") if path.parent.is_dir() else ()
        others = [f.name for f in beside if f.stem.lower() == seed.name.lower()]
        if path.is_symlink():
            found = "a link to something that cannot be read"
        elif isinstance(error, FileNotFoundError):
            found = f"none, but {', '.join(sorted(others))}" if others else "none"
        raise _no_table(
            seed,
            f"the file of the seed, which {seed.yaml_file} declares",
            found,
            f"put it back: `git checkout -- {seed.file}` restores it as it was",
        ) from None
    if not content.strip(b"\xef\xbb\xbf \t\r\n,;"):
        raise _no_table(
            seed,
            f"a header ({', '.join(seed.types)}) and rows",
            "an empty file",
            f"put it back: `git checkout -- {seed.file}` restores it as it was",
        )
    return content


def _no_table(
    seed: Declared,
    expected: str,
    found: str,
    advice: str,
    line: int | None = None,
    column: str | None = None,
) -> _NoTableError:
    lines = [line] if line else []
    return _NoTableError(_fault(seed.file, lines, column, expected, found, advice))


def _text(seed: Declared, content: bytes) -> str:
    """The content as text; a byte-order mark is none of it."""
    if content.startswith(b"PK"):
        raise _no_table(
            seed,
            "a CSV file",
            "a workbook of a spreadsheet",
            "save it as 'CSV UTF-8' (in Excel: Save as), not under another name",
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise _no_table(seed, "text in UTF-8", "UTF-16 or no text", _AS_UTF_8)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("cp1252", errors="replace")
        byte = content[error.start : error.start + 1]
        letter = byte.decode("cp1252", errors="replace")
        raise _no_table(
            seed,
            "text in UTF-8",
            f"a byte that is none, 0x{byte.hex().upper()} ('{letter}' in Windows-1252)",
            _AS_UTF_8,
            *_place(seed, before),
        ) from None
    if spoiled := _SPOILED.search(text):
        raise _no_table(
            seed,
            "text in UTF-8",
            f"'{spoiled[0]}': UTF-8 that was read as another encoding and saved",
            "put back what the word was, or the file (`git checkout`), and open it as "
            "UTF-8 (in Excel: Data, From Text/CSV, 65001)",
            *_place(seed, text[: spoiled.start()]),
        )
    return text


def _place(seed: Declared, before: str) -> tuple[int, str | None]:
    """Line and column of what comes after a text."""
    lines = before.splitlines() or [""]
    if before.endswith("\n"):
        lines.append("")
    names = list(seed.types)
    values = next(csv.reader([lines[-1]]), [])
    column = names[len(values) - 1] if 0 < len(values) <= len(names) else None
    return len(lines), column if len(lines) > 1 else None


def _lines(seed: Declared, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and the values of each row with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for values in reader:
            if any("\n" in value or "\r" in value for value in values):
                raise csv.Error("a value over several lines")
            if values:
                rows.append((begins, values))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _no_table(
            seed,
            "values without quotes in them, or in a pair of quotes, and each row on "
            "one line",
            str(error),
            'close the quote; a quote inside a value is written twice (""), and the '
            "whole value in quotes",
            begins,
        ) from None
    (line, header), *rows = rows
    _check_header(seed, line, header)
    return header, rows


def _check_header(seed: Declared, line: int, header: list[str]) -> None:
    """The header is the columns of the seed, in any order."""
    names = list(seed.types)
    if len(header) == 1 and len(names) > 1:
        for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if separator in header[0]:
                raise _no_table(
                    seed, "values separated by commas", called, _COMMAS, line
                )
        if "," in header[0]:
            raise _no_table(
                seed,
                "values separated by commas",
                "each line in quotes, as one value",
                _COMMAS,
                line,
            )
    expected = f"the columns {', '.join(names)}"
    advice = (
        "write the header as it was: dbt loads the columns by their names, which "
        f"{seed.yaml_file} declares"
    )
    found: list[Fault] = []

    def fault(column: str | None, what: str, advice: str = advice) -> None:
        found.append(_fault(seed.file, [line], column, expected, what, advice))

    counted = Counter(header)
    for name in counted:
        if not name.strip():
            empty = f"{counted[name]} without a name"
            fault(None, empty, "delete the empty columns, and the commas at the end")
        elif name not in names:
            fault(name, f"'{name}', which is none of them")
        elif counted[name] > 1:
            fault(name, f"'{name}' {counted[name]} times", "delete the other one")
    missing = [name for name in names if name not in counted]
    if missing:
        fault(", ".join(missing), "none of this name")
    if found:
        raise _NoTableError(*found)


Checked = tuple[str, tuple[str, str] | None]
"""A value as dbt loads it, and where it is unfit what was expected and what to do."""


def _row(
    seed: Declared, line: int, values: dict[str, str]
) -> tuple[Row, dict[str, tuple[str, str]]]:
    """A row, and its unfit values: what was expected and what to do."""
    forms = _forms()
    read: dict[str, str] = {}
    unfit: dict[str, tuple[str, str]] = {}
    for column, value in values.items():
        if value.strip().lower() in ("", "null"):  # as dbt reads it
            read[column] = ""
            continue
        read[column], wrong = _TYPES[seed.types[column]](value)
        digits = forms.get((seed.name, column))
        if value != value.strip() or not value.isprintable():
            wrong = (
                "a value without blanks around it or invisible characters in it",
                "write the value anew",
            )
        elif digits and not re.fullmatch(f"[0-9]{{{digits}}}", value):
            wrong = f"text of exactly {digits} digits", _TEXT_CODES
        if wrong:
            unfit[column] = wrong
    return Row(seed.file, line, read, frozenset(unfit)), unfit


def _varchar(value: str) -> Checked:
    return value, None


def _integer(value: str) -> Checked:
    if re.fullmatch(r"-?[0-9]{1,9}", value):
        return str(int(value)), None
    return value, (
        "a whole number",
        "write the digits alone: no decimals, no pct., no separator of thousands",
    )


def _boolean(value: str) -> Checked:
    if value.lower() in ("true", "false"):
        return value.lower(), None
    return value, (
        "true or false",
        "write these words; a Danish Excel makes SAND and FALSK of them",
    )


def _date(value: str) -> Checked:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError(value)
        date.fromisoformat(value)
    except ValueError:
        return value, (
            "a date YYYY-MM-DD",
            "write year, month and day; in a spreadsheet take the column in as text, "
            "else it is written as the country does",
        )
    return value, None


_TYPES: dict[str, Callable[[str], Checked]] = {
    "varchar": _varchar,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
}
"""How the types that a seed may have are written."""


@cache
def _forms() -> dict[tuple[str, str], int]:
    """How many digits the codes of a list have, by seed and column: as many as the
    columns of the landing that are held against it."""
    found: dict[tuple[str, str], int] = {}
    for source in contract.sources().values():
        for column in source.columns:
            for codes in filter(None, (column.codes, column.known_codes)):
                seed, name = codes.split(".")
                if column.digits and column.data_type == "varchar":
                    found[seed, name] = column.digits
    return found
