"""Which cells of the public tables are shown (D2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from labour_monitor import project
from labour_monitor.disclosure.cells import Cell, first_of, read_cells
from labour_monitor.disclosure.description import (
    NAME,
    Description,
    Kind,
    read_description,
)
from labour_monitor.disclosure.earlier import learn_earlier
from labour_monitor.disclosure.faults import DisclosureError
from labour_monitor.disclosure.hiding import (
    Block,
    NotProtectedError,
    components,
    costs,
)
from labour_monitor.disclosure.knowledge import Knowledge, learn_flags
from labour_monitor.disclosure.places import Edition, editions
from labour_monitor.disclosure.publications import (
    COUNTRY,
    MUNICIPALITY,
    has_flow,
    read_figures,
)
from labour_monitor.disclosure.shrinking import (
    HIDDEN_AROUND,
    PROVED_AROUND,
    areas_besides,
    known_elsewhere,
)
from labour_monitor.disclosure.states import SCHEMA, states_of
from labour_monitor.disclosure.system import NONE, Row, System, make_system

Complements = dict[int, tuple[int, int]]


def decide(
    house: duckdb.DuckDBPyConnection, earlier: list[Path], limit: int
) -> pa.Table:
    """What is shown of each measure of each row of the report tables.

    Args:
        house: its schema `main` has the tables of the house edition.
        earlier: the folders of all editions there are, oldest first.
        limit: counts from 1 to one less than this are small.

    Returns:
        The rows of fct_disclosure, in the order of its keys. It holds no value.

    Raises:
        DisclosureError: what earlier editions show leaves no way to protect a count, or
            the tables are not those that are described.
    """
    if limit < 3:
        raise DisclosureError(
            f"disclosure_limit: expected a whole number from 3; found {limit}. "
            "What to do: set the var to 3 or more."
        )
    description = read_description()
    places = editions(earlier)
    _refuse_undescribed(house, description)

    def decided(initiative: str) -> list[dict[str, Any]]:
        with house.cursor() as own:
            return _decide_initiative(own, places, initiative, description, limit)

    # No number of an initiative tells of another, and the solver lets Python go on.
    with ThreadPoolExecutor(project.n_cores()) as pool:
        rows = [*chain.from_iterable(pool.map(decided, sorted(description.tables)))]
    columns = SCHEMA.names
    rows.sort(key=lambda row: tuple(str(row[name] or "") for name in columns[:7]))
    return pa.Table.from_pylist(rows, SCHEMA)


def _refuse_undescribed(
    house: duckdb.DuckDBPyConnection, description: Description
) -> None:
    described = {table for tables in description.tables.values() for table in tables}
    found = {
        name
        for (name,) in house.execute(
            "select distinct table_name from information_schema.tables "
            "where table_catalog = current_database() and table_schema = 'main' "
            "and starts_with(table_name, 'rpt_')"
        ).fetchall()
    }
    if found != described:
        raise DisclosureError(
            f"file {NAME}: expected the report tables {', '.join(sorted(found))}; "
            f"found {', '.join(sorted(described))}. What to do: describe what each "
            "measure of each report table counts."
        )


def _decide_initiative(
    house: duckdb.DuckDBPyConnection,
    places: list[Edition],
    initiative: str,
    description: Description,
    limit: int,
) -> list[dict[str, Any]]:
    figures = read_figures(house, places, initiative, description)
    if not figures.publications:
        return []
    (first_month,) = house.execute(
        "select first_month from main.dim_initiative where initiative = $initiative",
        {"initiative": initiative},
    ).fetchone()
    system = make_system(figures, description, first_month)
    knowledge = Knowledge(system)
    tables = description.tables[initiative]
    now = len(places) - 1
    cells = read_cells(house, places[now], now, system, tables)
    all_cells = [
        *cells,
        *learn_earlier(house, places[:now], knowledge, tables),
    ]
    knowledge.add(all_cells)
    learn_flags(knowledge, all_cells)
    small, complements = _protected(system, all_cells, description, limit)
    for number in small:
        if knowledge.is_shown_anywhere(number) and number not in knowledge.forced:
            knowledge.hidden.add(number)
            knowledge.small.add(number)
    knowledge.hidden |= knowledge.earlier - knowledge.forced
    protected = sorted({*small, *complements})
    try:
        new = set(protected) - _told_of_before(system, now, complements)
        _hide(knowledge, protected, new, description, limit)
    except NotProtectedError as error:
        is_told = _is_told_by_earlier(knowledge, error.number, description, limit)
        raise _no_way(system, all_cells, error.number, is_told) from None
    return states_of(knowledge, cells, limit)


def _hide(
    knowledge: Knowledge,
    protected: list[int],
    new: set[int],
    description: Description,
    limit: int,
) -> None:
    """What needs to be hidden. Only the group of a month ties it to the next (F4).
    Every second group is therefore taken to be known, which makes the attacker stronger
    and the systems small; then the others. What cannot be protected from him so is
    looked at among all months.

    Raises:
        NotProtectedError: nothing is left to hide for a number.
    """
    system = knowledge.system
    constant = knowledge.forced | system.known_by_rule
    if alone := sorted(set(protected) & constant):
        raise NotProtectedError(alone[0])
    blocks = _Blocks(knowledge, description, limit)
    left = protected
    if has_flow(description.tables[system.figures.initiative]):
        left = []
        for of_pass, known in _every_second_group(system, description, protected):
            left += blocks.hide(of_pass, constant | known, system.rows, new)
    if left := blocks.hide(left, constant, system.rows, new):
        raise NotProtectedError(left[0])
    if system.leaving:
        _hide_from_leaving(blocks, protected, description, constant)


def _hide_from_leaving(
    blocks: _Blocks, protected: list[int], description: Description, constant: set[int]
) -> None:
    """What needs to be hidden besides, because the groups of a locked cohort only
    become smaller (C8, E1). Most numbers are protected from whoever knows every second
    group. For the others each month is looked at with the months around it, and with a
    few areas of all others: those whose groups are hidden.

    Raises:
        NotProtectedError: nothing is left to hide for a number.
    """
    system = blocks.knowledge.system
    every = [*system.rows, *system.leaving]
    left = []
    for of_pass, known in _every_second_group(system, description, protected):
        left += blocks.unproved(of_pass, constant | known, every)
    areas = areas_besides(blocks.knowledge, description)
    for month in sorted({system.month[number] for number in left}):
        of_month = [number for number in left if system.month[number] == month]
        for n_around in PROVED_AROUND:
            known = constant | known_elsewhere(system, month, n_around, areas)
            of_month = blocks.unproved(of_month, known, every)
        for n_around in HIDDEN_AROUND:
            known = constant | known_elsewhere(system, month, n_around, areas)
            of_month = blocks.hide(of_month, known, every, set())
        if of_month:
            raise NotProtectedError(of_month[0])


def _every_second_group(
    system: System, description: Description, protected: list[int]
) -> Iterator[tuple[list[int], set[int]]]:
    """The protected numbers of every second month, and the groups of the others."""
    group = description.flow["group"]
    for parity in (0, 1):
        yield (
            [number for number in protected if system.month[number] % 2 == parity],
            {
                number
                for number, count in enumerate(system.count)
                if count == group and system.month[number] % 2 != parity
            },
        )


@dataclass(frozen=True)
class _Blocks:
    """The parts of the system that have nothing to do with each other. What is taken as
    known is in none of them: it is never protected from whoever knows it."""

    knowledge: Knowledge
    description: Description
    limit: int

    @cached_property
    def _cost(self) -> list[float]:
        return costs(self.knowledge.system, self.description)

    def hide(
        self,
        protected: list[int],
        constant: set[int],
        rows: Sequence[Row],
        new: set[int],
    ) -> list[int]:
        """Block by block. Returns what could not be protected.

        Args:
            protected: what is to be protected.
            constant: what is taken as known besides.
            rows: what ties the numbers.
            new: of the protected, what is to have room to spare.
        """
        left = {
            number
            for block in self._of(protected, constant, rows)
            for number in block.protect(new)
        }
        return sorted(left.union(constant.intersection(protected)))

    def unproved(
        self, protected: list[int], constant: set[int], rows: Sequence[Row]
    ) -> list[int]:
        """What is not protected by what is hidden."""
        left = {
            number
            for block in self._of(protected, constant, rows)
            for number in block.unproved()
        }
        return sorted(left.union(constant.intersection(protected)))

    def _of(
        self, protected: list[int], constant: set[int], rows: Sequence[Row]
    ) -> Iterator[Block]:
        if not protected:
            return
        knowledge = self.knowledge
        system = knowledge.system
        facts = [fact for _, fact in sorted(knowledge.facts.items())]
        wanted = set(protected)
        for numbers, tied in components(system, facts, rows, constant, wanted):
            of_block = [number for number in numbers if number in wanted]
            yield Block(
                *(knowledge, numbers, tied, facts, of_block),
                *(self._cost, self.limit),
            )


def _protected(
    system: System, cells: list[Cell], description: Description, limit: int
) -> tuple[set[int], Complements]:
    """The small numbers, and the small complements of shares, of every area and month
    that a table of a publication shows. Country minus participants is the municipality
    that takes no part, where there is but one."""
    figures = system.figures
    measures = [
        measure
        for table in description.tables[figures.initiative].values()
        for measure in table
    ]
    counts = {m.count for m in measures if m.kind in (Kind.COUNT, Kind.SHARE)}
    shares = {(m.count, m.of) for m in measures if m.kind is Kind.SHARE}
    shown = set(first_of(cells))
    shown |= {
        (cell.publication, cell.month - cell.measure.months_back, cell.area)
        for cell in cells
        if cell.month >= cell.measure.months_back
    }
    for publication, month, area in sorted(shown):
        if figures.areas[area][0] == COUNTRY:
            taking = figures.takes_part[publication, month]
            parts = figures.parts_of(area, publication, month)
            outside = [int(part) for part in parts if not taking[part]]
            if len(outside) == 1 and figures.areas[outside[0]][0] == MUNICIPALITY:
                shown.add((publication, month, outside[0]))
    small: set[int] = set()
    complements: Complements = {}
    for publication, month, area in sorted(shown):
        for count in sorted(counts):
            number = system.at(publication, month, area, str(count))
            if number != NONE and 0 < system.truth[number] < limit:
                small.add(number)
        for count, of in sorted(shares):
            pair = (
                system.at(publication, month, area, str(count)),
                system.at(publication, month, area, str(of)),
            )
            if NONE in pair:
                continue
            if 0 < system.truth[pair[1]] - system.truth[pair[0]] < limit:
                complements[system.complement(*pair)] = pair
    return small, complements


def _told_of_before(system: System, now: int, complements: Complements) -> set[int]:
    """The numbers that an edition before has."""
    before = [
        place
        for place, publication in enumerate(system.figures.publications)
        if publication.editions[0] < now
    ]
    found = set(system.number[before].ravel().tolist())
    return found | {
        number for number, pair in complements.items() if found.issuperset(pair)
    }


def _is_told_by_earlier(
    knowledge: Knowledge, number: int, description: Description, limit: int
) -> bool:
    """Whether a number is not protected although everything is hidden that can be,
    without what ties the months of a locked cohort. No new edition can change that."""
    system = knowledge.system
    constant = knowledge.forced | system.known_by_rule
    if number in constant:
        return True
    knowledge.hidden.update(
        other for other in range(len(system.truth)) if knowledge.can_hide_number(other)
    )
    for fact in knowledge.facts.values():
        if knowledge.can_hide(fact):
            knowledge.hide_fact(fact, number)
    blocks = _Blocks(knowledge, description, limit)
    return bool(blocks.unproved([number], constant, system.rows))


def _no_way(
    system: System, cells: list[Cell], number: int, is_told: bool
) -> DisclosureError:
    (area_type, area_code), month, count = system.name(number)
    area, when = system.area[number], system.month[number]
    tables = sorted(
        {cell.table for cell in cells if (cell.area, cell.month) == (area, when)}
    )
    table = tables[0] if tables else "none"
    found = "found none, with what earlier editions show"
    if is_told:
        found = "what earlier editions show tells it, whatever a new one hides"
    return DisclosureError(
        f"disclosure control: initiative {system.figures.initiative}, table {table}, "
        f"area {area_code or area_type}, month {month:%Y-%m}, measure {count}: "
        "expected a way to keep a small count from being worked out; "
        f"{found}. What to do: if the limit was raised (var "
        "disclosure_limit), put it back; else read docs/disclosure.md, When nothing "
        "helps."
    )
