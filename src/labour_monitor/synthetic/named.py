"""Named citizens: one made-up life for every branch and boundary of the rules.

They are data: ``named_citizens/*.yml``, one file for each family of rules, and
``lives.yml`` with the lives that they start from. They live in every landing, always
the same, whatever the seed and the number of citizens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import cycle
from typing import Any

import pyarrow as pa
import yaml

from labour_monitor.synthetic.calendar import (
    DELIVERY_DATES,
    FIRST_MONDAY,
    REPORTING_DAYS,
    WEEK_LABELS,
    weeks_in_delivery,
)
from labour_monitor.synthetic.contract import REGISTERS, SPELL_COLUMNS

Row = dict[str, Any]

FAR_END = date(9000, 1, 1)
"""An end after this day is a far end, delivered as it is and not as a future event."""

EMPLOYER = "10000001"
DEFAULTS: dict[str, Row] = {
    "aktivering": {"publiceret": True},
    "uddannelse": {"udd": "1145", "su_berettiget": True},
    "eindkomst": {
        "cvr": EMPLOYER,
        "type": "00",
        "hours": 20,
        "amount": 3000,
        "employment": "O",
        "reversal": None,
    },
    "socialt_frikort": {"cvr": EMPLOYER, "hours": 10, "amount": 1500},
}
"""What a record of the source says unless it says otherwise."""

WAGE_COLUMNS: dict[str, dict[str, str]] = {
    "eindkomst": {
        "cvr": "ajo_cvr_nr",
        "type": "vmo_indkomst_type_kode",
        "hours": "ajo_loentimer",
        "amount": "ajo_smalt_loenbeloeb",
        "employment": "ansaettelse_kode",
        "reversal": "vmo_tilbagefoersel_kode",
    },
    "socialt_frikort": {"cvr": "cvr", "hours": "timer", "amount": "beloeb"},
}
"""Short keys of a wage record and the columns that they stand for."""

PERIOD_COLUMNS = {
    "eindkomst": ("vmo_basis_aar", "vmo_basis_maaned"),
    "socialt_frikort": ("aar", "maaned"),
}

MONTHS: dict[str, tuple[date, date]] = {
    "afklaringspuljen": (date(2020, 12, 1), date(2022, 12, 1)),
    "fsm2": (date(2019, 12, 1), date(2021, 12, 1)),
}
"""First and last data month of each initiative."""


@dataclass(frozen=True)
class Expectation:
    """What a month must show of a citizen, as of the newest delivery.

    ``signals`` and ``is_exempt_straksafklaring`` are None where nothing is said about
    them."""

    in_target_group: bool
    municipality_code: str | None = None
    visitation_category: str | None = None
    is_measured: bool = False
    status: str | None = None
    is_fulfilled: bool = False
    signals: tuple[str, ...] | None = None
    is_exempt_straksafklaring: bool | None = None


OUT = Expectation(in_target_group=False)


@dataclass(frozen=True)
class Record:
    """A row of a register, in the deliveries between two dates.

    ``rejected`` names the reason for which the project must set it aside."""

    source: str
    row: Row
    delivered_from: date
    delivered_until: date
    rejected: str | None = None
    times: int = 1

    def is_in(self, delivered: date) -> bool:
        """Whether the delivery has the record."""
        return self.delivered_from <= delivered <= self.delivered_until


@dataclass(frozen=True)
class NamedCitizen:
    """A citizen whose story, records and expected results are written down."""

    name: str
    rules: tuple[str, ...]
    story: str
    pnr: str
    cohort_municipality: str | None
    records: tuple[Record, ...]
    expectations: dict[str, dict[date, Expectation]]

    def expected(
        self, initiative: str, exemption_list: str = "notat"
    ) -> dict[date, Expectation]:
        """Every data month of the initiative with what it must show."""
        by_list = f"{initiative}_{exemption_list}"
        return self.expectations.get(by_list, self.expectations[initiative])

    def delivered(self, source: str, delivered: date) -> list[Row]:
        """The citizen's rows in one delivery, as known on that day."""
        if source == "dream":
            names = [f"y_{week}" for week in WEEK_LABELS]
            row = dict(zip(names, self.weeks(delivered), strict=False))
            return [{"pnr": self.pnr, **row}]
        rows = []
        for record in self.records:
            if record.source == source and record.is_in(delivered):
                rows += [_as_known(source, record.row, delivered)] * record.times
        return [row for row in rows if row is not None]

    def weeks(self, delivered: date) -> list[str | None]:
        """The citizen's codes in the weeks that a delivery of DREAM has."""
        weeks: dict[str, str | None] = {}
        for record in self.records:
            if record.source == "dream" and record.is_in(delivered):
                weeks |= record.row
        return [weeks.get(w) for w in WEEK_LABELS[: weeks_in_delivery(delivered)]]


def _as_known(source: str, row: Row, delivered: date) -> Row | None:
    """A spell that has not begun is unknown, and an end that has not come is open."""
    if source == "personer":
        died = row["doddato"]
        return row if died is None or died <= delivered else {**row, "doddato": None}
    if source not in SPELL_COLUMNS:
        return row
    start, end = SPELL_COLUMNS[source]
    if row[start] is not None and row[start] > delivered:
        return None
    if row[end] is not None and delivered < row[end] < FAR_END:
        return {**row, end: None}
    return row


@cache
def named_citizens() -> list[NamedCitizen]:
    """All named citizens in the order of their files."""
    folder = files(__package__) / "named_citizens"
    lives = _load((folder / "lives.yml").read_text("utf-8"))
    found = []
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".yml") and path.name != "lives.yml":
            for entry in _load(path.read_text("utf-8")):
                found.append(_citizen(entry, lives[entry["life"]]))
    return found


def _load(text: str) -> Any:
    """YAML by the parser in C where it is there: it takes a tenth of the time."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def named_rows(source: str, delivered: date) -> pa.Table:
    """The rows of all named citizens in one delivery."""
    schema = REGISTERS[source].schema(delivered)
    citizens = named_citizens()
    if source == "dream":
        by_week = zip(*(citizen.weeks(delivered) for citizen in citizens), strict=True)
        columns = [[citizen.pnr for citizen in citizens], *map(list, by_week)]
    else:
        rows = [row for c in citizens for row in c.delivered(source, delivered)]
        columns = [[row[name] for row in rows] for name in schema.names]
    arrays = [
        pa.array(values, _input_type(field.type)).cast(field.type)
        for values, field in zip(columns, schema, strict=True)
    ]
    return pa.table(arrays, schema=schema)


def _input_type(wanted: pa.DataType) -> pa.DataType:
    return pa.float64() if pa.types.is_decimal(wanted) else wanted


def _citizen(entry: Row, life: Row) -> NamedCitizen:
    name = entry["name"]
    known = {"name", "pnr", "rules", "story", "life", "born", "died", "municipality"}
    unknown = set(entry) - known - {"without", "records", "expect"}
    if unknown:
        raise ValueError(f"{name}: unknown keys {sorted(unknown)}")
    home = entry.get("municipality", life["municipality"])
    born = entry["born"] if "born" in entry else life["born"]
    without = set(entry.get("without", ()))
    records: list[Record] = []
    own = entry.get("records", {})
    if "personer" not in without:
        person = {"pnr": entry["pnr"], "foed_dag": born, "doddato": entry.get("died")}
        rejected = "missing_value" if born is None else None
        records.append(
            Record("personer", person, DELIVERY_DATES[0], DELIVERY_DATES[-1], rejected)
        )
    for source in REGISTERS:
        inherited = [] if source in without else life["records"].get(source, [])
        for number, item in enumerate([*inherited, *own.get(source, [])]):
            records += _records(name, entry["pnr"], home, source, number, item)
    expect = entry.get("expect", {})
    return NamedCitizen(
        name=name,
        rules=tuple(entry["rules"]),
        story=" ".join(entry["story"].split()),
        pnr=entry["pnr"],
        cohort_municipality=_cohort(expect, life, home),
        records=tuple(records),
        expectations=_expectations(name, expect, life["expect"], home),
    )


def _cohort(expect: Row, life: Row, home: str) -> str | None:
    cohort = expect.get("cohort", life["expect"]["cohort"])
    return {"home": home, "none": None}.get(cohort, cohort)


def _expectations(
    name: str, own: Row, inherited: Row, home: str
) -> dict[str, dict[date, Expectation]]:
    in_cohort = own.get("cohort", inherited["cohort"]) != "none"
    result: dict[str, dict[date, Expectation]] = {}
    for initiative in MONTHS:
        months = {month: OUT for month in _months_between(*MONTHS[initiative])}
        if initiative == "fsm2" or in_cohort:
            _apply(months, inherited.get(initiative, {}), home, name)
        _apply(months, own.get(initiative, {}), home, name)
        result[initiative] = months
    if "afklaringspuljen_faq" in own:
        months = dict(result["afklaringspuljen"])
        _apply(months, own["afklaringspuljen_faq"], home, name)
        result["afklaringspuljen_faq"] = months
    return result


def _apply(months: dict[date, Expectation], ranges: Row, home: str, name: str) -> None:
    for text, value in ranges.items():
        wanted = list(months) if text == "all" else list(_month_range(text))
        for month in wanted:
            if month not in months:
                raise ValueError(f"{name}: {text} lies outside the data months")
            months[month] = _expectation(value, home)


def _expectation(value: str | Row, home: str) -> Expectation:
    if value == "out":
        return OUT
    unknown = set(value) - {
        "status",
        "fulfilled",
        "category",
        "municipality",
        "signals",
        "exempt_straksafklaring",
    }
    if unknown:
        raise ValueError(f"unknown expectation {sorted(unknown)}")
    category = value.get("category", "indsatsgruppe")
    signals = value.get("signals")
    expectation = Expectation(
        in_target_group=True,
        municipality_code=value.get("municipality", home),
        visitation_category=category,
        is_measured=category == "indsatsgruppe",
        status=value["status"],
        is_fulfilled=value.get("fulfilled", False),
        signals=None if signals is None else tuple(sorted(signals)),
        is_exempt_straksafklaring=value.get("exempt_straksafklaring"),
    )
    if expectation.is_fulfilled and not expectation.is_measured:
        raise ValueError("who is not measured cannot be fulfilled")
    return expectation


def _records(
    name: str, pnr: str, home: str, source: str, number: int, item: Row
) -> Iterator[Record]:
    """The records that one item of the YAML stands for."""
    item = dict(item)
    until = item.pop("delivered_until", DELIVERY_DATES[-1])
    record = Record(
        source=source,
        row={},
        delivered_from=item.pop("delivered_from", DELIVERY_DATES[0]),
        delivered_until=until,
        rejected=item.pop("rejected", None),
        times=item.pop("times", 1),
    )
    if source == "dream":
        weeks = list(_week_range(item["weeks"]))
        codes = item["code"] if isinstance(item["code"], list) else [item["code"]]
        yield replace(record, row=dict(zip(weeks, cycle(codes), strict=False)))
    elif source in WAGE_COLUMNS:
        yield from _wage_records(name, pnr, source, number, item, record)
    else:
        values = {**DEFAULTS.get(source, {}), **item}
        start, end = SPELL_COLUMNS[source]
        row = {"pnr": pnr, start: values.pop("from"), end: values.pop("to", None)}
        if source == "bopael":
            row["kom"] = home
        yield replace(record, row=_checked(name, source, row | values))


def _wage_records(
    name: str, pnr: str, source: str, number: int, item: Row, record: Record
) -> Iterator[Record]:
    """A report for each month of the range, each in one delivery only."""
    values = {**DEFAULTS[source], **item}
    identity = values.pop("id", None)
    delivered = values.pop("delivered", None)
    year_column, month_column = PERIOD_COLUMNS[source]
    text = values.pop("month")
    broken = values.pop("month_number", None)
    columns = {WAGE_COLUMNS[source][key]: value for key, value in values.items()}
    for month in _month_range(text):
        arrives = delivered or _first_delivery_of(month)
        row = {
            "indberetning_id": identity or f"{name}-{number:02d}-{month:%Y%m}",
            "pnr": pnr,
            year_column: month.year,
            month_column: month.month if broken is None else broken,
            **columns,
        }
        yield replace(
            record,
            row=_checked(name, source, row),
            delivered_from=arrives,
            delivered_until=arrives,
        )


def _checked(name: str, source: str, row: Row) -> Row:
    columns = {column for column, _ in REGISTERS[source].columns}
    if set(row) != columns:
        raise ValueError(f"{name}: {source} has {sorted(set(row) ^ columns)}")
    return row


def _first_delivery_of(month: date) -> date:
    """The delivery in which wage of a month arrives when it is reported in time."""
    due = _next_month(month) + timedelta(days=REPORTING_DAYS)
    return next(d for d in DELIVERY_DATES if d >= due)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _months_between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = _next_month(first)


def _month_range(text: str) -> Iterator[date]:
    """``2021-01`` or ``2021-01..2021-03``."""
    first, _, last = str(text).partition("..")
    return _months_between(_month(first), _month(last or first))


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _week_range(text: str) -> Iterator[str]:
    """``2010-W31..2020-W31``, ``2020-W53``, or ``2010-W31..`` up to the last week."""
    first, dots, last = text.partition("..")
    begin = _week_index(first)
    finish = _week_index(last) if last else len(WEEK_LABELS) - 1 if dots else begin
    yield from WEEK_LABELS[begin : finish + 1]


def _week_index(text: str) -> int:
    year, week = text.split("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    return (monday - FIRST_MONDAY).days // 7
