"""A path is one file (sources.md, Landing): no pattern that finds others, and nothing
in it is data. What cannot be said to DuckDB is refused in one line."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from labour_monitor import project
from labour_monitor.landing import layout, paths
from labour_monitor.landing.faults import LandingError

from .conftest import faults_of, opened, table_of, write

ODD = [
    *("lev [1]", "y[!a]", "*", "**", "q?", "[[]", "a]b[", "{a,b}", "x\\y", "x\\"),
    *("it's", 'say "so"', "a,b;c", " blank ", "~", "~x", "100 %20", "$HOME", "#1"),
    *("æøå", "e\u0301", "new\nline", "tab\t", "bop_vfra=2001-01-01", "kom=101", "-x"),
    *("pnr=6101701234", "file:x", "md:x", "row_id=7", "{{ x }}", "%s", "--", "a;b"),
]
READERS = re.compile(
    r"\b(read_(parquet|csv|json|ndjson|text|blob|xlsx)|(write|from|to)_(parquet|csv)"
    r"|sniff_csv|parquet_\w+|glob)"
    r"\w*\s*\(|\b(attach|copy)\b.*(\{|')|temp_directory\s*=|\b(from|join)\s+'"
    r"|\b(import|export) database\b",
    re.IGNORECASE | re.DOTALL,
)
"""Words of SQL by which DuckDB reads or writes a file."""
METHODS = {
    *("read_parquet", "read_csv", "read_json", "from_parquet", "from_csv_auto"),
    *("to_parquet", "to_csv", "write_parquet", "write_csv"),
}
"""The same in Python: what they are given is a pattern as well."""
SAFE = re.compile(r"\{(paths\.)?(place|the_file|parquet)\(")


def texts_and_calls(file: Path) -> Iterator[str]:
    """What a file may hand to DuckDB: a template as it is; of Python each text, with
    the code between its braces, and the name of each method that is called."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        yield re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL)
        return
    tree = ast.parse(text)
    within = {
        id(p) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for p in n.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            within.add(id(node.value))  # a docstring
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=parts):
                yield "".join(
                    p.value
                    if isinstance(p, ast.Constant)
                    else f"{{{ast.unparse(p.value)}}}"
                    for p in parts
                )
            case ast.Constant(value=str(value)) if id(node) not in within:
                yield value
            case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
                yield f"{name}('')"


def twin(name: str) -> str:
    """The name of another file that a pattern of the first would find."""
    return re.sub(r"\[!a\]|\[\[\]|[*?]+|\[1\]|\[", "1", name)


@pytest.mark.parametrize("name", ODD)
def test_a_file_is_read_as_itself_whatever_its_path_is(tmp_path, name) -> None:
    file = tmp_path / name / f"{name}.parquet"
    other = tmp_path / twin(name) / f"{twin(name)}.parquet"
    for path in {file, other}:
        path.parent.mkdir(exist_ok=True)
        rows = f"select '{'this' if path == file else 'other'}' as row"
        duckdb.execute(f"copy ({rows}) to {paths.place(path)} (format parquet)")
        assert path.is_file()
    assert duckdb.sql(f"from {paths.parquet(file)}").fetchall() == [("this",)]
    assert duckdb.sql(f"from {paths.parquet(file)}").columns == ["row"]


def test_a_relative_path_is_no_home_and_no_service(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("~.duckdb", "md:x.duckdb", "~/x.duckdb"):
        Path(name).parent.mkdir(exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"attach {paths.place(Path(name))} as there")
        assert Path(name).is_file()


@pytest.mark.parametrize(
    ("name", "what"),
    [("a\\b[1]", "a backslash together with"), ("\udce5r", "not UTF-8")],
)
def test_a_path_that_duckdb_cannot_be_given_is_refused(landing, name, what) -> None:
    with pytest.raises(ValueError, match=what):
        paths.parquet(Path(f"/x/{name}.parquet"))
    folder = landing / "ydelser" / "delivered=2020-09-28"
    odd = (folder / "part.parquet").rename(folder / f"{name}.parquet")
    (fault,) = faults_of(landing)
    assert fault.encode()
    assert "source ydelser, delivery 2020-09-28, file " in fault
    assert what in fault
    odd.rename(folder / "part.parquet")
    with pytest.raises(LandingError, match=what):
        layout.resolved(landing.rename(landing.with_name(name)))


@pytest.mark.parametrize("name", ["{{ x }}", "lev {# 1 #}", "{% raw %}"])
def test_a_landing_that_dbt_would_take_for_a_template_is_refused(name) -> None:
    with pytest.raises(LandingError, match="a template"):
        layout.resolved(Path("/x") / name)


def test_a_landing_that_links_to_itself_is_refused(tmp_path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "a link that leads to itself" in faults_of(tmp_path / "loop")[0]


@pytest.mark.parametrize("name", ["lev [1]", "bop_vfra=2001-01-01", "it's\n100 %"])
def test_a_landing_is_read_as_it_is_wherever_it_lies(landing, name) -> None:
    around = landing.with_name(f"{landing.name}-around")
    for path, code in ((around / twin(name), "02"), (around / name, "01")):
        for source, column in (("bopael", "kom"), ("ydelser", "ydelse_kode")):
            table = table_of(source, **{column: pa.array([code])})
            write(landing, source, "2020-09-28", table)
        shutil.copytree(landing, path, dirs_exist_ok=True)
    opening = opened(around / name)
    assert not any("\n" in message for message in opening.messages)
    with duckdb.connect() as connection:
        for statement in opening.statements:
            connection.execute(statement)
        rows = connection.sql(
            "select kom, cast(bop_vfra as varchar), ydelse_kode from landing.bopael "
            "cross join landing.ydelser"
        ).fetchall()
    assert rows == [("01", "2020-01-01", "01")]


def test_each_file_of_a_delivery_is_read_once(landing) -> None:
    names = ("y1.parquet", "y[12].parquet", "*.parquet", "fil (1).parquet", "æ.parquet")
    for name in names:
        table = table_of("ydelser", ydelse_kode=pa.array([name]))
        part = write(landing, "ydelser", "2020-09-28", table)
        part.rename(part.with_name(name))
    with duckdb.connect() as connection:
        for statement in opened(landing).statements:
            connection.execute(statement)
        rows = connection.sql("select ydelse_kode from landing.ydelser").fetchall()
    assert sorted(rows) == sorted((name,) for name in names)


def test_what_duckdb_says_of_a_file_names_it_and_not_its_folder(landing) -> None:
    folder = landing / "ydelser" / "delivered=2020-09-28"
    (folder / "part.parquet").unlink()
    (folder / "fil [1] (2).parquet").write_bytes(b"not parquet, and long enough")
    (fault,) = faults_of(landing)
    assert "No magic bytes found at end of file 'fil [1] (2).parquet'" in fault
    assert str(folder) not in fault


def test_a_column_by_which_duckdb_numbers_rows_is_a_fault(landing) -> None:
    table = table_of("ydelser", File_Row_Number=pa.array([1]))
    write(landing, "ydelser", "2020-09-28", table)
    (fault,) = faults_of(landing)
    assert "source ydelser, delivery 2020-09-28" in fault
    assert "column file_row_number: expected no column of that name" in fault


def test_no_sql_names_a_file_but_by_the_helper() -> None:
    root = project.root()
    folders = (("src", "py"), ("models", "sql"), ("macros", "sql"), ("analyses", "sql"))
    files = [f for folder, end in folders for f in (root / folder).rglob(f"*.{end}")]
    found = [
        f"{file.relative_to(root)}: {text.strip()[:60]}"
        for file in files
        if file != Path(paths.__file__)
        for text in texts_and_calls(file)
        if READERS.search(text) and not SAFE.search(text)
    ]
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        *("f\"from read_parquet('{file}')\"", "f\"attach '{file}' as kept\""),
        *("f\"copy (from x) to '{file}'\"", "duckdb.read_parquet(file)"),
        *('f"select num_rows from parquet_file_metadata({file})"',),
        *("f\"from '{file}'\"", "duckdb.sql(sql).write_parquet(str(file))"),
    ],
)
def test_a_file_that_is_named_otherwise_is_found(tmp_path, line) -> None:
    (tmp_path / "code.py").write_text(line)
    assert any(map(READERS.search, texts_and_calls(tmp_path / "code.py")))
    assert not any(map(SAFE.search, texts_and_calls(tmp_path / "code.py")))
