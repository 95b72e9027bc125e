"""Where a person lives on a day, and of which category the person is (T4, T5): the SQL
of the project from delivered rows on, and a plain reading of the rules, day by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from labour_monitor.landing import contract, relations

from .rendering import ROOT, macro, sql

DAYS = [date(2020, 1, 1) + timedelta(days=number) for number in range(12)]
LATER = (date(2020, 12, 31), date(2021, 1, 1), date(2021, 1, 2), date(2100, 1, 1))
FAR = date(9999, 12, 31)
OPEN = FAR.toordinal() + 1
"""As a number of days: later than any end, a far one too."""
NEWEST, AT_THE_LOCK = date(2022, 1, 1), date(2020, 9, 28)
NO_NUMBER = "610170120"
PERSONS = (*(f"610170120{number}" for number in range(9)), NO_NUMBER)


@dataclass(frozen=True)
class Register:
    """A register of one value at a time, with two values that are listed and two that
    are not: these are of no municipality, or of no category."""

    name: str
    columns: tuple[str, str, str]
    code_type: str
    code_list: str
    listed: tuple
    unlisted: tuple
    staged: str
    model: str
    value: str


REGISTERS = (
    Register(
        name="bopael",
        columns=("kom", "bop_vfra", "bop_vtil"),
        code_type="varchar",
        code_list="municipalities",
        listed=("101", "147"),
        unlisted=("411", "960"),
        staged="stg_bopael__residences",
        model="int_residences",
        value="municipality_code",
    ),
    Register(
        name="visitation",
        columns=("personkategori_kode", "fra_dato", "til_dato"),
        code_type="integer",
        code_list="personkategori_codes",
        listed=(4, 5),
        unlisted=(3, 9),
        staged="stg_visitation__visitations",
        model="int_visitations",
        value="personkategori_kode",
    ),
)


class Row(NamedTuple):
    """A row as delivered."""

    delivered: date
    pnr: str
    code: str | int | None
    start: date | None
    end: date | None


class Spell(NamedTuple):
    """A spell that takes part, in days; of no value where its code is in no list."""

    value: str | int | None
    start: int
    end: int

    @property
    def rank(self) -> tuple:
        """Of spells that start on the same day the highest one holds."""
        return self.value is not None, self.end, self.value or 0


def delivered_rows(register: Register) -> st.SearchStrategy[list[Row]]:
    """Few days, values and persons, so that spells meet; some rows that are wrong."""
    row = st.builds(
        Row,
        delivered=st.sampled_from((NEWEST, NEWEST, AT_THE_LOCK)),
        pnr=st.sampled_from(PERSONS),
        code=st.sampled_from([*register.listed * 4, *register.unlisted, None]),
        start=st.sampled_from([*DAYS[:-2] * 2, None]),
        end=st.sampled_from([*DAYS, *[None] * 4, date(2021, 1, 1), FAR]),
    )
    return st.lists(row, min_size=40, max_size=60)


def spells_of(register: Register, rows: list[Row]) -> dict[tuple, list[Spell]]:
    """The spells of each person and delivery that take part: copies once, and no row
    without a number, a code or sound dates."""
    found = defaultdict(list)
    for row in dict.fromkeys(rows):
        is_sound = row.pnr != NO_NUMBER and row.code is not None and row.start
        if is_sound and (row.end is None or row.end >= row.start):
            value = row.code if row.code in register.listed else None
            end = OPEN if row.end is None else row.end.toordinal()
            spell = Spell(value, row.start.toordinal(), end)
            found[row.pnr, row.delivered].append(spell)
    return found


def one_at_a_time(spells: list[Spell]) -> list[Spell]:
    """The spells that hold, each with its end but for the start of the next one."""
    held: list[Spell] = []
    for start in sorted({spell.start for spell in spells}):
        spell = max((s for s in spells if s.start == start), key=lambda s: s.rank)
        if held and held[-1].value == spell.value and held[-1].end >= start:
            spell = spell._replace(end=max(spell.end, held[-1].end))
        held.append(spell)
    return held


def value_on(day: date, held: list[Spell]) -> str | int | None:
    """That of the last spell that has started, unless it is over."""
    started = [spell for spell in held if spell.start <= day.toordinal()]
    return started[-1].value if started and started[-1].end >= day.toordinal() else None


def overlapping(spells: list[Spell], held: list[Spell]) -> int:
    """Spells of a value that were dropped, or whose end comes after the next start."""
    of_a_value = [spell for spell in spells if spell.value is not None]
    kept = [spell for spell in held if spell.value is not None]
    pairs = [pair for pair in pairwise(held) if pair[0].value is not None]
    cut = [spell for spell, after in pairs if spell.end >= after.start]
    return len(of_a_value) - len(kept) + len(cut)


@pytest.fixture(params=REGISTERS, ids=lambda register: register.name)
def register(request) -> Register:
    return request.param


@pytest.fixture
def connection(register) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the code list and the models over a landing without a row."""
    code, start, end = register.columns
    with duckdb.connect() as connection:
        connection.execute("set variable citizen_key_secret = 'secret'")
        file = ROOT / f"seeds/code_lists/{register.code_list}.csv"
        connection.execute(
            f"create table {register.code_list} as select {register.value} from "
            f"read_csv('{file}', types = {{'{register.value}': "
            f"'{register.code_type}'}})"
        )
        connection.execute("create schema landing")
        connection.execute(
            f"create table landing.{register.name} ("
            "row_id bigint, file_row_number bigint, delivered_date date, "
            "delivery_key varchar, is_new boolean, "
            "is_as_of_delivery boolean, cohort_of varchar, "
            f"pnr varchar, {code} {register.code_type}, {start} date, {end} date)"
        )
        source = contract.sources()[register.name]
        if source.has_suspects_view:
            connection.execute(relations.suspects_view(source, [], {}, {}))
        persons = ", ".join(f"({macro('candidate_number')(repr(p))})" for p in PERSONS)
        connection.execute(
            "create view stg_dream__candidates as "
            f"select * from (values {persons}) as numbers (candidate_number)"
        )
        exceptions = f"stg_{register.name}__exceptions"
        for model in (exceptions, register.staged):
            connection.execute(f"create view {model} as {sql(model)}")
        yield connection


def test_a_person_has_one_value_at_a_time(register, connection) -> None:
    numbers = {
        connection.execute(f"select {macro('citizen_key')(repr(p))}").fetchone()[0]: p
        for p in PERSONS
    }

    shown_by_sql = (
        "select citizen_key, is_as_of_delivery, start_date, end_date, "
        f"{register.value} from ({sql(register.model)})"
    )
    counted_by_sql = (
        "select citizen_key, n_overlapping from "
        f"({sql(f'stg_{register.name}__overlaps')})"
    )

    @settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(delivered_rows(register))
    def compare(rows: list[Row]) -> None:
        deliver(connection, register, rows)
        spells = spells_of(register, rows)
        held = {key: one_at_a_time(found) for key, found in spells.items()}
        shown = defaultdict(dict)
        for key, is_newest, start, end, value in rows_of(connection, shown_by_sql):
            delivered = NEWEST if is_newest else AT_THE_LOCK
            days = shown[numbers[key], delivered]
            for day in [*DAYS, *LATER]:
                if start <= day and (end is None or end >= day):
                    assert day not in days
                    days[day] = value
        for key in {*held, *shown}:
            for day in [*DAYS, *LATER]:
                wanted = value_on(day, held.get(key, []))
                assert shown[key].get(day) == wanted, (day, spells.get(key))
        counted = rows_of(connection, counted_by_sql)
        assert {numbers[key]: n for key, n in counted} == +Counter(
            {
                pnr: overlapping(spells[pnr, delivered], held[pnr, delivered])
                for pnr, delivered in spells
                if delivered == NEWEST
            }
        )

    compare()


def rows_of(connection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


def deliver(connection, register: Register, rows: list[Row]) -> None:
    """The rows as the landing, in the place of those before."""
    connection.execute(f"delete from landing.{register.name}")
    if rows:
        values = ", ".join(["(?, ?, ?, '', true, ?, ?, ?, ?, ?, ?)"] * len(rows))
        connection.execute(
            f"insert into landing.{register.name} values {values}",
            [
                value
                for number, row in enumerate(rows)
                for value in (
                    *(number, number, row.delivered, row.delivered == NEWEST, ""),
                    *row[1:],
                )
            ],
        )
