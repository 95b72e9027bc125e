"""What `land` refuses: every fault says where and what to do, all are told at once, no
row is shown, and nothing is written."""

from __future__ import annotations

import gzip
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from labour_monitor import cli
from labour_monitor.landing import contract
from labour_monitor.landing.faults import LandingError
from labour_monitor.receiving import csv_scan
from labour_monitor.receiving.land import land

from .conftest import DAY

PNR = "6101701234"
HEADER = "pnr;ydelse_kode;fra_dato;til_dato\n"
ROW = f"{PNR};kontanthjaelp;2020-01-01;2020-02-29\n"


def the_fault(tmp_path: Path, *parts: str, source: str = "ydelser", **files) -> None:
    """These files are refused for one reason that says all of this."""
    faults = faults_of(tmp_path, source, **files)
    assert len(faults) == 1, faults
    for part in (f"source {source}, delivery {DAY}, file ", "What to do: ", *parts):
        assert part in faults[0]


def faults_of(tmp_path: Path, source: str = "ydelser", **files: bytes) -> list[str]:
    paths = []
    for name, content in files.items():
        path = tmp_path / name.replace("_dot_", ".")
        path.write_bytes(content)
        paths.append(path)
    return refused(tmp_path, source, paths)


def refused(tmp_path: Path, source: str, paths: list[Path]) -> list[str]:
    """The faults of these files; nobody is in them, and nothing was written."""
    landing = tmp_path / "landing"
    with pytest.raises(LandingError) as error:
        land(landing, source, paths, DAY)
    faults = [str(fault) for fault in error.value.faults]
    assert not list(landing.rglob("*"))
    assert not any(PNR in fault for fault in faults)
    return faults


def csv(text: str, encoding: str = "utf-8") -> dict[str, bytes]:
    return {"file_dot_csv": text.encode(encoding)}


ROWS_OF_THREE = f"x;{PNR};y\n" * 3

BROKEN_CSV = {
    "empty": ("", ["file file.csv", "an empty file"]),
    "no header": (ROW, ["line 1", "the names of the columns", "no name of"]),
    "other delimiter": (
        HEADER.replace(";", "|") + ROW.replace(";", "|"),
        ["line 1", "comma or semicolon", "names separated by |", "with semicolons"],
    ),
    "separated by tabs": (
        HEADER.replace(";", "\t") + ROW.replace(";", "\t"),
        ["line 1", "names separated by tab"],
    ),
    "an empty line before the names": (
        "\r\n" + HEADER + ROW,
        ["line 1", "an empty line", "remove the lines before"],
    ),
    "a title before the names": (
        "Ydelser;;;\n" + HEADER + ROW,
        ["line 1", "no name of", "remove what stands before the names"],
    ),
    "CR alone everywhere": (
        (HEADER + ROW).replace("\n", "\r"),
        ["line 1", "a CR alone", "one kind of line end"],
    ),
    "missing columns": (
        HEADER.replace(";til_dato", "") + ROW.replace(";2020-02-29", ""),
        ["column til_dato", "no such column"],
    ),
    "twice the same column": (
        HEADER.replace("\n", ";PNR\n") + ROW.replace("\n", ";\n"),
        ["column pnr", "2 that differ in case alone"],
    ),
    "the very same column twice": (
        HEADER.replace("\n", ";pnr\n") + ROW.replace("\n", ";\n"),
        ["column pnr", "found 2 of that name"],
    ),
    "a note for Excel": (
        "sep=;\n" + HEADER + ROW,
        ["line 1", "found 'sep=', a note for Excel", "remove the first line"],
    ),
    "a note for Excel, quoted": ('"sep=,"\r\n' + HEADER + ROW, ["a note for Excel"]),
    "a value too many": (
        HEADER + ROW + ROW.replace("\n", ";\n") * 2,
        ["line 3", "4 values in each row", "2 rows, the first of them here, with 5"],
    ),
    "a value too few": (
        HEADER + ROW + ROW.replace(";kontanthjaelp", "") + ROW,
        ["line 3", "1 row with 3", "in quotes"],
    ),
    "a value too few after a blank line": (
        HEADER + "\n" + ROW.replace(";kontanthjaelp", "") + ROW,
        ["line 2 (blank lines", "1 row with 3"],
    ),
    "last row cut off": (
        HEADER + ROW + f"{PNR};kontanthj\n",
        ["line 3", "1 row with 2", "the last row was cut off"],
    ),
    "last line without an end": (
        HEADER + ROW + ROW[:-3],
        ["line 3", "a line end after the last row", "may be cut off"],
    ),
    "a header cut off": (HEADER[:-1], ["line 1", "a line end after the last row"]),
    "unclosed quote": (
        HEADER + ROW + f'{PNR};"kontanthjaelp;2020-01-01;\n' + ROW * 3,
        ["line 3", "a closing quote", "never closed"],
    ),
    "a quote in a value": (
        HEADER + f'{PNR};kontant"hj"aelp;2020-01-01;\n{PNR};"su"dk;2020-01-01;\n',
        ["a quote inside of a value", "line 2", "double the quotes"],
    ),
    "a quote that opens a value, and one in another row": (
        HEADER + f'{PNR};"su;2020-01-01;\n' + ROW + f'{PNR};"su;2020-01-01;\n',
        ["a quote inside of a value", "line 4", "double the quotes"],
    ),
    "a doubled quote in a value without quotes": (
        HEADER + ROW + f'{PNR};s""u;2020-01-01;\n',
        ["a quote inside of a value", "line 3"],
    ),
    "rows between two quotes": (
        HEADER + f'{PNR};"su;2020-01-01;\n' + ROW * 3 + f'{PNR};su";2020-01-01;\n',
        ["a row inside of a value", "line 3", "double the quotes"],
    ),
    "a row between two quotes, with a value in quotes": (
        f'pnr;note;ydelse_kode;fra_dato;til_dato;more\n{PNR};"a;su;2020-01-31;;\n'
        f'{PNR};b";su;2020-01-31;;"a; b"\n{PNR};x;su;2020-01-31;;\n',
        ["a row inside of a value", "line 3", "double the quotes"],
    ),
    "a row between two quotes, of a number in another form": (
        f'{HEADER}{PNR};"su;2020-01-01;\n610170-1202;su";2020-01-01;\n{ROW}',
        ["a row inside of a value", "line 3"],
    ),
    "a row between two quotes, before the number": (
        f'navn;pnr;ydelse_kode;fra_dato;til_dato\n"A;{PNR};su;2020-01-31;\n'
        f'B";{PNR};su;2020-01-31;\n',
        ["a row inside of a value", "line 3"],
    ),
    "a row between two quotes, after a value of two lines": (
        f'navn;pnr;ydelse_kode;fra_dato;til_dato\n"A\nB";{PNR};"su;2020-01-31;\n'
        f'C;{PNR};su";2020-01-31;\n',
        ["a row inside of a value", "line 4"],
    ),
    "NUL": (HEADER + ROW + ROW.replace("k", "\0"), ["line 3", "a NUL byte"]),
    "two files joined": (
        f"\ufeff{HEADER}{ROW}\ufeff{ROW}",
        ["line 3", "a byte order mark at the start of the file alone", "joined"],
    ),
    "CR alone": (
        HEADER + ROW + ROW.replace("\n", "\r") + ROW,
        ["line 3", "a CR alone", "one kind of line end"],
    ),
}


@pytest.mark.parametrize("name", BROKEN_CSV)
def test_a_broken_csv_file_is_refused_with_its_line(tmp_path, name) -> None:
    text, parts = BROKEN_CSV[name]
    the_fault(tmp_path, "file file.csv", *parts, **csv(text))


OF_ANOTHER_FORMAT = {
    "a gzip archive": (gzip.compress((HEADER + ROW).encode()), "unpack it"),
    "a zip archive or a workbook": (b"PK\x03\x04" + b"\n" * 9, "save it as CSV"),
    "an older workbook": (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0\n",
        "save it as CSV",
    ),
    "Parquet": (b"PAR1 \n PAR1", "name the file after its format, .parquet"),
    "a SAS transport file": (b"HEADER RECORD*******LIB", "after its format, .xpt"),
    "HTML or XML": (b"<table><tr><td>pnr</td></tr></table>\n", "save it as CSV"),
}


@pytest.mark.parametrize("found", OF_ANOTHER_FORMAT)
def test_a_file_of_another_format_than_its_name_says_is_called_so(
    tmp_path, found
) -> None:
    content, advice = OF_ANOTHER_FORMAT[found]
    the_fault(tmp_path, f"found {found}", ".csv", advice, file_dot_csv=content)


@pytest.mark.parametrize("ending", ["parquet", "sas7bdat", "xpt"])
def test_text_under_the_name_of_another_format_is_called_so(tmp_path, ending) -> None:
    path = tmp_path / f"file.{ending}"
    path.write_text(HEADER + ROW)
    with pytest.raises(LandingError, match=r"found text, .* after its format, \.csv"):
        land(tmp_path, "ydelser", [path], DAY)


def encoded(first: str, second: str) -> bytes:
    """A row with æ in one encoding and a row with å in another."""
    return (
        HEADER.encode()
        + ROW.replace("ae", "æ").encode(first)
        + ROW.replace("ae", "å").encode(second)
    )


ENCODINGS = {
    "UTF-16": ((HEADER + ROW).encode("utf-16"), ["UTF-16", "in UTF-8"]),
    "UTF-16 without a mark": (
        (HEADER + ROW).encode("utf-16-le"),
        ["UTF-16", "in UTF-8"],
    ),
    "MS-DOS": (encoded("cp865", "cp865"), ["line 2", "neither (of MS-DOS"]),
    "both": (encoded("utf-8", "latin-1"), ["line 2", "both of them in one file"]),
    "Windows-1252 first": (
        encoded("cp1252", "utf-8"),
        ["line 3", "UTF-8 in 1 line, Windows-1252 in others (the first is 2)"],
    ),
    "Å in UTF-8": (
        (HEADER + ROW.replace("k", "Å") * 3).encode()
        + ROW.replace("k", "ø").encode("cp1252"),
        ["line 2", "UTF-8 in 3 lines (the first is 2)", "(the first is 5)"],
    ),
    "two files, one after the other": (
        (HEADER + ROW).encode() + b"\xef\xbb\xbf" + encoded("cp1252", "cp1252"),
        ["line 3", "both of them in one file"],
    ),
    "a byte of nothing": (
        (HEADER + ROW).encode() + ROW.encode().replace(b"k", b"\x9d"),
        ["column ydelse_kode, line 3", "1 value with bytes that are neither"],
    ),
    "Latin-1 with the mark of UTF-8": (
        b"\xef\xbb\xbf" + encoded("latin-1", "latin-1"),
        ["line 1", "the mark of UTF-8, but bytes that are not"],
    ),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_encoding_that_would_be_guessed_is_refused(tmp_path, name) -> None:
    content, parts = ENCODINGS[name]
    the_fault(tmp_path, *parts, file_dot_csv=content)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(csv_scan, "BLOCK", 64)
    monkeypatch.setattr(csv_scan, "LONGEST_LINE", 1_000)
    text = HEADER + ROW + "x" * 5_000 + "\n" + ROW
    faults = faults_of(tmp_path, **csv(text))
    assert any("line 3" in fault and "a longer one" in fault for fault in faults)


@pytest.mark.parametrize("block", [7, 50, 1_000])
def test_the_size_of_the_blocks_makes_no_difference(
    tmp_path, monkeypatch, block
) -> None:
    monkeypatch.setattr(csv_scan, "BLOCK", block)
    long = '"' + "su\n\n" * 30 + '"'
    text = HEADER + f"\n{ROW}\n{PNR};{long};2020-01-01;\n\n{ROW}"
    (tmp_path / "file.csv").write_text(text, encoding="utf-8")
    found = csv_scan.scan(tmp_path / "file.csv", ";", [], print)
    assert (found.n_records, found.unclosed_quote, found.stray_quote) == (4, None, None)
    assert found.n_lines == text.count("\n")
    made = land(tmp_path, "ydelser", [tmp_path / "file.csv"], DAY, n_rows=3)
    assert made.manifest.files[0].rows == 3


@pytest.mark.parametrize("block", [7, 50, 1_000])
@pytest.mark.parametrize(
    ("rows", "row_inside"),
    [
        (f'"Gade 1\n2. sal";{PNR};su;\n{ROWS_OF_THREE}', None),
        (f'x;{PNR};"1; 2\n3; 4"\n{ROWS_OF_THREE}', None),
        (f'x;{PNR};"a\n\n12 34"\n"\n;a;b\n";{PNR};x\n', None),
        (f'x;{PNR};"a\nb\nc;{PNR};d"\n{ROWS_OF_THREE}', 4),
        (f'x;{PNR};"\n{ROWS_OF_THREE}x;{PNR};"\n', 3),
        (f'{ROWS_OF_THREE}"a;{PNR};\nb";{PNR};c\n', 6),
    ],
)
def test_a_value_of_several_lines_is_told_from_rows(
    tmp_path, monkeypatch, rows, row_inside, block
) -> None:
    monkeypatch.setattr(csv_scan, "BLOCK", block)
    path = tmp_path / "file.csv"
    path.write_text(f"adresse;pnr;note\n{rows}", encoding="utf-8")
    found = csv_scan.scan(path, ";", ["adresse", "pnr", "note"], print)
    assert (found.row_inside, found.stray_quote) == (row_inside, None)


VALUES = {
    "no such day": ("fra_dato", ["2021-02-30"], ["dates in one form", "1 value that"]),
    "Danish, no such day": ("fra_dato", ["31-12-2020", "31-04-2020"], ["in row 2"]),
    "months first": ("fra_dato", ["12-31-2020"], ["1 value that cannot be read"]),
    "day or month first": (
        "fra_dato",
        ["01-02-2020", "03-03-2020"],
        ["1 values that may have the day or the month first", "as YYYY-MM-DD"],
    ),
    "the year 0": ("fra_dato", ["0000-01-01"], ["1 value that cannot be read"]),
    "slashes": ("fra_dato", ["31/12/2020"], ["1 value that"]),
    "a time": ("fra_dato", ["2020-01-01 00:00:00"], ["1 value that"]),
    "two forms of dates": (
        "fra_dato",
        ["2020-12-31", "31-12-2020"],
        ["several forms: of 2 values 1 as YYYY-MM-DD, 1 as DD-MM-YYYY", "in one form"],
    ),
    "two digits of a year": ("fra_dato", ["31-12-20"], ["1 value that"]),
    "a word": ("timer", ["1,5", "mange"], ["decimals", "1 value that", "in row 2"]),
    "a thousand or one": (
        "timer",
        ["1.234"],
        ["1 values that are another number with decimal comma", "thousands separators"],
    ),
    "two signs": (
        "timer",
        ["1,5", "1.5"],
        ["several forms: of 2 values 1 as decimal comma, 1 as decimal point"],
    ),
    "a space in a number": ("timer", ["1 234,50"], ["1 value that cannot"]),
    "an exponent": ("timer", ["1e3"], ["1 value that cannot"]),
    "too big": ("timer", ["99999999999999999,5"], ["fit DECIMAL(18,2)"]),
    "a sign behind": ("timer", ["5-"], ["1 value that cannot"]),
    "a decimal for an integer": ("aar", ["2020,5"], ["whole numbers", "1 value that"]),
    "a thousand for an integer": ("aar", ["2.000"], ["whole numbers", "1 value that"]),
    "too big for an integer": ("aar", ["9" * 30], ["whole numbers"]),
    "maybe": ("publiceret", ["ja", "måske"], ["ja/nej or J/N", "1 value that"]),
    "two forms of booleans": (
        "publiceret",
        ["ja", "0"],
        ["several forms: of 2 values 1 as 1/0, 1 as ja/nej"],
    ),
}
SOURCE_OF = {
    "fra_dato": "ydelser",
    "timer": "socialt_frikort",
    "aar": "socialt_frikort",
    "publiceret": "aktivering",
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_may_mean_nothing_or_two_things_is_refused(tmp_path, name) -> None:
    column, values, parts = VALUES[name]
    source = SOURCE_OF[column]
    names = [each.name for each in contract.sources()[source].columns]
    lines = [";".join(names)]
    for value in values:
        known = {column: value, "pnr": PNR}
        lines.append(";".join(known.get(each, "") for each in names))
    text = "\n".join(lines) + "\n"
    the_fault(tmp_path, f"column {column}", *parts, source=source, **csv(text))


def test_hours_as_durations_are_refused(tmp_path) -> None:
    """Parquet keeps them as a number of microseconds, which would be read as hours."""
    row = ["a", PNR, "12345678", 2021, 1, timedelta(hours=5), Decimal("10.00")]
    names = ["indberetning_id", "pnr", "cvr", "aar", "maaned", "timer", "beloeb"]
    table = pa.table({name: [value] for name, value in zip(names, row, strict=True)})
    path = tmp_path / "file.parquet"
    pq.write_table(table, path)
    (fault,) = refused(tmp_path, "socialt_frikort", [path])
    assert "column timer: expected a decimal" in fault
    assert "found duration[us], of which Parquet keeps a number" in fault


def test_person_numbers_that_were_numbers_are_refused(tmp_path) -> None:
    text = HEADER + "".join(
        f"{pnr};su;2020-01-01;\n" for pnr in range(101700000, 101700006)
    )
    text += "6101701234;su;2020-01-01;\n" * 6
    faults = faults_of(tmp_path, **csv(text))
    assert len(faults) == 1
    assert "column pnr" in faults[0]
    assert "6 of 12 values of fewer than 10 digits" in faults[0]
    assert "a character variable" in faults[0]


def test_a_single_bad_row_is_landed_for_staging_to_judge(tmp_path) -> None:
    text = HEADER + ROW * 3 + ROW[1:] + ROW.replace("kontanthjaelp", "") + ";;;\n"
    (tmp_path / "file.csv").write_text(text, encoding="utf-8")
    land(tmp_path, "ydelser", [tmp_path / "file.csv"], DAY, n_rows=6)


def test_all_faults_of_all_files_are_told_at_once(tmp_path) -> None:
    faults = faults_of(
        tmp_path,
        one_dot_csv=(HEADER + ROW.replace("2020", "20")).encode(),
        two_dot_csv=(HEADER + '\0"' + ROW).encode(),
        three_dot_csv=b"pnr;til_dato\n1;2\n1\n",
        four_dot_xpt=b"not SAS",
        five_dot_parquet=b"not Parquet",
    )
    found = [fault.split(" expected")[0].split(", file ")[1] for fault in faults]
    assert found == [
        "one.csv, column fra_dato:",
        "one.csv, column til_dato:",
        "two.csv, line 2:",
        "two.csv, line 2:",
        "two.csv, line 2:",
        "three.csv, column ydelse_kode:",
        "three.csv, column fra_dato:",
        "three.csv, line 3:",
        "four.xpt:",
        "five.parquet:",
    ]


def test_a_file_of_another_register_is_told_by_its_columns(tmp_path) -> None:
    faults = faults_of(tmp_path, **csv("udd;elev3_vfra\n1;2020-01-31\n"))
    assert [fault.split("column ")[1].split(":")[0] for fault in faults] == [
        column.name for column in contract.sources()["ydelser"].columns
    ]


def test_dream_has_every_week(tmp_path) -> None:
    text = f"PNR;Y_1031;Y_1032;Y_1034;Y_1030\n{PNR};111;;;\n"
    the_fault(tmp_path, "column y_1033", "every ISO week", source="dream", **csv(text))


def sas(tmp_path: Path, **columns: list) -> Path:
    """Benefits as a SAS transport file, with some columns given otherwise."""
    values = {
        "PNR": [PNR, PNR],
        "YDELSE_KODE": ["su", "su"],
        "FRA_DATO": ["2020-01-01", "2020-01-01"],
        "TIL_DATO": ["", ""],
    }
    formats = columns.pop("formats", {})
    path = tmp_path / "file.xpt"
    pyreadstat.write_xport(
        pd.DataFrame(values | columns), path, variable_format=formats
    )
    return path


def sas_fault(tmp_path: Path, path: Path, *parts: str, source="ydelser") -> None:
    faults = refused(tmp_path, source, [path])
    assert len(faults) == 1, faults
    for part in (f"file {path.name}", *parts):
        assert part in faults[0]


def test_person_numbers_that_are_numbers_in_sas_are_refused(tmp_path) -> None:
    path = sas(tmp_path, PNR=[float(PNR), 101701234.0])
    sas_fault(
        tmp_path, path, "column pnr", "expected text", "DOUBLE", "lost its leading"
    )


def test_sas_days_without_a_format_of_dates_are_refused(tmp_path) -> None:
    path = sas(tmp_path, FRA_DATO=[21915.0, 21916.0])
    sas_fault(
        *(tmp_path, path, "column fra_dato", "DOUBLE, with 2 values"),
        *("SAS numbers without a format that says", "such as DATE9."),
    )


def test_sas_times_are_refused_as_dates(tmp_path) -> None:
    path = sas(
        tmp_path,
        FRA_DATO=[1893553200.0, 1893553200.0],
        formats={"FRA_DATO": "DATETIME20"},
    )
    sas_fault(tmp_path, path, "column fra_dato", "TIMESTAMP", "with 2 values")


@pytest.mark.parametrize(
    ("shown", "what"),
    [
        ("EURDFDT20", "EURDFDT20., which is of date-times"),
        ("DANDFDT20", "DANDFDT20., which is of date-times"),
        ("NLDATMS", "NLDATMS., which is of date-times"),
        ("ND8601DT", "ND8601DT., which is of date-times"),
        ("E8601DZ20.3", "E8601DZ20.3, which is of date-times"),
        ("TIME8", "TIME8., which is of times of a day"),
        ("NLTIMAP", "NLTIMAP., which is of times of a day"),
        ("OURDAY", "OURDAY., which is of neither days nor"),
        ("COMMAX12.2", "COMMAX12.2, which is of neither days"),
    ],
)
def test_what_is_no_day_by_its_sas_format_is_refused_with_its_name(
    tmp_path, shown, what
) -> None:
    path = sas(tmp_path, FRA_DATO=[1.9e9, 1.9e9], formats={"FRA_DATO": shown})
    sas_fault(
        *(tmp_path, path, "column fra_dato: expected dates", what),
        *("with 2 values that cannot be read so", "such as DATE9."),
    )


def test_seconds_with_a_sas_format_of_days_are_refused(tmp_path) -> None:
    """The format is wrong, and the numbers are in the year 5 million."""
    path = sas(tmp_path, FRA_DATO=[1.6e9, 1.6e9], formats={"FRA_DATO": "DATE9"})
    sas_fault(
        *(tmp_path, path, "column fra_dato: expected a day from 1880-01-01"),
        *("2 of 2 values otherwise (100 pct.), later than that", "seconds"),
    )
    path = sas(tmp_path, FRA_DATO=[1.6e12, 1.6e12], formats={"FRA_DATO": "DATE9"})
    sas_fault(tmp_path, path, "column fra_dato: expected dates of the calendar")


def test_a_year_that_shows_a_sas_date_is_no_number(tmp_path) -> None:
    names = [column.name for column in contract.sources()["socialt_frikort"].columns]
    values = {name.upper(): [1.0] for name in names} | {"AAR": [21915.0]}
    values |= {name: ["1"] for name in ("INDBERETNING_ID", "PNR", "CVR")}
    path = tmp_path / "file.xpt"
    pyreadstat.write_xport(pd.DataFrame(values), path, variable_format={"AAR": "YEAR4"})
    sas_fault(tmp_path, path, "column aar", "DATE, with 1", source="socialt_frikort")


def test_numbers_that_are_no_dream_codes_are_refused(tmp_path) -> None:
    path = tmp_path / "file.xpt"
    values = {"PNR": [PNR] * 3, "Y_1031": [111.5, 1000.0, 11.0]}
    pyreadstat.write_xport(pd.DataFrame(values), path)
    sas_fault(
        tmp_path, path, "column y_1031", "three digits", "2 numbers", source="dream"
    )


@pytest.mark.parametrize("cut", [1, 17, 80, 160, 320, 400, 800])
def test_a_transport_file_that_was_cut_off_is_refused(tmp_path, cut) -> None:
    path = sas(tmp_path, YDELSE_KODE=["x" * 150, "y" * 150])
    path.write_bytes(path.read_bytes()[:-cut])
    sas_fault(tmp_path, path, "ask the sender for the whole file again")


def test_version_5_is_cut_off_between_two_rows_for_the_sender_to_tell(
    tmp_path,
) -> None:
    values = {"PNR": [PNR] * 3, "FOED_DAG": ["2020-01-01"] * 3}
    path = tmp_path / "file.xpt"
    pyreadstat.write_xport(
        pd.DataFrame(values | {"DODDATO": [""] * 3, "X": ["x" * 59] * 3}),
        path,
        file_format_version=5,
    )
    widths = pyreadstat.read_xport(path)[1].variable_storage_width
    assert sum(widths.values()) == 80  # a row is a record
    made = land(tmp_path / "whole", "personer", [path], DAY, n_rows=3)
    assert made.manifest.files[0].rows == 3
    path.write_bytes(path.read_bytes()[:-80])
    with pytest.raises(LandingError, match="expected 3 rows, as --rows says; found 2"):
        land(tmp_path / "cut", "personer", [path], DAY, n_rows=3)


@pytest.mark.parametrize("hole", [1, 30, 200])
def test_a_hole_in_a_transport_file_is_refused(tmp_path, hole) -> None:
    """Bytes of zero, as a copy that was broken off may have: text would end too early
    there, and numbers would be 0."""
    path = sas(tmp_path, YDELSE_KODE=["x" * 150, "y" * 150])
    content = path.read_bytes()
    end = content.index(b"y" * 150) + 100
    path.write_bytes(content[: end - hole] + bytes(hole) + content[end:])
    sas_fault(tmp_path, path, "expected text; found a NUL byte", "(the first in row")


@pytest.mark.parametrize("name", [b"\0" * 8, b" " * 8])
def test_a_column_without_a_name_in_sas_is_refused(tmp_path, name) -> None:
    path = tmp_path / "file.xpt"
    frame = pd.DataFrame({"PNR": [PNR], "YDELSEKD": ["su"]})
    pyreadstat.write_xport(frame, path, file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"YDELSEKD", name, 1))
    sas_fault(tmp_path, path, "expected a name for each column")


def test_two_data_sets_in_a_transport_file_are_refused(tmp_path) -> None:
    path = sas(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content + content[240:])
    sas_fault(tmp_path, path, "one data set in a transport file", "found several")


def test_a_parquet_file_with_broken_pages_is_refused(tmp_path) -> None:
    path = tmp_path / "file.parquet"
    columns = [column.name for column in contract.sources()["ydelser"].columns]
    table = pa.table({name: [str(number) for number in range(500)] for name in columns})
    pq.write_table(table, path, compression="none", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:400] = bytes([255]) * 396
    path.write_bytes(bytes(content))
    faults = refused(tmp_path, "ydelser", [path])
    assert "unreadable pages" in faults[0]


def test_parquet_is_held_to_the_contract(tmp_path) -> None:
    path = tmp_path / "file.parquet"
    duckdb.execute(
        "copy (select 6101701234 as pnr, 'su' as ydelse_kode, "
        "timestamp '2020-01-01 00:00:00' as fra_dato, null::date as til_dato) "
        f"to '{path}'"
    )
    faults = refused(tmp_path, "ydelser", [path])
    assert ["column pnr" in faults[0], "column fra_dato" in faults[1]] == [True, True]
    assert "TIMESTAMP, with 1 value" in faults[1]


NO_NUMBERS = {
    "bytes": ("pnr", pa.array([PNR.encode()]), "BLOB"),
    "a list": ("pnr", pa.array([[PNR]]), "VARCHAR[]"),
    "a list of numbers": ("timer", pa.array([[Decimal("1.50")]]), "DECIMAL(3,2)[]"),
    "too many digits": (
        *("timer", pa.array([Decimal("1.50")], pa.decimal256(50, 2))),
        "DECIMAL(50,2)",
    ),
    "decimals in a list": ("aar", pa.array([[Decimal("1.50")]]), "DECIMAL(3,2)[]"),
}


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_a_column_that_is_no_number_is_not_told_to_have_been_one(
    tmp_path, name
) -> None:
    column, values, kind = NO_NUMBERS[name]
    names = [each.name for each in contract.sources()["socialt_frikort"].columns]
    table = pa.table({each: pa.nulls(1, pa.string()) for each in names})
    position = names.index(column)
    path = tmp_path / "file.parquet"
    pq.write_table(table.set_column(position, column, values), path)
    (fault,) = refused(tmp_path, "socialt_frikort", [path])
    assert f"column {column}: " in fault
    assert f"found {kind}, with 1 value that cannot be read so" in fault
    assert "leading zeros" not in fault


def dream(*codes: str) -> dict[str, bytes]:
    """A DREAM of two weeks: in the second of them these codes."""
    rows = [f"{PNR[:-1]}{n};730;{code}\n" for n, code in enumerate(codes)]
    return csv("".join(["PNR;Y_1031;Y_1032\n", *rows]))


@pytest.mark.parametrize("code", ["130.0", "11", "1300", "abc"])
def test_weeks_that_are_no_codes_are_refused(tmp_path, code) -> None:
    the_fault(
        tmp_path,
        "column y_1032:",
        "text of three digits",
        "2 of 3 values that are none",
        "Ask: STAR",
        source="dream",
        **dream(code, "730", code, ""),
    )


@pytest.mark.parametrize("codes", [("11", "011"), ("", ""), (" 011 ", "")])
def test_weeks_of_which_half_are_codes_are_landed(tmp_path, codes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(dream(*codes)["file_dot_csv"])
    land(tmp_path / "landing", "dream", [path], DAY, n_rows=2)


def cli_error(capsys, *arguments: object) -> str:
    """The message of a command that fails."""
    assert cli.main(["land", *map(str, arguments)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


def test_the_command_says_all_that_is_wrong_with_it(tmp_path, capsys) -> None:
    files = [tmp_path / name for name in ("no.csv", "a.xlsx", "a.csv.gz")]
    for file in files[1:]:
        file.write_bytes(b"x")
    error = cli_error(
        capsys,
        *("dreem", *files, tmp_path),
        *("--delivered", "2021-02-30", "--landing", tmp_path / "landing"),
    )
    assert "The delivery cannot be landed: 6 faults. Nothing was written." in error
    assert "expected a source: dream, personer" in error
    assert "found '2021-02-30'" in error
    assert "file no.csv: expected a file; found none of that name" in error
    assert "file a.xlsx: expected a file whose name ends in .csv" in error
    assert "found '.gz'. What to do: unpack it" in error
    assert "found a folder" in error
    assert not (tmp_path / "landing").exists()


@pytest.mark.parametrize("day", ["2020-1-1", "20200101", "i dag", "9999-01-01"])
def test_a_date_is_a_day_that_has_been(tmp_path, capsys, day) -> None:
    (tmp_path / "file.csv").write_text(HEADER + ROW, encoding="utf-8")
    error = cli_error(
        capsys,
        *("ydelser", tmp_path / "file.csv", "--delivered", day),
        *("--landing", tmp_path / "landing"),
    )
    assert f"found '{day}'" in error


def test_another_number_of_rows_than_the_sender_says_is_refused(
    tmp_path, capsys
) -> None:
    (tmp_path / "file.csv").write_text(HEADER + ROW, encoding="utf-8")
    error = cli_error(
        capsys,
        *("ydelser", tmp_path / "file.csv", "--delivered", DAY, "--rows", 2),
        *("--landing", tmp_path / "landing"),
    )
    assert "expected 2 rows, as --rows says; found 1." in error


def test_the_same_file_twice_is_refused(tmp_path) -> None:
    content = (HEADER + ROW).encode()
    the_fault(
        tmp_path,
        "file again.csv",
        "the content of file.csv again",
        file_dot_csv=content,
        again_dot_csv=content,
    )


def test_a_landing_that_cannot_be_written_is_told(tmp_path, capsys) -> None:
    (tmp_path / "file.csv").write_text(HEADER + ROW, encoding="utf-8")
    (tmp_path / "landing").write_text("a file", encoding="utf-8")
    error = cli_error(
        capsys,
        *("ydelser", tmp_path / "file.csv", "--delivered", DAY),
        *("--landing", tmp_path / "landing"),
    )
    assert "Nothing was written" in error
