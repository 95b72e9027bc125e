"""What the public tables say: each column as counts of people. This is the audit's own
reading of them, apart from the one by which cells are hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

TARGET_GROUP = "n_target_group"
EXEMPT = "n_exempt"
REHAB = "n_rehab"
MEASURED = "n_measured"
FULFILLED = "n_fulfilled"
NEW = "n_new"
LEFT = "n_left"
PREVIOUS = "n_previous"
"""The target group of the month before, in the same publication (F4)."""

MUNICIPALITY = "municipality"
PARTICIPATING = "participating"
COUNTRY = "country"

KEYS = (
    *("publication_date", "report_month", "data_month"),
    *("area_type", "area_code", "area_name"),
)


@dataclass(frozen=True)
class Table:
    """A report table.

    Attributes:
        name: its name.
        initiative: of which initiative.
        has_months: whether it has a row for each data month up to the report month.
        counts: its columns that count people, each with the count.
        shares: its columns that are shares, each with numerator and denominator.
        flags: its columns that say whether a requirement was reached up to the month,
            each with the column of `dim_publication` that has the requirement.
        first_month: its column that says in which month it was reached first.
        n_met: its column that says how many municipalities have reached it.
        mean: its column that has the mean of the municipalities' shares, and the
            column, with its table, that has these shares.
        others: columns that say nothing of people.
    """

    name: str
    initiative: str
    has_months: bool = False
    counts: dict[str, str] = field(default_factory=dict)
    shares: dict[str, tuple[str, str]] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    first_month: str | None = None
    n_met: str | None = None
    mean: str | None = None
    others: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        single = (self.first_month, self.n_met, self.mean)
        return (
            *(*self.counts, *self.shares, *self.flags),
            *(name for name in single if name),
            *self.others,
        )


@dataclass(frozen=True)
class Scheme:
    """What holds of the counts of an initiative, apart from its statuses.

    Attributes:
        parts: the counts that together are the target group (X4, V1).
        has_flow: whether the flow of the target group is shown (F4).
        is_locked: whether nobody comes into it any more (C8), and who has left does not
            come back (E1): the group of no area is greater than a month before.
    """

    parts: tuple[str, ...]
    has_flow: bool = False
    is_locked: bool = False


SCHEMES = {
    "afklaringspuljen": Scheme(parts=(EXEMPT, MEASURED), is_locked=True),
    "fsm2": Scheme(parts=(EXEMPT, REHAB, MEASURED), has_flow=True),
}


def _of_measured(statuses: str = "", categories: str = "") -> dict:
    shares = {
        f"{member}_pct": (f"{dimension}:{member}", MEASURED)
        for dimension, members in (("status", statuses), ("category", categories))
        for member in members.split()
    }
    return shares


_FULFILLED_PCT = {"fulfilled_pct": (FULFILLED, MEASURED)}
_MEASURED = {"n_measured": MEASURED, "n_fulfilled": FULFILLED}
_TARGET_GROUP = {"n_target_group": TARGET_GROUP, "n_exempt": EXEMPT}
_AP = "afklaringspuljen"

TABLES = (
    Table(
        name="rpt_afklaringspuljen_overview",
        initiative=_AP,
        counts=_TARGET_GROUP
        | _MEASURED
        | {"n_self_supporting": "status:selvforsoergelse"},
        shares=_FULFILLED_PCT,
        n_met="n_municipalities_met",
        mean="mean_municipality_pct",
        others=("n_municipalities",),
    ),
    Table(
        name="rpt_afklaringspuljen_target_group",
        initiative=_AP,
        counts=_TARGET_GROUP,
        shares={"exempt_pct": (EXEMPT, TARGET_GROUP)},
    ),
    Table(
        name="rpt_afklaringspuljen_requirement_trend",
        initiative=_AP,
        has_months=True,
        counts=_MEASURED,
        shares=_FULFILLED_PCT,
    ),
    Table(
        name="rpt_afklaringspuljen_requirement_by_municipality",
        initiative=_AP,
        counts=_MEASURED,
        shares=_FULFILLED_PCT
        | _of_measured(categories="anden_ydelse afgang virksomhedsrettet"),
        flags={"met_requirement": "requirement_pct"},
        first_month="first_month_met",
    ),
    Table(
        name="rpt_afklaringspuljen_other_benefit_trend",
        initiative=_AP,
        has_months=True,
        shares=_of_measured(
            statuses="ressourceforloeb foertidspension revalidering ledighedsydelse",
            categories="anden_ydelse",
        ),
    ),
    Table(
        name="rpt_afklaringspuljen_exits_by_municipality",
        initiative=_AP,
        shares=_of_measured(
            statuses="selvforsoerget_beskaeftigelse uddannelse loennede_timer fleksjob",
            categories="afgang",
        ),
    ),
    Table(
        name="rpt_fsm2_target_group",
        initiative="fsm2",
        counts={
            "n_previous": PREVIOUS,
            "n_new": NEW,
            "n_left": LEFT,
            "n_target_group": TARGET_GROUP,
            "n_indsatsgruppe": MEASURED,
            "n_rehabiliteringsgruppe": REHAB,
            "n_fritagelsesgruppe": EXEMPT,
        },
    ),
    Table(
        name="rpt_fsm2_requirement",
        initiative="fsm2",
        has_months=True,
        counts=_MEASURED,
        shares=_FULFILLED_PCT
        | _of_measured(categories="loennede_timer uddannelse virksomhedsrettet"),
        flags={
            "reached_lower": "lower_requirement_pct",
            "reached_full": "requirement_pct",
        },
    ),
)


def of_initiative(initiative: str) -> list[Table]:
    return [table for table in TABLES if table.initiative == initiative]


@cache
def protected_counts(initiative: str) -> tuple[str, ...]:
    """Counts that no reader may come near to where they are small: the count columns,
    and the numerators of the shares (D2)."""
    tables = of_initiative(initiative)
    counts = [count for table in tables for count in table.counts.values()]
    counts += [numerator for numerator, _ in protected_rests(initiative)]
    return tuple(dict.fromkeys(count for count in counts if count != PREVIOUS))


@cache
def protected_rests(initiative: str) -> tuple[tuple[str, str], ...]:
    """Shares as numerator and denominator: what is left of the denominator is protected
    like the numerator (D2)."""
    shares = [
        share for table in of_initiative(initiative) for share in table.shares.values()
    ]
    return tuple(dict.fromkeys(shares))
