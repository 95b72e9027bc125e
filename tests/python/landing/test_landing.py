"""What stops a run before anything is built (sources.md, Bad input): the in-door tells
all faults at once, and what can be read in another form is read."""

from __future__ import annotations

import errno
import hashlib
import os
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labour_monitor.landing import (
    contract,
    deliveries,
    identity,
    inputs,
    inspection,
    manifest,
)
from labour_monitor.landing.contract import week_column, weeks
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.inputs import DeliveredFile
from labour_monitor.rule_data import locked_cohorts
from labour_monitor.runs import Known

from .conftest import faults_of, opened, table_of, the_fault, write

REFERENCE_DATE = date(2020, 8, 2)


def test_a_sound_landing_opens(landing) -> None:
    opening = opened(landing)
    assert opening.as_of == date(2020, 9, 28)


def test_a_landing_is_as_it_was_while_a_run_waits(landing) -> None:
    """For the verdict of the check; the id comes after it."""
    seen = []

    def wait() -> None:
        seen.append(sorted(path.name for path in landing.iterdir()))

    before = sorted(path.name for path in landing.iterdir())
    assert identity.FILE_NAME not in before
    opened(landing, wait=wait)
    assert seen == [before]
    assert (landing / identity.FILE_NAME).exists()


def test_a_file_that_is_not_what_it_was_when_the_run_began_is_told(landing) -> None:
    """Of other content, or gone; written again as it was it is the same."""
    opening = opened(landing)
    opening.check_unchanged()
    files = sorted((landing / "eindkomst").rglob("*.parquet"))
    os.utime(files[0], ns=(1, 1))
    opening.check_unchanged()
    of_others = next((landing / "ydelser").rglob("*.parquet"))
    of_others.unlink()
    write(
        landing, "eindkomst", "2020-09-28", table_of("eindkomst", pnr=pa.array(["2"]))
    )
    with pytest.raises(LandingError) as error:
        opening.check_unchanged()
    first, *faults = str(error.value).splitlines()
    assert first == "The run stops: 2 faults. What it has made counts as not made."
    assert {
        fault.partition("source ")[2].partition(". What")[0] for fault in faults
    } == {
        f"{source}, delivery 2020-09-28, file {file.name}: expected the file as it was "
        f"when the run began; found {found}"
        for source, file, found in (
            ("eindkomst", files[0], "another one, written since"),
            ("ydelser", of_others, "No such file or directory"),
        )
    }


@pytest.mark.parametrize(
    ("code", "what_to_do"),
    [
        (errno.ENOENT, "build again when nobody writes"),
        (errno.EACCES, "give the one who builds the right"),
        (errno.EIO, "see to the disk"),
    ],
)
def test_a_file_that_cannot_be_read_for_its_digest_is_named(
    landing, monkeypatch, code, what_to_do
) -> None:
    """One that is gone was there when its folder was looked at."""
    digest = hashlib.file_digest

    def but_one(file, algorithm: str):
        if "/ydelser/" in file.name:
            raise OSError(code, os.strerror(code))
        return digest(file, algorithm)

    read, _ = deliveries.deliveries_read(
        landing, contract.sources(), date(2020, 9, 28), []
    )
    monkeypatch.setattr(hashlib, "file_digest", but_one)
    with pytest.raises(LandingError) as error:
        inputs.delivered_files(read, [])
    (fault,) = error.value.faults
    assert str(fault).startswith(
        "source ydelser, delivery 2020-09-28, file part.parquet: expected a file that "
        f"can be read; found {os.strerror(code)}. What to do: {what_to_do}"
    )


def test_a_landing_that_is_refused_is_told_at_once(landing) -> None:
    write(landing, "eindkomst", "2020-09-28", pa.table({"x": [1]}))
    assert faults_of(landing, wait=lambda: pytest.fail("waited"))


def test_the_newest_delivery_of_any_source_is_the_default_as_of_date(landing) -> None:
    write(landing, "eindkomst", "2021-03-30", table_of("eindkomst"))
    assert opened(landing).as_of == date(2021, 3, 30)


def test_a_file_that_was_found_sound_is_not_read_again(landing) -> None:
    """As long as it is as large and as old, and the contract and the in-door are those
    by which it was."""
    hours = pa.array([1e30])
    write(
        landing, "eindkomst", "2020-09-28", table_of("eindkomst", ajo_loentimer=hours)
    )
    the_fault(landing, "ajo_loentimer", "cannot be read so")
    read, _ = deliveries.deliveries_read(
        landing, contract.sources(), date(2020, 9, 28), []
    )
    found_sound = inputs.all_inputs(inputs.delivered_files(read, []), {})
    assert opened(landing, known=Known(opened=tuple(found_sound)))

    by_another = [
        entry._replace(digest="other") if entry.name in inputs.IN_DOOR else entry
        for entry in found_sound
    ]
    of_another_time = [
        entry._replace(modified_ns=1) if entry.kind == "delivery" else entry
        for entry in found_sound
    ]
    for others in ([], by_another, of_another_time):
        faults = faults_of(landing, known=Known(opened=tuple(others)))
        assert ["ajo_loentimer" in fault for fault in faults] == [True]


@pytest.mark.parametrize("as_of", [None, ""])
def test_without_the_newest_delivery_no_run_is_of_an_earlier_day_unsaid(
    landing, as_of
) -> None:
    read = DeliveredFile("eindkomst", date(2021, 3, 30), "a.parquet", 1, 1, "digest")
    known = Known(files=(read,))
    with pytest.raises(LandingError) as error:
        opened(landing, as_of, known=known)
    (fault,) = error.value.faults
    assert (fault.source, fault.delivered) == (read.source, read.delivered)
    assert opened(landing, "2020-09-28", known=known).as_of == date(2020, 9, 28)


@pytest.mark.parametrize("as_of", ["yesterday", "2021-02-30", "2021-2-3", "20210203"])
def test_an_as_of_that_is_no_date_is_a_clear_error(landing, as_of) -> None:
    the_fault(landing, "as_of", "YYYY-MM-DD", as_of, as_of=as_of)


def test_an_as_of_before_the_first_delivery_is_a_clear_error(landing) -> None:
    the_fault(landing, "2020-09-27", "first delivery, 2020-09-28", as_of="2020-09-27")


def test_an_as_of_that_is_yet_to_come_is_a_clear_error(landing) -> None:
    """P4: its publications would keep out those of every run until then."""
    assert opened(landing, str(date.today())).as_of == date.today()
    with pytest.raises(LandingError, match="2032-02-28, which is yet to come"):
        opened(landing, "2032-02-28")


def test_an_empty_landing_says_how_to_fill_it(tmp_path) -> None:
    the_fault(tmp_path, "none in", "labour-monitor synth")


@pytest.mark.parametrize("source", contract.sources())
def test_a_source_without_a_delivery_stops_the_run(landing, source) -> None:
    (landing / source).rename(landing.with_name(f"{landing.name}-{source}"))
    the_fault(
        landing,
        f"source {source}",
        "a delivery on or before",
        "found none",
        f"labour-monitor land {source} FILE --delivered DATE --landing {landing}",
        f" Ask: {contract.sources()[source].owner}.",
    )


def test_a_folder_without_a_file_is_a_fault(landing) -> None:
    (landing / "ydelser" / "delivered=2021-03-30").mkdir()
    the_fault(landing, "source ydelser, delivery 2021-03-30", "an empty folder")


def test_a_delivery_without_rows_is_none(landing) -> None:
    write(landing, "ydelser", "2021-03-30", table_of("ydelser").slice(0, 0))
    assert opened(landing).as_of == date(2021, 3, 30)


@pytest.mark.parametrize(
    "source", ["dream", "personer", "bopael", "visitation", "integrationsprogram"]
)
def test_without_a_delivery_for_the_cohort_the_run_stops(landing, source) -> None:
    folder = landing / source
    (folder / "delivered=2020-09-28").rename(folder / "delivered=2020-10-02")
    the_fault(landing, f"source {source}", "on or before 2020-10-01", "(C1)")


def test_a_source_that_makes_no_cohort_may_come_later(landing) -> None:
    folder = landing / "ydelser"
    (folder / "delivered=2020-09-28").rename(folder / "delivered=2020-10-02")
    assert opened(landing).as_of == date(2020, 10, 2)


def test_a_snapshot_is_read_at_its_newest_delivery_and_for_the_cohort(landing) -> None:
    for day in ("2020-10-02", "2021-03-30", "2021-04-30"):
        write(landing, "bopael", day, table_of("bopael"))
        write(landing, "ydelser", day, table_of("ydelser"))
        write(landing, "eindkomst", day, table_of("eindkomst"))
    read, faults = deliveries.deliveries_read(
        landing, contract.sources(), date(2021, 4, 1), locked_cohorts()
    )
    assert not faults
    found = {
        source: [
            (d.delivered.isoformat(), d.is_as_of, d.is_cohort)
            for d in read
            if d.source == source
        ]
        for source in ("bopael", "ydelser", "eindkomst")
    }
    assert found["bopael"] == [("2020-09-28", False, True), ("2021-03-30", True, False)]
    assert found["ydelser"] == [("2021-03-30", True, False)]
    assert [day for day, *_ in found["eindkomst"]] == [
        "2020-09-28",
        "2020-10-02",
        "2021-03-30",
    ]


def test_before_the_lock_date_no_cohort_is_read(landing) -> None:
    read, _ = deliveries.deliveries_read(
        landing, contract.sources(), date(2020, 9, 30), locked_cohorts()
    )
    assert not any(delivery.is_cohort for delivery in read)


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1"])
def test_an_unreadable_file_names_source_delivery_and_file(landing, content) -> None:
    file = landing / "ydelser" / "delivered=2020-09-28" / "part.parquet"
    file.write_bytes(content)
    the_fault(
        landing, "source ydelser, delivery 2020-09-28, file part.parquet", "Parquet"
    )


def test_a_half_written_file_is_unreadable(landing) -> None:
    file = landing / "ydelser" / "delivered=2020-09-28" / "part.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    the_fault(landing, "file part.parquet", "a whole Parquet file")


@pytest.mark.parametrize("day", [2**31 - 1, 2**31 - 2, 1 - 2**31])
def test_an_infinite_day_is_a_fault(landing, day) -> None:
    """And the last that is not: a spell that such a day cuts would overlap it."""
    days = pa.array([day], pa.int32()).cast(pa.date32())
    table = table_of("visitation")
    at = table.column_names.index("fra_dato")
    write(landing, "visitation", "2021-03-30", table.set_column(at, "fra_dato", days))
    the_fault(landing, "column fra_dato", "no infinite day", "DATE, with 1 value that")


@pytest.mark.parametrize("source", contract.sources())
def test_a_missing_column_is_named(landing, source) -> None:
    for column in contract.sources()[source].named_columns:
        write(landing, source, "2020-09-28", table_of(source).drop([column.name]))
        the_fault(landing, f"column {column.name}", "no such column")


def test_all_faults_are_told_at_once(landing) -> None:
    write(
        landing, "ydelser", "2020-09-28", table_of("ydelser").drop(["pnr", "fra_dato"])
    )
    (landing / "visitation" / "delivered=2020-09-28" / "part.parquet").write_bytes(b"")
    (landing / "uddannelse").rename(landing.with_name(f"{landing.name}-gone"))
    text = "\n".join(faults_of(landing))
    for part in ("column pnr", "column fra_dato", "source visitation", "uddannelse"):
        assert part in text


WRONG_TYPES = [
    ("ydelser", "pnr", pa.array([6101701234])),
    ("ydelser", "ydelse_kode", pa.array([b"kontanthjaelp"])),
    ("ydelser", "fra_dato", pa.array([datetime(2020, 1, 1)])),
    ("ydelser", "fra_dato", pa.array(["01-01-2020"])),
    ("ydelser", "fra_dato", pa.array(["2020-1-1"])),
    ("ydelser", "til_dato", pa.array(["2021-02-30"])),
    ("ydelser", "til_dato", pa.array(["2021-02-03 00:00:00"])),
    ("ydelser", "til_dato", pa.array([20210203])),
    ("visitation", "personkategori_kode", pa.array([5.0])),
    ("visitation", "personkategori_kode", pa.array(["5"])),
    ("visitation", "personkategori_kode", pa.array([2**64 - 1], pa.uint64())),
    ("aktivering", "publiceret", pa.array([1])),
    ("aktivering", "publiceret", pa.array(["true"])),
    ("eindkomst", "ajo_loentimer", pa.array(["37,0"])),
    ("eindkomst", "ajo_loentimer", pa.array([True])),
    ("eindkomst", "ajo_loentimer", pa.array([1e17])),
    ("eindkomst", "ajo_loentimer", pa.array([float("nan")])),
    ("eindkomst", "ajo_loentimer", pa.array([10**16])),
    ("eindkomst", "ajo_loentimer", pa.array([Decimal(10**16)], pa.decimal128(17, 0))),
    # 16 nines that are rounded up to one digit more
    ("eindkomst", "ajo_loentimer", pa.array([Decimal("9" * 16 + ".999")])),
    ("dream", "y_2031", pa.array([True])),
    ("dream", "y_2031", pa.array([730.5])),
    ("dream", "y_2031", pa.array([1000])),
]


@pytest.mark.parametrize(("source", "column", "values"), WRONG_TYPES)
def test_a_column_that_cannot_be_read_as_its_type_is_a_fault(
    landing, source, column, values
) -> None:
    write(landing, source, "2020-09-28", table_of(source, **{column: values}))
    the_fault(landing, f"source {source}", f"column {column}", "cannot be read so")


@pytest.mark.parametrize("value", [0, 37])
@pytest.mark.parametrize(
    ("source", "column", "kind"),
    [
        ("eindkomst", "ajo_loentimer", pa.decimal256(39, 2)),
        ("eindkomst", "ajo_loentimer", pa.decimal256(50, 4)),
        ("dream", "y_2031", pa.decimal256(39, 0)),
    ],
    ids=str,
)
def test_a_decimal_of_more_digits_than_duckdb_has_is_a_fault(
    landing, source, column, kind, value
) -> None:
    """It would read other numbers, and say nothing."""
    values = pa.array([Decimal(value)], kind)
    write(landing, source, "2020-09-28", table_of(source, **{column: values}))
    found = f"found DECIMAL({kind.precision},{kind.scale}), with 1 value"
    the_fault(landing, f"source {source}", f"column {column}", found)


def test_pages_that_duckdb_cannot_read_are_told_with_its_reason(landing) -> None:
    """What is written in a way that DuckDB does not know is no broken file."""
    kode = pa.array([5], pa.uint64())  # read at the door: not each fits an integer
    table = table_of("visitation", personkategori_kode=kode)
    file = write(landing, "visitation", "2020-09-28", table)
    names = [name for name in table.column_names if name != "personkategori_kode"]
    pq.write_table(
        table,
        file,
        use_dictionary=names,
        column_encoding={"personkategori_kode": "BYTE_STREAM_SPLIT"},
    )
    the_fault(landing, "source visitation", "'BYTE_STREAM_SPLIT encoding is only")


def test_a_fault_shows_no_value_of_a_row(landing) -> None:
    values = pa.array(["born 6101701234"])
    write(landing, "personer", "2020-09-28", table_of("personer", foed_dag=values))
    assert "6101701234" not in faults_of(landing)[0]


READ_AS = [
    ("dream", "y_2031", pa.array([730], pa.int16()), "730"),
    ("dream", "y_2031", pa.array([Decimal(21)], pa.decimal128(3, 0)), "021"),
    ("dream", "y_2031", pa.array([730.0]), "730"),
    ("ydelser", "ydelse_kode", pa.array(["  su "]), "su"),
    ("ydelser", "ydelse_kode", pa.array(["   "]), None),
    ("ydelser", "ydelse_kode", pa.array(["su"]).dictionary_encode(), "su"),
    ("ydelser", "fra_dato", pa.array([" 2020-02-29 "]), date(2020, 2, 29)),
    ("ydelser", "til_dato", pa.array([""]), None),
    ("ydelser", "til_dato", pa.nulls(1), None),
    ("ydelser", "til_dato", pa.array([None], pa.float64()), None),
    ("visitation", "personkategori_kode", pa.array([5], pa.int8()), 5),
    ("visitation", "personkategori_kode", pa.array([" "]), None),
    ("aktivering", "publiceret", pa.array([None], pa.string()), None),
    ("eindkomst", "ajo_loentimer", pa.array([37]), Decimal("37.00")),
    ("eindkomst", "ajo_loentimer", pa.array([0.005]), Decimal("0.01")),
    ("eindkomst", "ajo_loentimer", pa.array([-0.125]), Decimal("-0.13")),
    ("eindkomst", "ajo_loentimer", pa.array([Decimal("1.2345")]), Decimal("1.23")),
    (
        *("eindkomst", "ajo_loentimer"),
        pa.array([Decimal(-37)], pa.decimal128(38, 4)),
        Decimal("-37.00"),
    ),
    ("dream", "y_2031", pa.array([Decimal(730)], pa.decimal128(38, 0)), "730"),
    (
        *("eindkomst", "ajo_loentimer"),
        pa.array([Decimal("-" + "9" * 16 + ".99")], pa.decimal128(18, 2)),
        Decimal("-" + "9" * 16 + ".99"),
    ),
]


@pytest.mark.parametrize(("source", "column", "values", "expected"), READ_AS)
def test_a_value_is_read_as_the_contract_says(
    landing, source, column, values, expected
) -> None:
    file = write(landing, source, "2020-09-28", table_of(source, **{column: values}))
    with duckdb.connect() as connection:
        inspected, faults = inspection.inspect_file(
            connection, contract.sources()[source], file, None
        )
        assert not faults
        found = connection.execute(
            f"select {inspected.expressions[column]} from {inspection.scan(file)}"
        ).fetchall()
    assert found == [(expected,)]


def test_names_are_read_without_regard_to_case_and_order(landing) -> None:
    table = table_of("ydelser", extra=pa.array([1]))
    names = [name.upper() for name in reversed(table.column_names)]
    table = table.select(list(reversed(table.column_names))).rename_columns(names)
    write(landing, "ydelser", "2020-09-28", table)
    assert opened(landing)


def test_columns_that_differ_in_case_alone_are_a_fault(landing) -> None:
    table = table_of("ydelser").append_column("PNR", pa.array(["6101701234"]))
    write(landing, "ydelser", "2020-09-28", table)
    the_fault(landing, "column pnr", "2 that differ in case alone")


def test_columns_that_are_not_read_may_differ_in_case_alone(landing) -> None:
    table = table_of("ydelser").append_column("x", pa.array([1]))
    write(landing, "ydelser", "2020-09-28", table.append_column("X", pa.array([1])))
    assert opened(landing)


def test_dream_has_no_gap_between_its_weeks(landing) -> None:
    write(landing, "dream", "2020-09-28", table_of("dream").drop(["y_1553", "y_1802"]))
    the_fault(landing, "source dream", "y_1553, y_1802", "every ISO week")


def test_dream_reaches_the_reference_week_for_the_cohort(landing) -> None:
    table = table_of("dream")
    until = [n for n in table.column_names if n < "y_2031" and n != "pnr"]
    write(landing, "dream", "2020-09-28", table.select([*until, "pnr"]))
    # Before the lock date nobody asks for it, and FSM2's newest month is May 2020.
    assert opened(landing)
    the_fault(landing, "y_2031", "(the last is y_2030)", as_of="2020-10-01")


def test_dream_reaches_the_week_of_the_newest_month_of_fsm2(landing) -> None:
    table = table_of("dream")
    until = [n for n in table.column_names if n < "y_2049" and n != "pnr"]
    write(landing, "dream", "2021-02-28", table.select([*until, "pnr"]))
    # December 2020 begins in week 49 and is reportable from 28 February 2021 on.
    the_fault(landing, "delivery 2021-02-28", "y_2049", as_of="2021-02-28")


def test_older_weeks_and_names_that_are_no_week_are_not_read(landing) -> None:
    table = table_of("dream", y_9152=pa.array([1]), y_1030=pa.array([1]))
    table = table.append_column("y_2153", pa.array([1]))
    write(landing, "dream", "2020-09-28", table.append_column("y_1100", pa.array([1])))
    assert opened(landing)


def test_week_columns_follow_the_iso_calendar() -> None:
    names = weeks(contract.FIRST_WEEK, REFERENCE_DATE)
    assert (names[0], names[-1], len(names)) == ("y_1031", "y_2031", 522)
    assert "y_1553" in names
    assert week_column(date(2021, 1, 1)) == "y_2053"


def test_an_older_snapshot_that_nobody_reads_is_not_checked(landing) -> None:
    write(landing, "ydelser", "2021-03-30", table_of("ydelser"))
    (landing / "ydelser" / "delivered=2020-09-28" / "part.parquet").write_bytes(b"")
    assert opened(landing)


def test_a_delivery_may_have_several_files(landing) -> None:
    folder = landing / "ydelser" / "delivered=2020-09-28"
    pq.write_table(table_of("ydelser"), folder / "other.parquet")
    assert " union all " in next(
        s for s in opened(landing).statements if "landing.ydelser" in s
    )


def test_a_delivery_is_held_to_its_manifest(landing) -> None:
    folder = landing / "ydelser" / "delivered=2020-09-28"
    content = (folder / "part.parquet").read_bytes()
    digest = hashlib.sha256(content).hexdigest()

    def say(rows: int, sha256: str) -> None:
        listed = [manifest.LandedFile("part.parquet", rows, len(content), sha256)]
        made = manifest.Manifest("ydelser", "2020-09-28", "", "", listed, [])
        manifest.write(folder, made)

    place = "ydelser, delivery 2020-09-28, file part.parquet: expected "
    say(2, digest)
    the_fault(landing, f"{place}2 rows, as the manifest says; found 1 rows")
    say(1, "0" * 64)
    the_fault(landing, f"{place}the content that was landed", "000000000000...")
    say(1, digest)
    assert opened(landing)
    pq.write_table(table_of("ydelser"), folder / "more.parquet")
    the_fault(landing, "ydelser, delivery 2020-09-28, file more.parquet", "manifest")


def test_an_unknown_exemption_list_is_a_clear_error(landing) -> None:
    faults = faults_of(landing, exemption_list="bilag 2")
    assert "notat or faq" in faults[0]
    assert "bilag 2" in faults[0]


def test_the_demonstration_secret_is_announced(landing, monkeypatch) -> None:
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "")
    assert any("CITIZEN_KEY_SECRET" in text for text in opened(landing).messages)
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "of our own, with characters enough")
    opening = opened(landing)
    assert not any("CITIZEN_KEY_SECRET" in text for text in opening.messages)
    assert not any("of our own" in text for text in opening.statements)
