"""A register written as its sender would write it and landed is the same register, row
by row and value by value."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli
from labour_monitor.landing import contract
from labour_monitor.receiving import sas_file
from labour_monitor.receiving.land import land

from .conftest import (
    DAY,
    STAR,
    STATISTICS_DENMARK,
    Dialect,
    rows,
    write_csv,
    write_xpt,
)

DIALECTS = [
    Dialect(delimiter, encoding, sign, quoted, bom, line_end)
    for delimiter, (encoding, bom), sign, quoted, line_end in product(
        ";,",
        [("utf-8", False), ("utf-8", True), ("latin-1", False)],
        ",.",
        [True, False],
        ["\n", "\r\n"],
    )
    if quoted or delimiter != sign
]


def landed_rows(landing: Path, source: str) -> list[tuple]:
    return rows(source, landing / source / f"delivered={DAY}" / f"{source}.parquet")


@pytest.fixture(scope="module")
def danish(original, tmp_path_factory) -> Path:
    """Wage reports, some with Danish letters, the delimiters, quotes and a line end in
    a text, and with more decimals in a column than others have."""
    target = tmp_path_factory.mktemp("danish") / "eindkomst.parquet"
    duckdb.execute(
        f"""copy (
            select * replace (case row_number() over () % 5
                when 0 then 'blåbærgrød ' when 1 then 'a;b,c ' when 2 then 'et "citat" '
                else '' end || indberetning_id as indberetning_id)
            from '{original("eindkomst")}' limit 200
        ) to '{target}'"""
    )
    return target


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_csv_in_every_dialect(danish, tmp_path, dialect) -> None:
    file = write_csv("eindkomst", danish, tmp_path / "eindkomst.csv", dialect)
    made = land(tmp_path, "eindkomst", [file], DAY)
    assert landed_rows(tmp_path, "eindkomst") == rows("eindkomst", danish)
    found = made.manifest.origins[0]
    assert found.format == {
        "kind": "CSV",
        "delimiter": {";": "semicolon", ",": "comma"}[dialect.delimiter],
        "encoding": {"utf-8": "UTF-8", "latin-1": "Latin-1"}[dialect.encoding],
        "byte order mark": "yes" if dialect.bom else "no",
        "quotes": "yes",
    }
    sign = {",": "decimal comma", ".": "decimal point"}[dialect.decimal_sign]
    assert found.read_as["ajo_smalt_loenbeloeb"] == sign


@pytest.mark.parametrize("source", contract.sources())
@pytest.mark.parametrize("dialect", [STAR, STATISTICS_DENMARK], ids=["star", "dst"])
def test_every_source_from_csv(original, tmp_path, source, dialect) -> None:
    file = write_csv(source, original(source), tmp_path / f"{source}.csv", dialect)
    land(tmp_path, source, [file], DAY)
    assert landed_rows(tmp_path, source) == rows(source, original(source))


@pytest.mark.parametrize("source", contract.sources())
def test_every_source_from_a_sas_transport_file(original, tmp_path, source) -> None:
    file = write_xpt(source, original(source), tmp_path / f"{source}.xpt")
    made = land(tmp_path, source, [file], DAY)
    assert landed_rows(tmp_path, source) == rows(source, original(source))
    assert made.manifest.origins[0].columns_read[0].isupper()


@pytest.mark.parametrize("n_rows", [39, 40, 41, 43])
def test_a_transport_file_is_read_in_parts(
    original, tmp_path, monkeypatch, n_rows
) -> None:
    """Rows are shorter than the blanks that may fill the last record of a part."""
    few = tmp_path / "few.parquet"
    duckdb.execute(
        f"copy (from '{original('personer')}' order by pnr limit {n_rows}) to '{few}'"
    )
    monkeypatch.setattr(sas_file, "LARGEST_BATCH", 20)
    file = write_xpt("personer", few, tmp_path / "personer.xpt")
    land(tmp_path, "personer", [file], DAY, n_rows=n_rows)
    assert landed_rows(tmp_path, "personer") == rows("personer", few)


@pytest.mark.parametrize("source", contract.sources())
def test_every_source_from_parquet(original, tmp_path, source) -> None:
    made = land(tmp_path, source, [original(source)], DAY)
    assert landed_rows(tmp_path, source) == rows(source, original(source))
    assert made.manifest.origins[0].format == {"kind": "Parquet"}


def test_weeks_that_are_numbers_in_sas_become_codes(original, tmp_path) -> None:
    file = write_xpt("dream", original("dream"), tmp_path / "dream.xpt", True)
    made = land(tmp_path, "dream", [file], DAY)
    assert landed_rows(tmp_path, "dream") == rows("dream", original("dream"))
    assert "three digits" in made.manifest.origins[0].read_as["weeks"]


def test_a_week_that_is_a_number_below_a_hundred_keeps_three_digits(
    original, tmp_path
) -> None:
    source = tmp_path / "few.parquet"
    duckdb.execute(
        f"copy (select * replace ('011' as y_1101) from '{original('dream')}' limit 9) "
        f"to '{source}'"
    )
    file = write_xpt("dream", source, tmp_path / "dream.xpt", weeks_as_numbers=True)
    land(tmp_path, "dream", [file], DAY)
    codes = duckdb.execute(
        f"select distinct y_1101 from '{tmp_path}/dream/*/dream.parquet'"
    ).fetchall()
    assert codes == [("011",)]


def test_the_same_file_gives_the_same_bytes(original, tmp_path) -> None:
    made = [
        land(tmp_path / place, source, [original(source)], DAY).manifest.files
        for source in ("dream", "bopael")
        for place in ("here", "there")
    ]
    assert made[0] == made[1]
    assert made[2] == made[3]


def test_several_files_are_one_delivery(original, tmp_path) -> None:
    whole = original("bopael")
    for number, half in enumerate(("< 0.5", ">= 0.5"), 1):
        duckdb.execute(
            f"copy (select * from '{whole}' where hash(pnr) / 2.0^64 {half}) "
            f"to '{tmp_path}/{number}.parquet'"
        )
    files = [
        write_csv("bopael", tmp_path / "1.parquet", tmp_path / "1.csv", STAR),
        write_xpt("bopael", tmp_path / "2.parquet", tmp_path / "2.xpt"),
    ]
    made = land(tmp_path, "bopael", files, DAY, n_rows=len(rows("bopael", whole)))
    folder = tmp_path / "bopael" / f"delivered={DAY}"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["bopael-1.parquet", "bopael-2.parquet", "manifest.json"]
    both = rows("bopael", folder / names[0]) + rows("bopael", folder / names[1])
    assert sorted(map(str, both)) == sorted(map(str, rows("bopael", whole)))
    document = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [file["name"] for file in document["files"]] == names[:2]
    assert [origin["name"] for origin in document["origins"]] == ["1.csv", "2.xpt"]
    assert document["made_by"] == made.manifest.made_by


def test_a_delivery_without_rows_is_landed(original, tmp_path) -> None:
    text = "PNR;YDELSE_KODE;FRA_DATO;TIL_DATO\n"
    (tmp_path / "none.csv").write_text(text, encoding="utf-8")
    made = land(tmp_path, "ydelser", [tmp_path / "none.csv"], DAY, n_rows=0)
    assert made.manifest.files[0].rows == 0
    assert landed_rows(tmp_path, "ydelser") == []


VALUES = [
    ("date", ["31-12-2020", "01-02-2020"], ["2020-12-31", "2020-02-01"]),
    ("date", ["31.12.2020", "01.02.2020"], ["2020-12-31", "2020-02-01"]),
    ("date", ["31DEC2020", "01feb2020"], ["2020-12-31", "2020-02-01"]),
    ("date", [" 2020-12-31 ", ""], ["2020-12-31", None]),
    ("date", ["01-01-2020", "02-02-2020"], ["2020-01-01", "2020-02-02"]),
    ("date", ["29-02-2020", "31-12-9999"], ["2020-02-29", "9999-12-31"]),
    ("decimal", ["1.234,50", "12"], ["1234.50", "12.00"]),
    ("decimal", ["1,234.50", "12"], ["1234.50", "12.00"]),
    ("decimal", ["1.234", "12,5"], ["1234.00", "12.50"]),
    ("decimal", ["1.234.567", "-1"], ["1234567.00", "-1.00"]),
    ("decimal", ["0.005", "-.125"], ["0.01", "-0.13"]),
    ("decimal", ["0,125", "+7"], ["0.13", "7.00"]),
    ("decimal", ["1234,567", ""], ["1234.57", None]),
    ("decimal", ["7", "-8"], ["7.00", "-8.00"]),
    ("integer", [" 07", "-3"], ["7", "-3"]),
    ("integer", ["7.0", "5,00"], ["7", "5"]),
    ("boolean", ["1", "0"], ["true", "false"]),
    ("boolean", ["TRUE", "false"], ["true", "false"]),
    ("boolean", ["Ja", "nej"], ["true", "false"]),
    ("boolean", ["SAND", "FALSK"], ["true", "false"]),
    ("boolean", ["1.0", "0.0"], ["true", "false"]),
    ("boolean", ["J", ""], ["true", None]),
    ("text", ['"  011 "', '"   "'], ["011", None]),
]
COLUMNS = {
    "date": ("bopael", "bop_vtil"),
    "decimal": ("socialt_frikort", "timer"),
    "integer": ("visitation", "personkategori_kode"),
    "boolean": ("aktivering", "publiceret"),
    "text": ("persongrupper", "persongruppe"),
}
SOUND = {
    "pnr": "6101701234",
    **dict.fromkeys(("bop_vfra", "fra_dato", "start_dato"), "2020-01-01"),
    **{"kom": "101", "tilbud_kode": "nytteindsats", "cvr": "20016191"},
    **{"aar": "2020", "maaned": "1", "beloeb": "1"},
}
"""Of the columns that a row cannot be without."""


def csv_with(kind: str, values: list[str]) -> tuple[str, str]:
    """A register with these values in a column of the kind."""
    source, wanted = COLUMNS[kind]
    names = [column.name for column in contract.sources()[source].columns]
    lines = [";".join(names)]
    for number, value in enumerate(values):
        row = SOUND | {"indberetning_id": str(number), wanted: value}
        lines.append(";".join(row.get(name, "") for name in names))
    return source, "\n".join(lines) + "\n"


@pytest.mark.parametrize(("kind", "values", "expected"), VALUES)
def test_a_value_is_read_as_the_only_thing_it_can_mean(
    tmp_path, kind, values, expected
) -> None:
    source, text = csv_with(kind, values)
    (tmp_path / "file.csv").write_text(text, encoding="utf-8")
    land(tmp_path, source, [tmp_path / "file.csv"], DAY)
    found = duckdb.execute(
        f"select cast({COLUMNS[kind][1]} as varchar) "
        f"from '{tmp_path}/{source}/*/{source}.parquet'"
    ).fetchall()
    assert [value for (value,) in found] == expected


def test_columns_of_no_contract_are_left_out_and_named(tmp_path, capsys) -> None:
    text = "navn;PNR;Ydelse_Kode;FRA_DATO;TIL_DATO;\nx;6101701234;su;2020-01-01;;\n"
    (tmp_path / "file.csv").write_text(text, encoding="utf-8")
    arguments = ["land", "ydelser", str(tmp_path / "file.csv"), "--delivered", DAY]
    assert cli.main([*arguments, "--landing", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "1 row landed" in told
    assert "left out, since not in the contract: navn, (without a name)" in told
    assert "6101701234" not in told
    columns = duckdb.execute(
        f"describe select * from read_parquet('{tmp_path}/ydelser/*/*.parquet', "
        "hive_partitioning = false)"
    ).fetchall()
    assert [row[0] for row in columns] == ["pnr", "ydelse_kode", "fra_dato", "til_dato"]
