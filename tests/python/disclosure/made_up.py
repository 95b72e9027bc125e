"""Made-up publications, small or as large as the nation's: counts of nobody, drawn at
random, with the tables that a house edition has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from labour_monitor.disclosure.description import read_description
from labour_monitor.files import parse_yaml
from labour_monitor.landing import inspection

PROJECT = Path(__file__).parents[3]
SCHEMES = PROJECT / "seeds/rules/result_schemes.csv"
INITIATIVES = PROJECT / "seeds/rules/initiatives.csv"
TABLES = PROJECT / "src/labour_monitor/disclosure/tables.yml"
POOLED = {"participating": "deltagere", "country": "hele_landet"}

Counts = dict[str, int]
"""Of a municipality in a month: n_exempt, n_rehab, n_new, n_left, status:<status>."""


def month_after(month: date, steps: int = 1) -> date:
    index = month.year * 12 + month.month - 1 + steps
    return date(index // 12, index % 12 + 1, 1)


def publication_date(month: date) -> date:
    """The end of the second month after it (P2)."""
    return date.fromordinal(month_after(month, 3).toordinal() - 1)


@dataclass
class Said:
    """What a publication says of an initiative."""

    initiative: str
    months: list[date]
    municipalities: list[str]
    participants: set[str]
    counts: dict[tuple[date, str], Counts]

    @property
    def date(self) -> date:
        return publication_date(self.months[-1])


@dataclass
class House:
    """Publications, as the house edition has them."""

    publications: list[Said] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    """What makes the rules of publications others than those of the seeds (P4)."""
    schemes: Path = SCHEMES
    initiatives: Path = INITIATIVES
    tables: Path = TABLES

    def connect(self, shuffle: int | None = None) -> duckdb.DuckDBPyConnection:
        """A database with the tables of the house edition, in any order of rows."""
        con = duckdb.connect()
        schemes = _seed(self.schemes, self.schemes.read_bytes())  # noqa: F841
        con.execute(
            "create table dim_status as select initiative, signal, rank, status, "
            "category, counts from schemes"
        )
        initiatives = _seed(self.initiatives, self.initiatives.read_bytes())  # noqa: F841
        con.execute(
            "create table dim_initiative as select initiative, first_month, "
            "last_month, requirement_pct, lower_requirement_pct, "
            "requirement_first_month, requirement_last_month, has_country "
            "from initiatives"
        )
        self._keep_rules(con)
        self._fill(con)
        if shuffle is not None:
            tables = [row[0] for row in con.execute("show tables").fetchall()]
            for table in tables:
                con.execute(
                    f"create or replace table {table} as select * from {table} "
                    f"order by hash({table}, {shuffle})"
                )
        return con

    def _keep_rules(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(
            "create temp table made (initiative varchar, publication_date date)"
        )
        for said in self.publications:
            con.execute("insert into made values (?, ?)", [said.initiative, said.date])
        con.execute(
            "create table dim_publication_status as select distinct initiative, "
            "publication_date, status, category, counts "
            "from made join dim_status using (initiative)"
        )
        con.execute(
            "create table dim_publication as select initiative, publication_date, "
            "requirement_pct, lower_requirement_pct, requirement_first_month, "
            "requirement_last_month from made join dim_initiative using (initiative)"
        )
        con.execute("drop table made")
        for change in self.changes:
            con.execute(change)

    def _fill(self, con: duckdb.DuckDBPyConnection) -> None:
        schemes = _schemes(con)
        requirements = {
            row[:2]: row[2:]
            for row in con.execute(
                "select initiative, publication_date, kept.requirement_pct, "
                "kept.lower_requirement_pct, kept.requirement_first_month, "
                "kept.requirement_last_month, has_country, first_month "
                "from dim_publication as kept join dim_initiative using (initiative)"
            ).fetchall()
        }
        long: list[tuple[object, ...]] = []
        reports: dict[str, list[dict[str, object]]] = {}
        description = _described(self.tables.read_bytes())
        for said in self.publications:
            requirement = requirements[said.initiative, said.date]
            areas = _areas(said, schemes[said.initiative, said.date], requirement)
            for (kind, code), months in areas.items():
                for month, counts in months.items():
                    place = (said.initiative, said.date, kind, code, month)
                    long += [
                        (*place, name, value)
                        for name, value in counts.items()
                        if not name.startswith("category:")
                    ]
                    if kind == "municipality":
                        takes_part = int(code in said.participants)
                        long.append((*place, "is_participating", takes_part))
            for table, measures in description["initiatives"][said.initiative].items():
                reports.setdefault(table, []).extend(
                    _report(table, measures, said, areas, requirement)
                )
        names = (
            "initiative",
            "publication_date",
            "area_type",
            "area_code",
            "data_month",
            "measure",
            "value",
        )
        columns = list(zip(*long, strict=True)) if long else [[] for _ in names]
        figures = pa.table(dict(zip(names, map(list, columns), strict=True)))  # noqa: F841
        con.execute("create table fct_publication as select * from figures")
        for tables in description["initiatives"].values():
            for table, measures in tables.items():
                _make_report(con, table, measures, reports.get(table, []))


@cache
def _seed(file: Path, _: bytes) -> pa.Table:
    """The rows of a file, which is read once as long as its content is this one."""
    return inspection.file_reader().read_csv(str(file)).to_arrow_table()


@cache
def _described(content: bytes) -> dict[str, Any]:
    return parse_yaml(content, TABLES.name)


def _make_report(
    con: duckdb.DuckDBPyConnection,
    table: str,
    measures: dict[str, dict[str, object]],
    rows: list[dict[str, object]],
) -> None:
    columns = ["publication_date date", "report_month date", "area_type varchar"]
    if _by_area(table):
        columns.append("area_code varchar")
    if _by_month(table):
        columns.append("data_month date")
    for name, words in measures.items():
        kind = "bigint"
        if "share" in words or "mean_of" in words:
            kind = "decimal(5, 2)"
        elif "reached" in words:
            kind = "boolean"
        elif "first_month" in words:
            kind = "date"
        columns.append(f"{name} {kind}")
    con.execute(f"create table {table} ({', '.join(columns)})")
    if rows:
        found = pa.Table.from_pylist(rows)  # noqa: F841
        con.execute(f"insert into {table} by name select * from found")


def _by_area(table: str) -> bool:
    return "trend" not in table and "overview" not in table


def _by_month(table: str) -> bool:
    return "trend" in table or table.endswith("_requirement")


def _schemes(
    con: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, date], dict[str, set[str]]]:
    """Of each publication of an initiative: the statuses of each sum."""
    sums: dict[tuple[str, date], dict[str, set[str]]] = {}
    rows = con.execute(
        "select initiative, publication_date, status, category, counts "
        "from dim_publication_status"
    ).fetchall()
    for *of, status, category, counts in rows:
        nothing: dict[str, set[str]] = {"n_measured": set(), "n_fulfilled": set()}
        found = sums.setdefault(tuple(of), nothing)
        found["n_measured"].add(f"status:{status}")
        found.setdefault(f"category:{category}", set()).add(f"status:{status}")
        if counts:
            found["n_fulfilled"].add(f"status:{status}")
    return sums


def _areas(
    said: Said, sums: dict[str, set[str]], requirement: tuple[object, ...]
) -> dict[tuple[str, str], dict[date, Counts]]:
    has_country, first_month = requirement[4], requirement[5]
    areas: dict[tuple[str, str], dict[date, Counts]] = {}
    statuses = sorted(sums["n_measured"])
    for month in said.months:
        pooled: dict[str, dict[str, int]] = {kind: {} for kind in POOLED}
        for municipality in said.municipalities:
            given = said.counts[month, municipality]
            counts = {name: given.get(name, 0) for name in statuses}
            counts |= {name: given.get(name, 0) for name in ("n_exempt", "n_rehab")}
            _complete(counts, sums)
            areas.setdefault(("municipality", municipality), {})[month] = counts
            kinds = ["country"] if has_country else []
            if municipality in said.participants:
                kinds.append("participating")
            for kind in kinds:
                for name, value in counts.items():
                    pooled[kind][name] = pooled[kind].get(name, 0) + value
        for kind, counts in pooled.items():
            if counts:
                areas.setdefault((kind, POOLED[kind]), {})[month] = counts
    for months in areas.values():
        before = 0
        for month, counts in months.items():
            group = counts["n_target_group"]
            if month == first_month:
                new, left = group, 0
            else:
                # Of every twenty one has left, and of the participants as many.
                left = min(before // 20, before)
                left = max(left, before - group)
                new = group - before + left
            if new <= group:
                counts["n_new"], counts["n_left"] = new, left
            else:
                counts["n_new"], counts["n_left"] = group, before
            before = group
    if not has_country:
        _pool_flow(said, areas)
    return areas


def _pool_flow(said: Said, areas: dict[tuple[str, str], dict[date, Counts]]) -> None:
    """Who is new among the participants is new in one of them; one in ten of those has
    moved from another."""
    together = areas.get(("participating", POOLED["participating"]), {})
    for month, counts in together.items():
        new = sum(areas["municipality", m][month]["n_new"] for m in said.participants)
        left = sum(areas["municipality", m][month]["n_left"] for m in said.participants)
        moves = min(new, left) // 10
        counts["n_new"], counts["n_left"] = new - moves, left - moves


def _complete(counts: Counts, sums: dict[str, set[str]]) -> None:
    for name, members in sums.items():
        counts[name] = sum(counts[member] for member in members)
    counts["n_target_group"] = (
        counts["n_exempt"] + counts["n_rehab"] + counts["n_measured"]
    )


def pct(numerator: int, denominator: int) -> Decimal | None:
    """Two decimals, rounded half up."""
    if not denominator:
        return None
    exact = Decimal(100 * numerator) / Decimal(denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _first_met(
    months: dict[date, Counts],
    until: date,
    required: int,
    since: date,
    last: date,
) -> date | None:
    for month, counts in months.items():
        if since <= month <= min(until, last):
            measured = counts["n_measured"]
            if measured and 100 * counts["n_fulfilled"] >= required * measured:
                return month
    return None


def _report(
    table: str,
    measures: dict[str, dict[str, object]],
    said: Said,
    areas: dict[tuple[str, str], dict[date, Counts]],
    requirement: tuple[object, ...],
) -> list[dict[str, object]]:
    full, lower, since, last = requirement[:4]
    required = {"requirement_pct": full, "lower_requirement_pct": lower}
    rows = []
    shown_months = said.months if _by_month(table) else said.months[-1:]
    for (kind, code), months in areas.items():
        by_area = _by_area(table) and code in said.participants
        if kind == "municipality" and not by_area:
            continue
        for month in shown_months:
            row: dict[str, object] = {
                "publication_date": said.date,
                "report_month": said.months[-1],
                "area_type": kind,
            }
            if _by_area(table):
                row["area_code"] = code
            if _by_month(table):
                row["data_month"] = month
            counts = months[month]
            for name, words in measures.items():
                value: object = None
                if "count" in words:
                    back = words.get("months_back", 0)
                    then = month_after(month, -back)
                    value = months[then][words["count"]] if then in months else 0
                elif "share" in words:
                    value = pct(counts[words["share"]], counts[words["of"]])
                elif "reached" in words or "first_month" in words:
                    which = words.get("reached", words.get("first_month"))
                    first = _first_met(months, month, required[which], since, last)
                    value = first if "first_month" in words else first is not None
                elif "no_people" in words:
                    value = len(said.municipalities)
                elif "n_reached" in words:
                    value = sum(
                        _first_met(found, month, full, since, last) is not None
                        for (one, other), found in areas.items()
                        if one == "municipality"
                        and (kind == "country" or other in said.participants)
                    )
                elif kind == "country":
                    value = Decimal("1.00")
                row[name] = value
            rows.append(row)
    return rows


def write_edition(
    folder: Path, house: duckdb.DuckDBPyConnection, decided: pa.Table
) -> Path:
    """An edition as far as the decision reads it: the house's tables, and the public
    tables with their states and the values that are shown."""
    (folder / "house").mkdir(parents=True)
    (folder / "public").mkdir()
    house.register("decided", decided)
    tables = [
        row[0]
        for row in house.execute(
            "select table_name from information_schema.tables "
            "where table_schema = 'main' and table_type = 'BASE TABLE' "
            "and not starts_with(table_name, 'disclosed_')"
        ).fetchall()
    ]
    for table in tables:
        house.execute(f"copy {table} to '{folder / 'house' / table}.parquet'")
        if not table.startswith(("fct_", "dim_publication")):
            is_report = table.startswith("rpt_")
            source = f"({public_query(house, table)})" if is_report else table
            house.execute(f"copy {source} to '{folder / 'public' / table}.parquet'")
    house.unregister("decided")
    return folder


def public_query(house: duckdb.DuckDBPyConnection, table: str) -> str:
    """The public form of a report table, from the states of the relation `decided`."""
    columns = [row[0] for row in house.execute(f"describe {table}").fetchall()]
    keys = (
        *("publication_date", "report_month", "data_month"),
        *("area_type", "area_code", "area_name"),
    )
    measures = [name for name in columns if name not in keys]
    month = "data_month" if "data_month" in columns else "report_month"
    area = "and d.area_code = t.area_code" if "area_code" in columns else ""
    parts = [f"t.{name}" for name in columns if name in keys]
    for name in measures:
        state = f"any_value(d.state) filter (d.measure = '{name}')"
        value = f"any_value(t.{name})"
        parts.append(f"case when {state} = 'shown' then {value} end as {name}")
        parts.append(f"{state} as {name}_state")
    return (
        f"select {', '.join(parts)} from {table} t join decided d "
        f"on d.\"table\" = '{table}' and d.publication_date = t.publication_date "
        f"and d.area_type = t.area_type and d.data_month = t.{month} {area} "
        f"group by {', '.join('t.' + name for name in columns if name in keys)}"
    )


Draw = Callable[[date, str], Counts]


def publish(
    initiative: str,
    months: Sequence[date],
    municipalities: Sequence[str],
    participants: Sequence[str],
    counts: dict[tuple[date, str], Counts],
) -> Said:
    return Said(
        initiative, list(months), list(municipalities), set(participants), dict(counts)
    )


def nobody_comes_in(
    known: dict[tuple[date, str], Counts],
    initiative: str,
    months: Sequence[date],
    municipalities: Sequence[str],
) -> None:
    """Takes people out of the months of a locked cohort, from its greatest counts,
    until no group is greater than that of the month before (C8, E1)."""
    if initiative not in read_description().locked:
        return
    for code in municipalities:
        before = sum(known[months[0], code].values())
        for month in months[1:]:
            counts = dict(known[month, code])
            too_many = sum(counts.values()) - before
            for name in sorted(counts, key=lambda name: -counts[name]):
                taken = min(max(too_many, 0), counts[name])
                counts[name] -= taken
                too_many -= taken
            known[month, code] = counts
            before = sum(counts.values())


def national(seed: int = 1, months: int = 25, revised: float = 0.02) -> House:
    """Publications of the nation's size: about 20,000 people in 98 municipalities, and
    36,000 in 31, with a few revisions of each month in the three after it."""
    random = np.random.default_rng(seed)
    house = House()
    sizes = np.sort(random.lognormal(0, 0.75, 98))[::-1]
    codes = [str(101 + 7 * i) for i in range(98)]
    scheme = {
        "afklaringspuljen": (20_000, codes, _AFKLARINGSPULJEN, date(2020, 12, 1), 56),
        "fsm2": (36_000, codes[3:65:2], _FSM2, date(2019, 12, 1), 31),
    }
    for initiative, (people, areas, shares, first, n_part) in scheme.items():
        places = np.array([sizes[codes.index(code)] for code in areas])
        people_of = people * places / places.sum()
        participants = sorted(random.choice(areas, n_part, replace=False).tolist())
        names = list(shares)
        known: dict[tuple[date, str], Counts] = {}
        dates = [month_after(first, i) for i in range(months)]
        for place, month in enumerate(dates):
            for code, size in zip(areas, people_of, strict=True):
                growth = 1 + 0.02 * place
                mean = size * np.array([shares[name] for name in names])
                counting = [
                    name
                    not in (
                        "n_exempt",
                        "n_rehab",
                        "status:kontanthjaelp_aktivitetsparat",
                    )
                    for name in names
                ]
                mean = np.where(counting, mean * growth, mean)
                if place == 0:
                    drawn = random.poisson(mean)
                else:
                    before = known[dates[place - 1], code]
                    stay = random.binomial([before[name] for name in names], 0.9)
                    drawn = stay + random.poisson(mean * 0.1)
                known[month, code] = dict(zip(names, map(int, drawn), strict=True))
            for earlier in dates[max(0, place - 3) : place]:
                for code in areas:
                    for name in names:
                        if shares[name] and random.random() < revised:
                            value = known[earlier, code][name]
                            known[earlier, code] = known[earlier, code] | {
                                name: max(0, value + int(random.choice([-1, 1, 2])))
                            }
            nobody_comes_in(known, initiative, dates[: place + 1], areas)
            house.publications.append(
                publish(initiative, dates[: place + 1], areas, participants, known)
            )
    return house


_AFKLARINGSPULJEN = {
    "n_exempt": 0.15,
    "n_rehab": 0.0,
    "status:foertidspension": 0.06,
    "status:fleksjob": 0.02,
    "status:ledighedsydelse": 0.015,
    "status:revalidering": 0.003,
    "status:ressourceforloeb": 0.05,
    "status:loentilskud": 0.01,
    "status:loennede_timer": 0.06,
    "status:uddannelse": 0.01,
    "status:selvforsoerget_beskaeftigelse": 0.025,
    "status:virksomhedspraktik": 0.05,
    "status:sygedagpenge": 0.004,
    "status:forrevalidering": 0.003,
    "status:kontanthjaelp_jobparat": 0.02,
    "status:kontanthjaelp_aktivitetsparat": 0.48,
    "status:oevrig_ydelse": 0.005,
    "status:selvforsoergelse": 0.025,
}
_FSM2 = {
    "n_exempt": 0.08,
    "n_rehab": 0.1,
    "status:foertidspension": 0.03,
    "status:fleksjob": 0.015,
    "status:ledighedsydelse": 0.01,
    "status:revalidering": 0.002,
    "status:ressourceforloeb": 0.03,
    "status:loentilskud": 0.008,
    "status:loennede_timer": 0.11,
    "status:uddannelse": 0.01,
    "status:virksomhedspraktik": 0.06,
    "status:sygedagpenge": 0.004,
    "status:forrevalidering": 0.003,
    "status:kontanthjaelp_jobparat": 0.02,
    "status:kontanthjaelp_aktivitetsparat": 0.5,
    "status:oevrig_ydelse": 0.005,
    "status:selvforsoergelse": 0.018,
}


def small(
    seed: int,
    initiative: str,
    n_municipalities: int,
    n_outside: int,
    n_months: int,
    mean: float,
    first: date | None = None,
    revised: float = 0.05,
) -> House:
    """Publications of a few small municipalities."""
    random = np.random.default_rng(seed)
    shares = {"afklaringspuljen": _AFKLARINGSPULJEN, "fsm2": _FSM2}[initiative]
    starts = {"afklaringspuljen": date(2020, 12, 1), "fsm2": date(2019, 12, 1)}
    start = first or starts[initiative]
    dates = [month_after(start, i) for i in range(n_months)]
    codes = [str(101 + i) for i in range(n_municipalities)]
    outside = n_outside if initiative == "afklaringspuljen" else 0
    participants = codes[: max(1, n_municipalities - outside)]
    house = House()
    known: dict[tuple[date, str], Counts] = {}
    for place, month in enumerate(dates):
        for code in codes:
            size = mean * random.lognormal(0, 1)
            # In some areas nearly everybody counts, in some hardly anybody.
            weights = np.array([*shares.values()]) * random.lognormal(0, 1, len(shares))
            drawn = random.poisson(size * weights / weights.sum())
            known[month, code] = dict(zip(shares, map(int, drawn), strict=True))
        for earlier in dates[:place]:
            for code in codes:
                for name, share in shares.items():
                    if share and random.random() < revised:
                        value = known[earlier, code][name]
                        value = max(0, value + int(random.choice([-1, 1, 2])))
                        known[earlier, code] = known[earlier, code] | {name: value}
        nobody_comes_in(known, initiative, dates[: place + 1], codes)
        house.publications.append(
            publish(initiative, dates[: place + 1], codes, participants, known)
        )
    return house
