"""Made-up editions: the files of a house and a public edition, from counts of a few
municipalities in a few months, with the cells hidden that a test names."""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from labour_monitor import project

Counts = dict[str, int]
"""Of a municipality in a month: statuses by name, `exempt`, `rehab`, `new`, `left`."""
POOLED = {"participating": "deltagere", "country": "hele_landet"}
AP, FSM2 = "afklaringspuljen", "fsm2"


@dataclass(frozen=True)
class Cell:
    """A cell of a public table: of which publication, by its report month."""

    table: str
    area: str
    month: date
    measure: str
    report_month: date


@dataclass
class Made:
    """An initiative as several publications tell of it.

    Attributes:
        initiative: its name.
        participants: codes of municipalities that take part.
        counts: by report month, municipality and data month.
        outsiders: codes of those that do not take part.
        pooled_flow: participants together, by report month and data month: how many
            are new, and how many have left; the sums where it says nothing.
        first_requirement_month: from when the requirement can be reached.
    """

    initiative: str
    participants: list[str]
    counts: dict[date, dict[str, dict[date, Counts]]]
    outsiders: list[str] = field(default_factory=list)
    pooled_flow: dict[date, dict[date, tuple[int, int]]] = field(default_factory=dict)
    first_requirement_month: date = date(2022, 1, 1)

    def measures(self, report_month: date, area: str, month: date) -> dict[str, int]:
        """All counts of an area in a month."""
        if area in POOLED.values():
            return self._pooled(report_month, area, month)
        counts = self.counts[report_month][area][month]
        scheme = _scheme(self.initiative)
        statuses = {name: counts.get(name, 0) for name in scheme}
        measured = sum(statuses.values())
        exempt, rehab = counts.get("exempt", 0), counts.get("rehab", 0)
        found = {
            "n_target_group": measured + exempt + rehab,
            "n_exempt": exempt,
            "n_rehab": rehab,
            "n_measured": measured,
            "n_fulfilled": sum(n for name, n in statuses.items() if scheme[name][1]),
        }
        if self.initiative == FSM2:
            found |= self._flow(report_month, area, month, found["n_target_group"])
        return found | {f"status:{name}": n for name, n in statuses.items()}

    def _flow(self, report_month: date, area: str, month: date, group: int) -> Counts:
        before = self.group_before(report_month, area, month)
        left = self.counts[report_month][area][month].get("left", 0)
        return {"n_new": group - before + left, "n_left": left}

    def group_before(self, report_month: date, area: str, month: date) -> int:
        """The target group of the month before, in the same publication."""
        earlier = [m for m in self.months(report_month) if m < month]
        if not earlier:
            return 0
        return self.measures(report_month, area, earlier[-1])["n_target_group"]

    def _pooled(self, report_month: date, area: str, month: date) -> dict[str, int]:
        parts = [
            self.measures(report_month, code, month)
            for code in self.participants
            + (self.outsiders if area == POOLED["country"] else [])
        ]
        found = {name: sum(part[name] for part in parts) for name in parts[0]}
        flow = self.pooled_flow.get(report_month, {}).get(month)
        if flow is not None:
            found["n_new"], found["n_left"] = flow
        return found

    def months(self, report_month: date) -> list[date]:
        return sorted(next(iter(self.counts[report_month].values())))

    def areas(self) -> list[tuple[str, str]]:
        """Areas of the tables, with their type."""
        pooled = ["participating", *(["country"] if self.initiative == AP else [])]
        return [("municipality", code) for code in self.participants] + [
            (kind, POOLED[kind]) for kind in pooled
        ]


@cache
def _scheme(initiative: str) -> dict[str, tuple[str, bool]]:
    """Category of each status, and whether it counts."""
    path = project.root() / "seeds/rules/result_schemes.csv"
    with path.open(encoding="utf-8") as file:
        return {
            row["status"]: (row["category"], row["counts"] == "true")
            for row in csv.DictReader(file)
            if row["initiative"] == initiative
        }


def publication_date(report_month: date) -> date:
    number = report_month.year * 12 + report_month.month + 1
    year, month = divmod(number, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def write(
    folder: Path,
    made: Iterable[Made],
    hide: Callable[[Cell], bool] = lambda _: False,
    change: Callable[[str, list[dict]], None] = lambda _table, _rows: None,
) -> Path:
    """Write an edition.

    Args:
        folder: where it goes.
        made: the initiatives in it.
        hide: says of each cell whether it is hidden.
        change: may change the rows of a public table before they are written.
    """
    made = list(made)
    _write(folder / "house" / "fct_publication.parquet", _long(made), _PUBLICATION)
    public = folder / "public"
    _write(folder / "house" / "dim_initiative.parquet", _initiatives(made), _INITIATIVE)
    _write(folder / "house" / "dim_status.parquet", _statuses(), _STATUS)
    tables: dict[str, list[dict]] = {name: [] for name in _TYPES}
    for one in made:
        for report_month in one.counts:
            for name, rows in _reports(one, report_month).items():
                tables[name] += [_with_states(name, row, hide) for row in rows]
    for name, rows in tables.items():
        change(name, rows)
        types = [(key, kind) for key, kind in _TYPES[name].items() if key in _KEYS]
        for key, kind in _TYPES[name].items():
            if key not in _KEYS:
                types += [(key, kind), (f"{key}_state", pa.string())]
        has = rows[0] if rows else dict(types)
        _write(public / f"{name}.parquet", rows, [t for t in types if t[0] in has])
    return folder


_PUBLICATION = [
    ("initiative", pa.string()),
    ("publication_date", pa.date32()),
    ("area_type", pa.string()),
    ("area_code", pa.string()),
    ("data_month", pa.date32()),
    ("measure", pa.string()),
    ("value", pa.int64()),
]
_INITIATIVE = [
    ("initiative", pa.string()),
    ("requirement_pct", pa.int64()),
    ("lower_requirement_pct", pa.int64()),
    ("requirement_first_month", pa.date32()),
    ("requirement_last_month", pa.date32()),
]
_STATUS = [
    ("initiative", pa.string()),
    ("status", pa.string()),
    ("category", pa.string()),
    ("counts", pa.bool_()),
]
_KEYS = {
    "publication_date": pa.date32(),
    "report_month": pa.date32(),
    "area_type": pa.string(),
    "area_code": pa.string(),
    "area_name": pa.string(),
    "data_month": pa.date32(),
}


def _types(keys: str, measures: str) -> dict[str, pa.DataType]:
    types = {key: _KEYS[key] for key in ("publication_date", "report_month")}
    types |= {key: _KEYS[key] for key in keys.split()}
    for name in measures.split():
        types[name] = pa.int64() if name.startswith("n_") else pa.bool_()
        if name.endswith("_pct"):
            types[name] = pa.decimal128(5, 2)
        if name == "first_month_met":
            types[name] = pa.date32()
    return types


_AREA = "area_type area_code area_name"
_TYPES = {
    "rpt_afklaringspuljen_overview": _types(
        "area_type",
        "n_municipalities n_target_group n_exempt n_measured n_fulfilled fulfilled_pct "
        "mean_municipality_pct n_municipalities_met n_self_supporting",
    ),
    "rpt_afklaringspuljen_target_group": _types(
        _AREA, "n_target_group n_exempt exempt_pct"
    ),
    "rpt_afklaringspuljen_requirement_trend": _types(
        "area_type data_month", "n_measured n_fulfilled fulfilled_pct"
    ),
    "rpt_afklaringspuljen_requirement_by_municipality": _types(
        _AREA,
        "n_measured n_fulfilled fulfilled_pct anden_ydelse_pct afgang_pct "
        "virksomhedsrettet_pct met_requirement first_month_met",
    ),
    "rpt_afklaringspuljen_other_benefit_trend": _types(
        "area_type data_month",
        "ressourceforloeb_pct foertidspension_pct revalidering_pct "
        "ledighedsydelse_pct anden_ydelse_pct",
    ),
    "rpt_afklaringspuljen_exits_by_municipality": _types(
        _AREA,
        "selvforsoerget_beskaeftigelse_pct uddannelse_pct loennede_timer_pct "
        "fleksjob_pct afgang_pct",
    ),
    "rpt_fsm2_target_group": _types(
        _AREA,
        "n_previous n_new n_left n_target_group n_indsatsgruppe "
        "n_rehabiliteringsgruppe n_fritagelsesgruppe",
    ),
    "rpt_fsm2_requirement": _types(
        f"{_AREA} data_month",
        "n_measured n_fulfilled fulfilled_pct loennede_timer_pct uddannelse_pct "
        "virksomhedsrettet_pct reached_lower reached_full",
    ),
}
"""The report tables as marts.md has them."""
_CATEGORIES = {"anden_ydelse", "afgang", "virksomhedsrettet"}


def _write(path: Path, rows: list[dict], types: list[tuple[str, pa.DataType]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(types)), path)


def _long(made: list[Made]) -> list[dict]:
    rows = []
    for one in made:
        everywhere = one.areas() + [("municipality", code) for code in one.outsiders]
        for report_month in one.counts:
            for area_type, code in everywhere:
                for month in one.months(report_month):
                    measures = one.measures(report_month, code, month)
                    if area_type == "municipality":
                        measures["is_participating"] = int(code in one.participants)
                    rows += [
                        {
                            "initiative": one.initiative,
                            "publication_date": publication_date(report_month),
                            "area_type": area_type,
                            "area_code": code,
                            "data_month": month,
                            "measure": measure,
                            "value": value,
                        }
                        for measure, value in measures.items()
                    ]
    return rows


def _initiatives(made: list[Made]) -> list[dict]:
    return [
        {
            "initiative": one.initiative,
            "requirement_pct": 80 if one.initiative == AP else 20,
            "lower_requirement_pct": None if one.initiative == AP else 15,
            "requirement_first_month": one.first_requirement_month,
            "requirement_last_month": date(2022, 12, 1),
        }
        for one in made
    ]


def _statuses() -> list[dict]:
    return [
        {"initiative": name, "status": status, "category": category, "counts": counts}
        for name in (AP, FSM2)
        for status, (category, counts) in _scheme(name).items()
    ]


def _reports(made: Made, report_month: date) -> dict[str, list[dict]]:
    tables: dict[str, list[dict]] = {}
    for name, types in _TYPES.items():
        if not name.startswith(f"rpt_{made.initiative}_"):
            continue
        months = made.months(report_month) if "data_month" in types else [report_month]
        tables[name] = [
            _report_row(made, report_month, types, area_type, code, month)
            for area_type, code in made.areas()
            if "area_code" in types or area_type != "municipality"
            for month in months
        ]
    return tables


def _report_row(
    made: Made,
    report_month: date,
    types: dict[str, pa.DataType],
    area_type: str,
    code: str,
    month: date,
) -> dict:
    counts = made.measures(report_month, code, month)
    measured = counts["n_measured"]
    fsm2 = {
        "n_indsatsgruppe": measured,
        "n_rehabiliteringsgruppe": counts["n_rehab"],
        "n_fritagelsesgruppe": counts["n_exempt"],
        "n_self_supporting": counts["status:selvforsoergelse"],
    }
    row = {
        "publication_date": publication_date(report_month),
        "report_month": report_month,
        "area_type": area_type,
        "area_code": code,
        "area_name": code,
        "data_month": month,
        **counts,
        **fsm2,
        "n_municipalities": len(_members(made, code)),
        "n_previous": made.group_before(report_month, code, month),
        "fulfilled_pct": pct(counts["n_fulfilled"], measured),
        "exempt_pct": pct(counts["n_exempt"], counts["n_target_group"]),
    }
    for column in types:
        name = column.removesuffix("_pct")
        if column not in row and column.endswith("_pct"):
            is_category = name in _CATEGORIES or made.initiative == FSM2
            row[column] = pct(
                sum(
                    counts[f"status:{status}"]
                    for status, (category, _) in _scheme(made.initiative).items()
                    if (category if is_category else status) == name
                ),
                measured,
            )
    row["mean_municipality_pct"] = (
        _mean(made, report_month, month) if code == POOLED["country"] else None
    )
    required = 80 if made.initiative == AP else 20
    first = _first_met(made, report_month, code, month, required)
    row |= {
        "met_requirement": first is not None,
        "first_month_met": first,
        "reached_full": first is not None,
        "reached_lower": _first_met(made, report_month, code, month, 15) is not None,
        "n_municipalities_met": sum(
            _first_met(made, report_month, member, month, required) is not None
            for member in _members(made, code)
        ),
    }
    return {column: row[column] for column in types}


def _members(made: Made, code: str) -> list[str]:
    return made.participants + (made.outsiders if code == POOLED["country"] else [])


def _first_met(
    made: Made, report_month: date, code: str, until: date, required: int
) -> date | None:
    for month in made.months(report_month):
        counts = made.measures(report_month, code, month)
        if (
            made.first_requirement_month <= month <= until
            and counts["n_measured"] > 0
            and 100 * counts["n_fulfilled"] >= required * counts["n_measured"]
        ):
            return month
    return None


def _mean(made: Made, report_month: date, month: date) -> Decimal | None:
    shares = [
        Decimal(100 * counts["n_fulfilled"]) / counts["n_measured"]
        for code in made.participants + made.outsiders
        if (counts := made.measures(report_month, code, month))["n_measured"]
    ]
    if not shares:
        return None
    return (sum(shares) / len(shares)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def pct(numerator: int, denominator: int) -> Decimal | None:
    if denominator == 0:
        return None
    exact = Decimal(100 * numerator) / Decimal(denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _with_states(table: str, row: dict, hide: Callable[[Cell], bool]) -> dict:
    keys = {key: value for key, value in row.items() if key in _KEYS}
    area = keys.get("area_code", POOLED.get(keys["area_type"]))
    month = keys.get("data_month", keys["report_month"])
    is_early = row["report_month"] < date(2022, 1, 1)
    stated = dict(keys)
    for name, value in row.items():
        if name in _KEYS:
            continue
        cell = Cell(table, area, month, name, keys["report_month"])
        is_flag = name in ("met_requirement", "first_month_met")
        if hide(cell):
            stated |= {name: None, f"{name}_state": "hidden"}
        elif value is None or (is_flag and is_early):
            stated |= {name: None, f"{name}_state": "not_applicable"}
        else:
            stated |= {name: value, f"{name}_state": "shown"}
    return stated
