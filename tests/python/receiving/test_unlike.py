"""What is not as the contract says in most of its rows is refused before it becomes a
delivery: with the column, what its values have in common, and what to ask for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from labour_monitor.landing.faults import LandingError
from labour_monitor.receiving.land import land

from .conftest import DAY, STAR, write_csv, write_xpt


def spoiled(original, tmp_path: Path, source: str, column: str, value: str) -> Path:
    """The register with other values in a column, where it has any."""
    target = tmp_path / f"{source}.parquet"
    filled = f"case when {column} is not null then {value.format(column)} end"
    duckdb.execute(
        f"copy (select * replace ({filled} as {column}) from '{original(source)}') "
        f"to '{target}'"
    )
    return target


def refused(landing: Path, source: str, *files: Path) -> list[str]:
    with pytest.raises(LandingError) as error:
        land(landing, source, list(files), DAY)
    assert not list(landing.rglob("*"))
    return [str(fault) for fault in error.value.faults]


HYPHEN = "left({0}, 6) || '-' || right({0}, 4)"
UNLIKE = {
    "a hyphen": ("eindkomst", "pnr", HYPHEN, "a hyphen", "without hyphens"),
    "a blank": (
        *("eindkomst", "pnr", "left({0}, 6) || ' ' || right({0}, 4)"),
        *("with blanks", "without blanks inside"),
    ),
    "a blank that is not seen": (
        *("ydelser", "pnr", "{} || chr(160)"),
        *("with blanks", "without blanks inside or around"),
    ),
    "a number with a decimal": (
        *("eindkomst", "pnr", "{} || '.0'"),
        *("such as .0", "went through a number"),
    ),
    "the number format of a spreadsheet": (
        *("eindkomst", "pnr", "'6,10E+09'"),
        *("6,10E+09", "cannot be had back from this file"),
    ),
    "thousands separators": (
        *("socialt_frikort", "cvr", "'20.016.191'"),
        *("thousands separators", "without thousands"),
    ),
    "the mark of a text in a spreadsheet": (
        *("ydelser", "pnr", "'''' || {}"),
        *("apostrophes", "without apostrophes"),
    ),
    "a number that is hidden": (
        *("ydelser", "pnr", "rpad(left({}, 6), 10, 'X')"),
        *("are hidden", "pseudonyms"),
    ),
    "a municipality with a zero in front": (
        *("bopael", "kom", "'0' || {}"),
        *("zeros in front", "without zeros in front"),
    ),
    "a municipality of one digit": (
        *("bopael", "kom", "'1'"),
        *("fewer than 3 digits", "leading zeros"),
    ),
    "a municipality by its name": (
        *("bopael", "kom", "'København'"),
        *("a name instead of a code", "municipalities.csv, not for names"),
    ),
    "a municipality with its name behind": (
        *("bopael", "kom", "{} || ' Kommune'"),
        *("a text behind the digits", "without the name"),
    ),
    "municipalities of another country": (
        *("bopael", "kom", "'960'"),
        *("of digits that are no code", "municipalities.csv"),
    ),
    "benefits in upper case": (
        *("ydelser", "ydelse_kode", "upper({})"),
        *("upper and lower case differ", "case as there"),
    ),
    "benefits as a Dane writes them": (
        *("ydelser", "ydelse_kode", "'Kontanthjælp'"),
        *("with Danish letters", "as the list writes them"),
    ),
    "benefits by another list": (
        *("ydelser", "ydelse_kode", "'YD-' || {}"),
        *("another list", "ydelse_codes.csv"),
    ),
    "employments in lower case": (
        *("eindkomst", "ansaettelse_kode", "lower({})"),
        *("upper and lower case differ", "case as there"),
    ),
    "income types that went through a number": (
        *("eindkomst", "vmo_indkomst_type_kode", "cast(cast({} as int) as varchar)"),
        *("fewer than 2 digits", "lost its leading zeros"),
    ),
    "income types of which a part had zeros to lose": (
        *("eindkomst", "vmo_indkomst_type_kode"),
        "case when hash(indberetning_id) % 10 < 4 then right({}, 1) else '24' end",
        *("fewer than 2 digits, and none that begins with 0", "lost its leading zeros"),
    ),
    "income types with a decimal": (
        *("eindkomst", "vmo_indkomst_type_kode", "{} || ',0'"),
        *("such as .0", "went through a number"),
    ),
    "employers with a decimal": (
        *("eindkomst", "ajo_cvr_nr", "{} || '.0'"),
        *("such as .0", "went through a number"),
    ),
    "the few reversals with a decimal": (
        *("eindkomst", "vmo_tilbagefoersel_kode", "{} || '.0'"),
        *("such as .0", "went through a number"),
    ),
    "markers with other blanks": (
        *("persongrupper", "persongruppe", "replace({}, ' ', '') || chr(160)"),
        *("as they are written there", "with the names of seeds/rules/markers.csv"),
    ),
    "reversals by their name": (
        *("eindkomst", "vmo_tilbagefoersel_kode", "'Ja'"),
        *("a name instead of a code", "tilbagefoersel_codes.csv"),
    ),
    "reports with one name": (
        *("eindkomst", "indberetning_id", "'rapport'"),
        *("of the rows to be set aside", "a corrected delivery"),
    ),
    "reports that went through a number": (
        *("eindkomst", "indberetning_id", "hash({}) || '.0'"),
        *("as a number has it", "went through a number"),
    ),
    "educations that went through a number": (
        *("uddannelse", "udd", "{} || ',0'"),
        *("as a number has it", "went through a number"),
    ),
    "no value at all": (
        *("ydelser", "fra_dato", "cast(null as date)"),
        *("rows otherwise (100 pct.)", "the column with its values"),
    ),
    "days of another century": (
        *("ydelser", "fra_dato", "cast({} - interval 2000 year as date)"),
        *("of two digits or fewer", "the years in four digits"),
    ),
    "ends before starts": (
        *("ydelser", "til_dato", "cast(fra_dato - 1 as date)"),
        *("no end before fra_dato", "start and end were exchanged"),
    ),
    "years of two digits": (
        *("eindkomst", "vmo_basis_aar", "{} % 100"),
        *("of two digits", "the year in four digits"),
    ),
    "categories of another list": (
        *("visitation", "personkategori_kode", "{} + 40"),
        *("values otherwise", "personkategori_codes.csv"),
    ),
}
WRITTEN_AS_DATES = {"days of another century"}


@pytest.mark.parametrize("name", UNLIKE)
def test_a_column_that_is_unlike_the_contract_is_refused(
    original, tmp_path, name
) -> None:
    source, column, value, sign, request = UNLIKE[name]
    file = spoiled(original, tmp_path, source, column, value)
    if name not in WRITTEN_AS_DATES:
        file = write_csv(source, file, tmp_path / f"{source}.csv", STAR)
    (fault,) = refused(tmp_path / "landing", source, file)
    place = f"source {source}, delivery {DAY}, file {file.name}"
    if "set aside" not in sign:
        place += f", column {column}"
    assert fault.startswith(f"{place}: expected ")
    assert sign in fault
    assert request in fault
    assert "nothing was landed" in fault


@pytest.mark.parametrize("kind", ["parquet", "xpt"])
def test_every_format_is_held_to_the_contract(original, tmp_path, kind) -> None:
    file = spoiled(original, tmp_path, "bopael", "kom", "'0' || {}")
    if kind == "xpt":
        file = write_xpt("bopael", file, tmp_path / "bopael.xpt")
    (fault,) = refused(tmp_path / "landing", "bopael", file)
    assert "column kom: " in fault


def test_a_file_in_which_a_code_is_unlike_is_not_hidden_by_the_others(
    original, tmp_path
) -> None:
    whole = original("eindkomst")
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    duckdb.execute(
        f"copy (select * from '{whole}' where hash(pnr) % 4 > 0) to '{first}'"
    )
    duckdb.execute(
        "copy (select * replace (right(vmo_indkomst_type_kode, 1) as "
        f"vmo_indkomst_type_kode) from '{whole}' where hash(pnr) % 4 = 0) "
        f"to '{second}'"
    )
    (fault,) = refused(tmp_path / "landing", "eindkomst", first, second)
    assert "file second.parquet, column vmo_indkomst_type_kode: " in fault


def test_what_is_wrong_in_some_rows_is_landed_for_staging_to_judge(
    original, tmp_path
) -> None:
    some = "case when hash(pnr) % 100 < 40 then '0' || {0} else {0} end"
    file = spoiled(original, tmp_path, "bopael", "kom", some)
    assert land(tmp_path / "landing", "bopael", [file], DAY).is_new


def test_no_person_and_no_value_is_in_what_is_told(original, tmp_path) -> None:
    file = spoiled(original, tmp_path, "eindkomst", "pnr", HYPHEN)
    (fault,) = refused(tmp_path / "landing", "eindkomst", file)
    numbers = duckdb.execute(f"select distinct pnr from '{file}'").fetchall()
    assert not [number for (number,) in numbers if number and number in fault]
