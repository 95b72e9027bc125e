"""Windows-1252 is read as a whole, and judged where it is read; a mixture of it and
UTF-8 is found, with its lines."""

# ruff: noqa: RUF001  (these signs are what the tests are about)

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from labour_monitor.landing.faults import LandingError
from labour_monitor.receiving.land import land

from .conftest import DAY

PNR = "6101701234"
HEADER = "pnr;ydelse_kode;fra_dato;til_dato\n"
ROW = f"{PNR};kontanthjaelp;2020-01-01;2020-02-29\n"


def the_fault(path: Path, source: str, *parts: str) -> None:
    """The file is refused for one reason that says all of this."""
    with pytest.raises(LandingError) as error:
        land(path.parent / "landing", source, [path], DAY)
    (fault,) = (str(fault) for fault in error.value.faults)
    for part in (f"source {source}, delivery {DAY}, file {path.name}", *parts):
        assert part in fault


NOBODY_READS = HEADER.replace("\n", ";navn\n").encode()


def with_names(*names: bytes) -> bytes:
    rows = [ROW.encode().replace(b"\n", b";" + name + b"\n") for name in names]
    return NOBODY_READS + b"".join(rows)


@pytest.mark.parametrize(
    "names",
    [
        tuple(name.encode("cp1252") for name in ("Žižek", "Šimi’s", "‰ „a“ … – €")),
        ("Bjørn".encode("cp865"), "Åse".encode("cp865")),
        (b"\x81\x8d\x8f\x90\x9d",),
        ("SKÅ’ «Ø» Å”".encode("cp1252"),),
    ],
    ids=["Windows-1252", "MS-DOS", "nothing", "signs behind letters"],
)
def test_bytes_in_a_column_that_nobody_reads_stop_nothing(tmp_path, names) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(with_names(*names))
    assert land(tmp_path / "landing", "ydelser", [path], DAY, n_rows=len(names)).is_new


def test_a_mixture_in_a_column_that_nobody_reads_is_one_all_the_same(tmp_path) -> None:
    """A part of the file was written by another program than the rest."""
    path = tmp_path / "file.csv"
    path.write_bytes(with_names("Åse".encode(), "Bjørn".encode("cp1252")))
    the_fault(path, "ydelser", "line 2", "UTF-8 in 1 line", "(the first is 3)")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Žižek š ‰ „a“ d’Or € – …"),
        ("latin-1", "æøå ÆØÅ é ü"),
        ("utf-8", "Žižek š ‰ „a“ æøå"),
    ],
)
def test_what_is_read_is_read_in_windows_1252_as_a_whole(
    tmp_path, encoding, text
) -> None:
    path = tmp_path / "file.csv"
    content = f"pnr;persongruppe;start_dato;slut_dato\n{PNR};{text};2020-01-01;\n"
    path.write_bytes(content.encode(encoding))
    folder = land(tmp_path / "landing", "persongrupper", [path], DAY).folder
    found = duckdb.execute(f"select persongruppe from '{folder}/*.parquet'").fetchall()
    assert found == [(text,)]


def sas_text(tmp_path: Path, *names: bytes) -> Path:
    """Markers in a SAS transport file, which says nothing of its encoding."""
    columns = {"PNR": [f"{PNR[:-1]}{n}" for n in range(len(names))]}
    columns["PERSONGRUPPE"] = [f"{n:*<20}" for n in range(len(names))]
    columns |= {name: ["2020-01-01"] * len(names) for name in ("START_DATO",)}
    columns |= {"SLUT_DATO": [""] * len(names)}
    path = tmp_path / "file.xpt"
    pyreadstat.write_xport(pd.DataFrame(columns), path)
    content = path.read_bytes()
    for n, name in enumerate(names):
        content = content.replace(f"{n:*<20}".encode(), name.ljust(20))
    path.write_bytes(content)
    return path


def test_sas_text_is_read_in_windows_1252_as_a_whole(tmp_path) -> None:
    path = sas_text(tmp_path, "Žižek’s š".encode("cp1252"), "æøå".encode("cp1252"))
    folder = land(tmp_path / "landing", "persongrupper", [path], DAY).folder
    found = duckdb.execute(f"select persongruppe from '{folder}/*.parquet'").fetchall()
    assert found == [("Žižek’s š",), ("æøå",)]


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("Åse".encode(), "ø".encode("cp1252")), "UTF-8 and Windows-1252"),
        (("Bjørn".encode("cp865"), b"x"), "neither (of MS-DOS"),
    ],
    ids=["both", "MS-DOS"],
)
def test_sas_text_of_which_the_encoding_would_be_guessed_is_refused(
    tmp_path, names, what
) -> None:
    path = sas_text(tmp_path, *names)
    the_fault(path, "persongrupper", "column persongruppe", what)


@pytest.mark.parametrize("column", ["pnr", "persongruppe"])
def test_parquet_text_that_is_none_is_refused(tmp_path, column) -> None:
    """Parquet says that text is UTF-8, and some writers put any bytes there."""
    offsets = pa.py_buffer(b"\0\0\0\0\3\0\0\0")
    buffers = [None, offsets, pa.py_buffer(b"a\xffb")]
    any_bytes = pa.Array.from_buffers(pa.string(), 1, buffers)
    table = {"pnr": pa.array([PNR]), "persongruppe": pa.array(["x"])}
    table |= {"start_dato": pa.array(["2020-01-01"]), "slut_dato": pa.nulls(1)}
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table(table | {column: any_bytes}), path)
    the_fault(path, "persongrupper", f"column {column}", "bytes that are not UTF-8")
