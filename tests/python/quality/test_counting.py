"""The figures of a delivery are counted a column at a time, and of several sources at a
time."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import duckdb
import pytest

from labour_monitor import project
from labour_monitor.quality import counting
from labour_monitor.quality.counting import count
from labour_monitor.quality.examined import examine
from labour_monitor.quality.thresholds import thresholds

from .conftest import file_of, rewrite


def newest_figures(landing, source: str):
    sources = [of for of in examine(landing, None).sources if of.source.name == source]
    (counted,) = count(sources)
    return counted.newest


def n_people(file: Path) -> int:
    """The persons of a file by their number, counted another way."""
    numbers = duckdb.sql(f"select pnr from '{file}' where pnr is not null").fetchall()
    return len({n.strip() for (n,) in numbers if re.fullmatch("[0-9]{10}", n.strip())})


def test_a_row_that_is_bad_in_two_columns_is_set_aside_once(only) -> None:
    landing = only("ydelser")
    sound = newest_figures(landing, "ydelser")
    number = "row_number() over (order by pnr, ydelse_kode, fra_dato) as n"
    rows = f"select *, {number} from delivered_rows"
    bad = (
        "case n when 1 then null when 2 then '12345' else pnr end as pnr, "
        "case when n in (2, 3) then '99x' else ydelse_kode end as ydelse_kode"
    )
    changed = f"select * exclude (n) replace ({bad}) from ({rows})"
    rewrite(landing, "ydelser", changed)
    figures = newest_figures(landing, "ydelser")
    assert figures.n_rows == sound.n_rows
    assert figures.n_set_aside == sound.n_set_aside + 3
    number, code = "pnr: not ten digits", "ydelse_kode: in no code list"
    assert figures.bad_rows[number] == sound.bad_rows[number] + 2
    assert figures.bad_rows[code] == sound.bad_rows[code] + 2
    share, before = figures.unlike[number], sound.unlike[number]
    assert share.n_bad == before.n_bad + 1, "what is missing is no value"
    assert share.of == before.of - 1
    assert figures.unlike[code].of == sound.unlike[code].of
    assert figures.n_people == n_people(file_of(landing, "ydelser")) < sound.n_people


def test_sources_keep_their_order_whichever_is_counted_first(registers) -> None:
    sources = examine(registers, None).sources
    assert [of.source.name for of in count(sources)] == [
        of.source.name for of in sources
    ]


def test_a_source_that_cannot_be_counted_stops_the_others(
    registers, monkeypatch
) -> None:
    sources = [
        of
        for of in examine(registers, None).sources
        if of.source.name in ("dream", "ydelser")
    ]
    has_begun, stopped = threading.Event(), []

    def counted(cursor, deliveries, _):
        if deliveries.source.name == "dream":
            has_begun.wait()
            raise duckdb.OutOfMemoryException("no room")
        has_begun.set()
        try:
            cursor.execute("select sum(hash(range)) from range(1_000_000_000_000)")
        except duckdb.InterruptException:
            stopped.append(deliveries.source.name)
            raise

    monkeypatch.setattr(project, "n_cores", lambda: 2)
    monkeypatch.setattr(counting, "_count", counted)
    with pytest.raises(duckdb.OutOfMemoryException, match="no room"):
        count(sources)
    assert stopped == ["ydelser"]


def test_as_many_weeks_are_looked_at_as_the_thresholds_say(only) -> None:
    """The newest filled one and those before it; a code with spaces is the code."""
    landing = only("dream")
    n_checked = thresholds("dream").weeks_checked
    spaces = "select * replace (' ' || y_2251 || ' ' as y_2251) from delivered_rows"
    rewrite(landing, "dream", spaces)
    found = [newest_figures(landing, "dream")]
    for number in (52 - n_checked + 1, 52 - n_checked):
        unknown = f"select * replace ('9x9' as y_22{number}) from delivered_rows"
        rewrite(landing, "dream", unknown)
        found.append(newest_figures(landing, "dream"))
    assert {figures.n_filled_weeks for figures in found} == {n_checked}
    name = "y_yyww: in no code list"
    n_unknown = [figures.bad_rows[name] for figures in found]
    assert n_unknown[0] + found[0].n_rows == n_unknown[1], "the last that is looked at"
    assert n_unknown[1] == n_unknown[2], "one before it"
