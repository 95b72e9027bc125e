"""What earlier editions have shown, and what they have hidden."""

from __future__ import annotations

from datetime import date

import duckdb

from labour_monitor.disclosure.cells import Cell, of_dates, read_cells
from labour_monitor.disclosure.description import KEYS, Kind, Measure
from labour_monitor.disclosure.knowledge import KEPT_FLAGS, Flags, Knowledge
from labour_monitor.disclosure.places import Edition

SHOWN, HIDDEN, NOT_APPLICABLE = "shown", "hidden", "not_applicable"


def learn_earlier(
    house: duckdb.DuckDBPyConnection,
    places: list[Edition],
    knowledge: Knowledge,
    tables: dict[str, tuple[Measure, ...]],
) -> list[Cell]:
    """Takes over what the cells of earlier editions show and hide: what was shown is
    known, and what was hidden stays so. Returns those cells."""
    figures = knowledge.system.figures
    found: list[Cell] = []
    shown_flags: dict[Flags, set[int]] = {}
    hidden_flags: dict[Flags, set[int]] = {}
    seen: set[tuple[str, int, int]] = set()
    for place, edition in enumerate(places):
        new: dict[str, list[date]] = {}
        for table in tables:
            digests = _digests(house, edition, table)
            for number, publication in enumerate(figures.publications):
                digest = digests.get(publication.publication_date)
                if place not in publication.editions or digest is None:
                    continue
                if (key := (table, number, digest)) not in seen:
                    seen.add(key)
                    new.setdefault(table, []).append(publication.publication_date)
        needed = {
            table: _of_edition(house, edition, table, tables[table])
            for table in sorted(new)
        }
        cells = read_cells(house, edition, place, knowledge.system, needed, new)
        states = {
            table: _states(house, edition, table, needed[table], of_dates(new, table))
            for table in needed
        }
        order = {table: 0 for table in needed}
        for cell in cells:
            state = states[cell.table][order[cell.table]]
            order[cell.table] += 1
            found.append(cell)
            _learn(knowledge, cell, state, shown_flags, hidden_flags)
    for flags, months in shown_flags.items():
        knowledge.flags_forced[flags] = max(months)
    for flags, months in hidden_flags.items():
        knowledge.flags_hidden_from[flags] = min(months)
        knowledge.flags_earlier[flags] = min(months)
    return found


def _learn(
    knowledge: Knowledge,
    cell: Cell,
    state: str,
    shown_flags: dict[Flags, set[int]],
    hidden_flags: dict[Flags, set[int]],
) -> None:
    kind = cell.measure.kind
    if kind in KEPT_FLAGS:
        flags = cell.publication, cell.area, str(cell.measure.count)
        if state == HIDDEN:
            hidden_flags.setdefault(flags, set()).add(cell.month)
        else:
            shown_flags.setdefault(flags, set()).add(cell.month)
    elif kind in (Kind.COUNT, Kind.SHARE) and cell.numbers:
        if state == SHOWN:
            knowledge.forced.update(cell.numbers)
        elif state == NOT_APPLICABLE:
            knowledge.forced.add(cell.numbers[-1])
        else:
            knowledge.earlier.add(cell.numbers[0])
    elif state == HIDDEN:
        knowledge.figures_earlier.add(cell.figure)
    elif kind is Kind.N_REACHED:
        knowledge.n_reached_forced.add((cell.publication, cell.area, cell.month))


def _digests(
    house: duckdb.DuckDBPyConnection, edition: Edition, table: str
) -> dict[object, int]:
    """Of the states of each publication."""
    relation = edition.public_table(table)
    if relation is None:
        return {}
    columns = [
        name
        for (name, *_) in house.execute(f"describe from {relation}").fetchall()
        if name in KEYS or name.endswith("_state")
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    return dict(
        house.execute(
            f"select publication_date, bit_xor(hash({names})) from {relation} "
            "group by publication_date"
        ).fetchall()
    )


def _of_edition(
    house: duckdb.DuckDBPyConnection,
    edition: Edition,
    table: str,
    measures: tuple[Measure, ...],
) -> tuple[Measure, ...]:
    """The measures that the table had then."""
    relation = edition.public_table(table)
    columns = {row[0] for row in house.execute(f"describe from {relation}").fetchall()}
    return tuple(measure for measure in measures if measure.name in columns)


def _states(
    house: duckdb.DuckDBPyConnection,
    edition: Edition,
    table: str,
    measures: tuple[Measure, ...],
    condition: str,
) -> list[str]:
    """Where a condition holds, in the order in which `read_cells` gives the cells of a
    table."""
    relation = edition.public_table(table)
    columns = [row[0] for row in house.execute(f"describe from {relation}").fetchall()]
    keys = ["publication_date", "area_type"]
    keys.append("area_code" if "area_code" in columns else "cast(null as varchar)")
    keys.append("data_month" if "data_month" in columns else "report_month")
    names = ", ".join(f'"{measure.name}_state"' for measure in measures)
    rows = house.execute(
        f"select {names} from {relation} where {condition} order by {', '.join(keys)}"
    ).fetchall()
    return [state for row in rows for state in row]
