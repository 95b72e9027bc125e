"""A part of an edition, small and made up: four municipalities, of which three take
part, other requirements and months than the real ones, a municipality of which nearly
all is withheld, and one with two withheld parts of a shown share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from labour_monitor.report.document import Delivery, Marks

Row = dict[str, Any]
Hides = Callable[[str, Row, str], bool]

BIG, SMALL, PARTLY, OUTSIDE = "101", "825", "580", "751"
NAMES = {BIG: "København", SMALL: "Læsø", PARTLY: "Aabenraa", OUTSIDE: "Aarhus"}
SIZES = {BIG: 1000, SMALL: 10, PARTLY: 80, OUTSIDE: 500}
PARTICIPANTS = (BIG, SMALL, PARTLY)

REQUIREMENT, LOWER, FULL = 76, 11, 23
MONTHS = (date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1), date(2032, 2, 1))
IN_FORCE_FROM = MONTHS[2]
PUBLISHED = {
    MONTHS[0]: date(2032, 1, 31),
    MONTHS[1]: date(2032, 2, 29),
    MONTHS[3]: date(2032, 4, 30),
}
"""The publications by their month; of the third month there is none."""
AS_OF = date(2032, 4, 30)
LIMIT = 5

_AP = {
    "ressourceforloeb": ("anden_ydelse", 8),
    "foertidspension": ("anden_ydelse", 12),
    "revalidering": ("anden_ydelse", 2),
    "ledighedsydelse": ("anden_ydelse", 3),
    "selvforsoerget_beskaeftigelse": ("afgang", 6),
    "uddannelse": ("afgang", 2),
    "loennede_timer": ("afgang", 7),
    "fleksjob": ("afgang", 4),
    "virksomhedspraktik": ("virksomhedsrettet", 6),
    "selvforsoergelse": ("selvforsoergelse", 4),
}
"""Of each status its category, and of how many in a hundred it is in the first month;
the rest is on kontanthjælp."""
_BENEFITS = ("ressourceforloeb", "foertidspension", "revalidering", "ledighedsydelse")
_EXITS = ("selvforsoerget_beskaeftigelse", "uddannelse", "loennede_timer", "fleksjob")
_KEYS = {
    *("publication_date", "report_month", "data_month"),
    *("area_type", "area_code", "area_name"),
}
_POOLED = {
    "participating": ("deltagere", "Deltagende kommuner", PARTICIPANTS),
    "country": ("hele_landet", "Hele landet", tuple(NAMES)),
}


def hides(table: str, row: Row, measure: str) -> bool:
    """All of the small municipality but whether it met the requirement, and two parts
    of another one's."""
    code = row.get("area_code")
    if code == SMALL:
        return not measure.startswith(("met_", "first_", "reached_"))
    return code == PARTLY and measure in ("uddannelse_pct", "fleksjob_pct")


DELIVERIES = tuple(
    Delivery(initiative, published, source, delivered)
    for initiative in ("afklaringspuljen", "fsm2")
    for published in PUBLISHED.values()
    for source, days in {
        "eindkomst": (date(2031, 9, 30), published - timedelta(days=2)),
        "dream": (published - timedelta(days=1),),
    }.items()
    for delivered in days
)


def marks(is_internal: bool) -> Marks:
    return Marks(is_internal, True, True, LIMIT)


def make(
    folder: Path,
    is_internal: bool = False,
    hides: Hides = hides,
    withheld: int | None = None,
    publications: int = len(PUBLISHED),
    change: Callable[[str, Row], None] = lambda table, row: None,
) -> Path:
    """Write a part.

    Args:
        folder: where to.
        is_internal: the house's, without states and with more tables.
        hides: whether a measure of a row is withheld from the public.
        withheld: what stands where something is withheld: in an edition, nothing.
        publications: how many there are.
        change: what else is done to a row, by the name of its table.
    """
    folder.mkdir(parents=True)
    tables = dict(_dimensions())
    kept = dict(list(PUBLISHED.items())[:publications])
    for month, published in kept.items():
        for name, row in _reports(month, published):
            tables.setdefault(name, []).append(row)
    if is_internal:
        tables |= _of_the_house(kept)
    for name, rows in tables.items():
        for row in rows:
            change(name, row)
            if name.startswith("rpt_") and not is_internal:
                _withhold(name, row, hides, withheld)
    for name, rows in tables.items():
        schema = pyarrow.schema([(column, _type(column)) for column in rows[0]])
        parquet.write_table(
            pyarrow.Table.from_pylist(rows, schema), folder / f"{name}.parquet"
        )
    return folder


def _withhold(table: str, row: Row, hides: Hides, withheld: int | None) -> None:
    for measure in [name for name in row if name not in _KEYS]:
        state = "not_applicable" if row[measure] is None else "shown"
        if state == "shown" and hides(table, row, measure):
            state, row[measure] = "hidden", withheld
            if withheld is not None and measure.startswith(("met_", "reached_")):
                row[measure] = bool(withheld % 2)
        row[f"{measure}_state"] = state


def _type(name: str) -> pyarrow.DataType:
    if name in ("rank", "requirement_pct", "lower_requirement_pct"):
        return pyarrow.int32()
    if name.endswith("_pct"):
        return pyarrow.decimal128(5, 2)
    if name in (
        "counts",
        "is_example",
        "met_requirement",
        "reached_lower",
        "reached_full",
    ):
        return pyarrow.bool_()
    if name.endswith(("_date", "_month", "as_of", "delivered", "first_month_met")):
        return pyarrow.date32()
    is_state = name.endswith("_state")
    if name in ("value", "previous_value") or (name[:2] == "n_" and not is_state):
        return pyarrow.int64()
    return pyarrow.string()


def _dimensions() -> Iterable[tuple[str, list[Row]]]:
    yield (
        "dim_initiative",
        [
            _initiative("afklaringspuljen", "Afklaringspuljen", REQUIREMENT, None),
            _initiative("fsm2", "Flere skal med 2", FULL, LOWER),
        ],
    )
    yield (
        "dim_municipality",
        [
            {
                "municipality_code": code,
                "municipality_name": name,
                "region_name": "Region",
            }
            for code, name in NAMES.items()
        ],
    )
    yield (
        "dim_participation",
        [
            {
                "initiative": initiative,
                "municipality_code": code,
                "is_example": initiative == "afklaringspuljen",
            }
            for initiative in ("afklaringspuljen", "fsm2")
            for code in PARTICIPANTS
        ],
    )
    yield (
        "dim_month",
        [
            {"initiative": "fsm2", "data_month": month, "publication_date": published}
            for month, published in PUBLISHED.items()
        ],
    )
    yield (
        "dim_status",
        [
            {
                "initiative": "afklaringspuljen",
                "signal": status,
                "rank": rank,
                "status": status,
                "status_name": status.capitalize(),
                "category": category,
                "category_name": category.capitalize(),
                "counts": category != "selvforsoergelse",
            }
            for rank, (status, (category, _)) in enumerate(_AP.items())
        ],
    )


def _initiative(code: str, name: str, requirement: int, lower: int | None) -> Row:
    return {
        "initiative": code,
        "initiative_name": name,
        "first_month": MONTHS[0],
        "last_month": MONTHS[-1],
        "requirement_pct": requirement,
        "lower_requirement_pct": lower,
        "requirement_first_month": MONTHS[0] if lower else IN_FORCE_FROM,
        "requirement_last_month": MONTHS[-1],
    }


def pct(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    exact = Decimal(100 * part) / whole
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def counts(codes: Iterable[str], month: date) -> dict[str, int]:
    """The counts of Afklaringspuljen, of some municipalities together."""
    step = MONTHS.index(month)
    total: dict[str, int] = {}
    for code in codes:
        size = SIZES[code]
        own = {"n_target_group": size - step, "n_exempt": size // 10}
        own["n_measured"] = own["n_target_group"] - own["n_exempt"]
        for status, (_, share) in _AP.items():
            own[status] = own["n_measured"] * (share + step * share // 4) // 100
        for name, n in own.items():
            total[name] = total.get(name, 0) + n
    for category in ("anden_ydelse", "afgang", "virksomhedsrettet"):
        total[category] = sum(
            total[status] for status, (its, _) in _AP.items() if its == category
        )
    total["n_fulfilled"] = sum(
        total[category] for category in ("anden_ydelse", "afgang", "virksomhedsrettet")
    )
    return total


def _areas(with_country: bool) -> Iterable[tuple[Row, tuple[str, ...]]]:
    for area, (code, name, codes) in _POOLED.items():
        if with_country or area != "country":
            yield {"area_type": area, "area_code": code, "area_name": name}, codes
    for code in PARTICIPANTS:
        yield (
            {"area_type": "municipality", "area_code": code, "area_name": NAMES[code]},
            (code,),
        )


def _reports(month: date, published: date) -> Iterable[tuple[str, Row]]:
    keys = {"publication_date": published, "report_month": month}
    for area, codes in _areas(with_country=True):
        yield from _afklaringspuljen(keys, area, codes, month)
    for area, codes in _areas(with_country=False):
        yield from _fsm2(keys, area, codes, month)


def _afklaringspuljen(
    keys: Row, area: Row, codes: tuple[str, ...], month: date
) -> Iterable[tuple[str, Row]]:
    prefix = "rpt_afklaringspuljen_"
    n = counts(codes, month)
    whole = n["n_measured"]
    is_in_force = month >= IN_FORCE_FROM
    met = 100 * n["n_fulfilled"] >= REQUIREMENT * whole if is_in_force else None
    share = pct(n["n_fulfilled"], whole)
    core = {name: n[name] for name in ("n_measured", "n_fulfilled")}
    yield (
        f"{prefix}target_group",
        keys
        | area
        | {name: n[name] for name in ("n_target_group", "n_exempt")}
        | {"exempt_pct": pct(n["n_exempt"], n["n_target_group"])},
    )
    yield (
        f"{prefix}requirement_by_municipality",
        keys
        | area
        | core
        | {"fulfilled_pct": share}
        | {
            f"{category}_pct": pct(n[category], whole)
            for category in ("anden_ydelse", "afgang", "virksomhedsrettet")
        }
        | {"met_requirement": met, "first_month_met": month if met else None},
    )
    yield (
        f"{prefix}exits_by_municipality",
        keys
        | area
        | {f"{status}_pct": pct(n[status], whole) for status in (*_EXITS, "afgang")},
    )
    if area["area_type"] == "municipality":
        return
    of_type = {"area_type": area["area_type"]}
    yield (
        f"{prefix}overview",
        keys
        | of_type
        | {"n_municipalities": len(codes)}
        | {name: n[name] for name in ("n_target_group", "n_exempt")}
        | core
        | {
            "fulfilled_pct": share,
            "mean_municipality_pct": share if area["area_type"] == "country" else None,
            "n_municipalities_met": 0,
            "n_self_supporting": n["selvforsoergelse"],
        },
    )
    for each in (one for one in MONTHS if one <= month):
        n = counts(codes, each)
        trend = keys | of_type | {"data_month": each}
        yield (
            f"{prefix}requirement_trend",
            trend
            | {name: n[name] for name in ("n_measured", "n_fulfilled")}
            | {"fulfilled_pct": pct(n["n_fulfilled"], n["n_measured"])},
        )
        yield (
            f"{prefix}other_benefit_trend",
            trend
            | {
                f"{status}_pct": pct(n[status], n["n_measured"])
                for status in (*_BENEFITS, "anden_ydelse")
            },
        )


def _fsm2(
    keys: Row, area: Row, codes: tuple[str, ...], month: date
) -> Iterable[tuple[str, Row]]:
    size = sum(SIZES[code] for code in codes)
    yield (
        "rpt_fsm2_target_group",
        keys
        | area
        | {
            "n_previous": size,
            "n_new": size // 10,
            "n_left": size // 20,
            "n_target_group": size + size // 10 - size // 20,
            "n_indsatsgruppe": size,
            "n_rehabiliteringsgruppe": size // 20,
            "n_fritagelsesgruppe": size // 10 - size // 20 - size // 20,
        },
    )
    reached = {LOWER: False, FULL: False}
    for step, each in enumerate(one for one in MONTHS if one <= month):
        hours, education = size * (5 + 6 * step) // 100, size * step // 100
        n = hours + education
        for level in reached:
            reached[level] |= 100 * n >= level * size
        yield (
            "rpt_fsm2_requirement",
            keys
            | area
            | {
                "data_month": each,
                "n_measured": size,
                "n_fulfilled": n,
                "fulfilled_pct": pct(n, size),
                "loennede_timer_pct": pct(hours, size),
                "uddannelse_pct": pct(education, size),
                "virksomhedsrettet_pct": pct(size // 20, size),
                "reached_lower": reached[LOWER],
                "reached_full": reached[FULL],
            },
        )


def _of_the_house(kept: dict[date, date]) -> dict[str, list[Row]]:
    initiative, newest = "afklaringspuljen", max(kept)
    publications = [
        {
            "initiative": initiative,
            "publication_date": kept[month],
            "area_type": area["area_type"],
            "area_code": area["area_code"],
            "data_month": each,
            "measure": f"status:{name}" if name in _AP else name,
            "value": n,
            "as_of": kept[month],
        }
        for month in kept
        for area, codes in _areas(with_country=True)
        for each in MONTHS
        if each <= month
        for name, n in counts(codes, each).items()
        if name in _AP or name in ("n_measured", "n_fulfilled")
    ]
    of = {
        "initiative": initiative,
        "publication_date": kept[newest],
        "area_type": "participating",
        "area_code": "deltagere",
        "data_month": MONTHS[0],
        "measure": "n_fulfilled",
    }
    return {
        "fct_publication": publications
        + [row | {"initiative": "fsm2"} for row in publications],
        "dim_publication_status": [
            {
                "initiative": of_initiative,
                "publication_date": kept[month],
                "status": status,
                "category": category,
                "counts": category != "selvforsoergelse",
            }
            for of_initiative in (initiative, "fsm2")
            for month in kept
            for status, (category, _) in _AP.items()
        ],
        "fct_revision": [
            of
            | {
                "value": 557,
                "previous_publication_date": min(kept.values()),
                "previous_value": 554,
            }
        ],
        "fct_revision_cause": [
            of | {"cause": "late", "source": "eindkomst", "n_citizens": 2},
            of | {"cause": "rules", "source": "rules", "n_citizens": 1},
        ],
        "dq_row_account": [
            {
                "source": source,
                "delivered": delivered,
                "n_delivered": 9,
                "n_accepted": 7,
                "n_rejected": 2,
                "n_duplicate": 0,
            }
            for source in ("eindkomst", "dream")
            for delivered in (date(2032, 4, 28), date(2031, 9, 30))
        ],
    }
