"""What Great Expectations is to judge: figures of deliveries, each with the bounds
within which it is normal, and the words for the case that it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from labour_monitor import rule_data
from labour_monitor.landing.contract import Source
from labour_monitor.landing.faults import Fault
from labour_monitor.landing.paths import shown
from labour_monitor.quality import expectations
from labour_monitor.quality.counting import Counted
from labour_monitor.quality.metrics import NO_CODE, UNKNOWN_CODES, Figures, Share
from labour_monitor.quality.shares import allowed_pct, excess, percent, widened
from labour_monitor.quality.thresholds import Thresholds

IN_DOOR = "in-door"
COHORT, EARLIER = "-cohort", "-earlier"
"""The suites of a source beside that of its newest delivery."""


@dataclass(frozen=True)
class Check:
    """A figure with its bounds. `metric` is its name in the suite; the texts are for a
    person who reads that the figure is out of bounds. `column` is what it is about, and
    `request` what to ask the sender for, where a delivery with such a figure is not to
    be landed at all."""

    metric: str
    value: float
    is_fatal: bool
    expected: str
    found: str
    meaning: str
    advice: str
    owner: str
    minimum: float | None = None
    maximum: float | None = None
    place: str | None = None
    column: str | None = None
    request: str | None = None

    @property
    def is_out_of_bounds(self) -> bool:
        return (self.minimum is not None and self.value < self.minimum) or (
            self.maximum is not None and self.value > self.maximum
        )


@dataclass(frozen=True)
class Suite:
    """Checks that are judged together, and what they are about: deliveries of a source
    in one of its roles, or the files of all. `about` says which in a title; the rest is
    a line of the overview."""

    name: str
    source: str
    about: str
    checks: tuple[Check, ...]
    delivered: str = ""
    rows: int | None = None
    people: int | None = None
    compared_with: str = ""


def suites(
    faults: Sequence[Fault],
    counted: Sequence[Counted],
    sources: dict[str, Source],
    as_of: date | None,
    ignored: Sequence[Fault] = (),
) -> list[Suite]:
    """All that is to be judged: what the in-door says of all sources, and of each
    source the newest delivery until the as-of date, those of cohorts, and the earlier
    ones together."""
    unreadable = [fault for of_source in counted for fault in of_source.faults]
    return [
        _in_door([*faults, *unreadable], ignored, sources),
        *(suite for of_source in counted for suite in _of_source(of_source, as_of)),
    ]


def _of_source(counted: Counted, as_of: date | None) -> list[Suite]:
    source, limits, newest = counted.source, counted.thresholds, counted.newest
    found = []
    if newest:
        checks = [
            *size(
                source,
                [newest],
                limits,
                is_newest=True,
                is_cohort=counted.is_of_cohort,
            ),
            *content(source, [newest], limits),
            *lateness(source, newest, as_of),
            *recency(source, newest, limits),
            *gaps(source, [*counted.cohort, *counted.earlier, newest], limits),
        ]
        if counted.before:
            checks += change(source, newest, counted.before, limits)
        found.append(_suite(source, "", [newest], checks, counted.compared_with))
    for role, deliveries in ((COHORT, counted.cohort), (EARLIER, counted.earlier)):
        if deliveries:
            is_cohort = role == COHORT
            checks = size(
                source, deliveries, limits, is_newest=False, is_cohort=is_cohort
            )
            checks += content(source, deliveries, limits, are_earlier=role == EARLIER)
            found.append(_suite(source, role, deliveries, checks, ""))
    return found


def _suite(
    source: Source,
    role: str,
    deliveries: Sequence[Figures],
    checks: Sequence[Check],
    compared_with: str,
) -> Suite:
    delivered = str(deliveries[0].delivered)
    about = f"delivered {delivered}{' (cohort)' if role == COHORT else ''}"
    if len(deliveries) > 1:
        delivered = about = f"{len(deliveries)} earlier ones"
    return Suite(
        name=f"{source.name}{role}",
        source=source.name,
        about=about,
        checks=tuple(checks),
        delivered=delivered,
        rows=sum(figures.n_rows for figures in deliveries),
        # People of several deliveries are partly the same ones.
        people=deliveries[0].n_people if len(deliveries) == 1 else None,
        compared_with=compared_with,
    )


def _in_door(
    faults: Sequence[Fault], ignored: Sequence[Fault], sources: dict[str, Source]
) -> Suite:
    """The structural faults, which the in-door has found already: one figure a fault,
    and one of 0 for each source that has none. What is ignored is told as well."""
    stops = "`dbt build` stops before anything is built"
    checks = [
        _told(f"fault {number}", fault, stops, True, sources)
        for number, fault in enumerate(faults, 1)
    ]
    checks += [
        _told(
            f"ignored {number}", fault, "the build goes on without it", False, sources
        )
        for number, fault in enumerate(ignored, 1)
    ]
    at_fault = {fault.source for fault in faults}
    checks += [
        Check(
            metric=f"faults: {name}",
            value=0,
            maximum=0,
            is_fatal=True,
            expected="files that can be read as the contract says",
            found="",
            meaning=stops,
            advice="",
            owner=source.owner,
        )
        for name, source in sources.items()
        if name not in at_fault
    ]
    return Suite(IN_DOOR, IN_DOOR, "", tuple(checks))


def _told(
    name: str, fault: Fault, meaning: str, is_fatal: bool, sources: dict[str, Source]
) -> Check:
    return Check(
        metric=f"{name}: {fault.source or 'the run'}",
        value=1,
        maximum=0,
        is_fatal=is_fatal,
        expected=shown(fault.expected),
        found=shown(fault.found),
        meaning=meaning,
        advice=shown(fault.advice),
        owner=_owner(fault, sources),
        place=shown(_place(fault)),
    )


def _owner(fault: Fault, sources: dict[str, Source]) -> str:
    if fault.source in sources:
        return sources[fault.source].owner
    return "whoever runs the project: this is about its own settings, not a register"


def _place(fault: Fault) -> str:
    parts = (
        fault.source,
        fault.delivered and f"delivered {fault.delivered}",
        fault.file and f"file {fault.file}",
        fault.column and f"column {fault.column}",
    )
    return ", ".join(part for part in parts if part) or "the run"


_WHOLE_ANEW = (
    "do not build with it: ask for the whole register under a new date, and move this "
    "delivery away"
)


def size(
    source: Source,
    deliveries: Sequence[Figures],
    thresholds: Thresholds,
    *,
    is_newest: bool,
    is_cohort: bool,
) -> list[Check]:
    """Whether there is anything in a delivery, or in each of several, at all."""
    smallest = min(deliveries, key=lambda f: f.n_rows)
    least, is_fatal = _least_rows(thresholds, is_newest, is_cohort)
    if least is None:
        return []
    return [
        Check(
            metric="rows: at least",
            value=smallest.n_rows,
            minimum=least,
            is_fatal=is_fatal,
            expected=f"{least:,} rows or more"
            + (": the cohort is drawn from this delivery (C1)" if is_cohort else ""),
            found=f"{smallest.n_rows:,} rows{_in(smallest, deliveries)}",
            meaning="the register is missing, and every figure made from it is wrong"
            if is_fatal
            else "nothing of this register counts in the figures of the delivery",
            advice=_WHOLE_ANEW
            if is_fatal
            else "ask whether there was nothing to deliver; if there was, ask for it "
            "under a new date",
            owner=source.owner,
        )
    ]


def _least_rows(
    thresholds: Thresholds, is_newest: bool, is_cohort: bool
) -> tuple[int | None, bool]:
    """The fewest rows that are normal, and whether fewer are fatal."""
    fatal = [
        least
        for least, is_meant in (
            (thresholds.rows_min_fatal, is_newest),
            (thresholds.rows_min_cohort_fatal, is_cohort),
        )
        if is_meant and least is not None
    ]
    if fatal:
        return max(fatal), True
    return thresholds.rows_min if is_newest else thresholds.rows_min_earlier, False


def content(
    source: Source,
    deliveries: Sequence[Figures],
    thresholds: Thresholds,
    *,
    are_earlier: bool = False,
) -> list[Check]:
    """What is expected of the rows of one delivery, or of each of several.

    Of several the worst is judged: it is not to be hidden by sound ones beside it.

    Args:
        are_earlier: whether they are deliveries of an increment before its newest.
    """
    found = []
    for expectation in expectations.row_expectations(source):
        metric = expectation.name
        of = {f.delivered: _of(f, expectation) for f in deliveries}
        worst = max(
            deliveries,
            key=lambda f: f.bad_rows[metric] - _allowed(of[f.delivered], thresholds),
        )
        n_bad, n_of = worst.bad_rows[metric], of[worst.delivered]
        allowed = _allowed(n_of, thresholds)
        found.append(
            Check(
                metric=metric,
                value=n_bad,
                maximum=allowed,
                is_fatal=False,
                expected=f"{expectation.expected}; at most {allowed:,} of {n_of:,} "
                + ("values" if n_of != worst.n_rows else "rows")
                + " otherwise",
                found=f"{n_bad:,} otherwise{_in(worst, deliveries)}",
                meaning=expectation.meaning,
                advice=expectation.advice,
                owner=source.owner,
            )
        )
    return [
        *found,
        *_set_aside(source, deliveries, thresholds),
        *_unlike(source, deliveries, thresholds, are_earlier),
        *_filled_weeks(source, deliveries, thresholds),
        *_weeks_of_nobody(source, deliveries, thresholds),
        *_unknown_codes(source, deliveries, thresholds),
    ]


def _filled_weeks(
    source: Source, deliveries: Sequence[Figures], thresholds: Thresholds
) -> list[Check]:
    least = thresholds.filled_weeks_min_fatal
    filled = [f for f in deliveries if f.n_filled_weeks is not None]
    if least is None or not filled:
        return []
    worst = min(filled, key=lambda f: f.n_filled_weeks)
    return [
        Check(
            metric="weeks with codes: at least",
            value=worst.n_filled_weeks,
            minimum=least,
            is_fatal=True,
            expected=f"{least} or more of the newest weeks with a code of anybody",
            found=f"{worst.n_filled_weeks} weeks{_in(worst, deliveries)}",
            meaning="nobody would have a benefit, and every figure made from it is "
            "wrong",
            advice=_WHOLE_ANEW,
            owner=source.owner,
            request="ask for the whole register",
        )
    ]


def _weeks_of_nobody(
    source: Source, deliveries: Sequence[Figures], thresholds: Thresholds
) -> list[Check]:
    """The weeks in the midst of a delivery in which nobody has a code."""
    judged = [f for f in deliveries if f.n_rows > thresholds.few]
    if not source.has_weeks or not judged:
        return []
    worst = max(judged, key=lambda f: len(f.weeks_of_nobody))
    weeks = worst.weeks_of_nobody
    more = f" and {len(weeks) - 3} more" if len(weeks) > 3 else ""
    return [
        Check(
            metric="weeks in which nobody has a code",
            value=len(weeks),
            maximum=0,
            is_fatal=False,
            expected="a code of somebody in every week until the newest",
            found=f"none in {', '.join(weeks[:3])}{more}{_in(worst, deliveries)}",
            meaning="nobody has a benefit in these weeks: cohorts lose members, and "
            "months get other statuses",
            advice="ask for the register with these weeks",
            owner=source.owner,
        )
    ]


_CODES_AS_TEXT = "ask for the codes as text of three digits"


def _unknown_codes(
    source: Source, deliveries: Sequence[Figures], thresholds: Thresholds
) -> list[Check]:
    """The share of unknown codes where they do not set a row aside."""
    allowed = thresholds.unknown_codes_pct_fatal
    known = [column for column in source.columns if column.known_codes]
    if allowed is None:
        return []
    found = []
    for column in known:
        worst = max(deliveries, key=lambda f: percent(*_unknown(f, column.name)))
        n_unknown, n_filled = _unknown(worst, column.name)
        pct = percent(n_unknown, n_filled)
        found.append(
            Check(
                metric=f"{column.name}: in no code list in the newest week, pct.",
                value=pct,
                maximum=allowed,
                is_fatal=True,
                expected=f"at most {allowed:.0f} pct. of the codes of the newest week "
                "in no code list",
                found=f"{n_unknown:,} of {n_filled:,} codes ({pct:.0f} pct.)"
                f"{_in(worst, deliveries)}",
                meaning="the codes are written in another way than the lists have "
                "them, and nobody would have a benefit",
                advice=_BAD_WHOLE.format(request=_CODES_AS_TEXT),
                owner=source.owner,
                column=column.name,
                # Few of them may be new codes, and a list can be added to.
                request=_CODES_AS_TEXT if n_unknown > thresholds.few else None,
            )
        )
    return found


def _unknown(delivery: Figures, column: str) -> tuple[int, int]:
    """Codes in no list, and all codes, of the newest week that has any."""
    rows = delivery.shares.get(column, {})
    return rows.get(UNKNOWN_CODES, 0), sum(rows.values()) - rows.get(NO_CODE, 0)


def _of(delivery: Figures, expectation: expectations.RowExpectation) -> int:
    """Of how many rows or filled values the bad ones are a part."""
    share = delivery.unlike.get(expectation.name)
    return share.of if share else delivery.n_rows


def _allowed(of: int, thresholds: Thresholds) -> int:
    return int(max(thresholds.bad_rows, of * thresholds.bad_rows_pct / 100))


def _in(worst: Figures, deliveries: Sequence[Figures]) -> str:
    return f" in the delivery of {worst.delivered}" if len(deliveries) > 1 else ""


_BAD_WHOLE = "do not build with it: {request}, under a new date, and move this one away"


def _set_aside(
    source: Source, deliveries: Sequence[Figures], thresholds: Thresholds
) -> list[Check]:
    if thresholds.set_aside_pct_fatal is None:
        return []

    def share(delivery: Figures) -> Share:
        return Share(delivery.n_set_aside, delivery.n_rows)

    worst = max(deliveries, key=lambda f: excess(share(f), f.n_rows, thresholds))
    pct = percent(worst.n_set_aside, worst.n_rows)
    allowed = allowed_pct(share(worst), worst.n_rows, thresholds)
    request = "ask for a corrected delivery"
    return [
        Check(
            metric="rows that will be set aside, pct.",
            value=pct,
            maximum=allowed,
            is_fatal=True,
            expected=f"at most {allowed:.0f} pct. of the rows to be set aside",
            found=f"{worst.n_set_aside:,} of {worst.n_rows:,} rows ({pct:.0f} pct.)"
            f"{_in(worst, deliveries)}",
            meaning="what is left of the delivery is not the register, and every "
            "figure made from it is too low",
            advice=_BAD_WHOLE.format(request=request) + _replaced(source),
            owner=source.owner,
            request=request,
        )
    ]


def _unlike(
    source: Source,
    deliveries: Sequence[Figures],
    thresholds: Thresholds,
    are_earlier: bool,
) -> list[Check]:
    """Columns of which most values, or most rows, are other than the contract says.

    The values of a column that may be empty are few of the rows, and yet all there is
    of what they tell. Earlier reports whose names went through a number were accepted
    under them, and no newer report can take their place: they are asked about alone."""
    if thresholds.set_aside_pct_fatal is None:
        return []
    found = []
    for expectation in expectations.row_expectations(source):
        metric = expectation.name
        if metric not in deliveries[0].unlike:
            continue
        if are_earlier and expectation.check == "number":
            continue
        worst = max(
            deliveries,
            key=lambda f: excess(f.unlike[metric], f.n_rows, thresholds),
        )
        share = worst.unlike[metric]
        pct = percent(share.n_bad, share.of)
        allowed = allowed_pct(share, worst.n_rows, thresholds)
        what = "values" if expectation.is_of_values else "rows"
        request = share.request or _request(expectation)
        found.append(
            Check(
                metric=f"{metric}, pct.",
                value=pct,
                maximum=allowed,
                is_fatal=True,
                expected=f"{expectation.expected}; at most {allowed:.0f} pct. of the "
                f"{what} otherwise",
                found=f"{share.n_bad:,} of {share.of:,} {what} otherwise "
                f"({pct:.0f} pct.)"
                + (f", {share.sign}" if share.sign else "")
                + _in(worst, deliveries),
                meaning="the column is written in another way than the contract says, "
                "and every figure that rests on it is wrong",
                advice=_BAD_WHOLE.format(request=request) + _replaced(source),
                owner=source.owner,
                column=expectation.column,
                request=request,
            )
        )
    return found


def _request(expectation: expectations.RowExpectation) -> str:
    """What to ask for where the values have nothing in common that is known."""
    if expectation.check == "missing":
        return "ask the sender for the column with its values"
    if expectation.check == "before":
        return "ask the sender whether start and end were exchanged"
    return f"ask the sender for the column with {expectation.expected}"


def _replaced(source: Source) -> str:
    """What happens to a bad delivery that must stay, since a run has read it."""
    if source.identity != "report":
        return ""
    return (
        "; where a run has read it, it stays, and counts no more once newer deliveries "
        "have its reports (docs/checking.md)"
    )


def lateness(source: Source, newest: Figures, as_of: date | None) -> list[Check]:
    """How long before the as-of date a source was delivered last. What a delivery says
    of itself, `recency` judges; nobody else would miss one that never came."""
    if source.late_after_days is None or as_of is None:
        return []
    days = (as_of - newest.delivered).days
    return [
        Check(
            metric="days without a delivery",
            value=days,
            maximum=source.late_after_days,
            is_fatal=False,
            expected=f"a delivery in the {source.late_after_days} days before the "
            f"as-of date {as_of}",
            found=f"the newest is of {newest.delivered}, {days:,} days before",
            meaning="the newest months have no figures, or too low ones, and what is "
            "due is published with them for good",
            advice="ask for the delivery that is missing, and build when it has come",
            owner=source.owner,
        )
    ]


def recency(source: Source, delivery: Figures, thresholds: Thresholds) -> list[Check]:
    """How far the newest thing that a delivery tells of lies behind it."""
    if thresholds.newest_lag_days is None or delivery.newest is None:
        return []
    lag = (delivery.delivered - delivery.newest).days
    return [
        Check(
            metric="days behind the delivery",
            value=lag,
            maximum=thresholds.newest_lag_days,
            is_fatal=False,
            expected=f"{_newest(source)} at most {thresholds.newest_lag_days} days "
            "before the delivery",
            found=f"{lag:,} days",
            meaning="the newest months have no figures, or too low ones",
            advice="ask whether this is the newest version of the register",
            owner=source.owner,
        )
    ]


def _newest(source: Source) -> str:
    if source.kind == "increment":
        return "the newest month with reports to speak of"
    return "the newest week with codes" if source.has_weeks else "the newest start"


def gaps(
    source: Source, deliveries: Sequence[Figures], thresholds: Thresholds
) -> list[Check]:
    """The months of an increment, from the first one that has a figure on, with far
    fewer reports than those before and after them. Each delivery by itself is
    sound where the one between two of them never came."""
    if source.kind != "increment" or thresholds.gap_month_pct is None:
        return []
    first = min(publication.data_month for publication in rule_data.publications())
    until = max(delivery.delivered for delivery in deliveries)
    months = _months(f"{first:%Y-%m}", f"{until:%Y-%m}")
    of_each = [[d.rows_of_months.get(m, 0) for d in deliveries] for m in months]
    # Reports may be delivered again: what is usual is what one delivery has of a month.
    usual = [max(rows) for rows in of_each]
    missing = [
        month
        for n, (month, rows) in enumerate(zip(months, of_each, strict=True))
        if _is_gap(sum(rows), usual[:n], usual[n + 1 :], thresholds)
    ]
    return [
        Check(
            metric="months without reports",
            value=len(missing),
            maximum=0,
            is_fatal=False,
            expected=f"reports of every month from {first:%Y-%m} on: at least "
            f"{thresholds.gap_month_pct:g} pct. of those of the months around it",
            found=f"fewer in {_months_in_words(missing)}",
            meaning="these months have no figures, or too low ones, and what is due is "
            "published with them for good",
            advice="ask for the delivery that is missing between those that came, or "
            "whether nothing was reported in these months",
            owner=source.owner,
        )
    ]


_AROUND = 24
"""So many months before and after a month are looked at."""


def _is_gap(
    n: int, before: Sequence[int], after: Sequence[int], thresholds: Thresholds
) -> bool:
    """Whether so many reports of a month are too few beside those around it. Where
    there are none after it, the register reaches no further."""
    strays = thresholds.stray_month_pct
    earlier = _usual(before[-_AROUND:], strays)
    later = _usual(after[:_AROUND], strays)
    level = min(earlier, later) if earlier else later
    pct = thresholds.gap_month_pct if earlier else strays
    return n < level * pct / 100 and level - n > thresholds.few


def _usual(rows: Sequence[int], strays: float) -> int:
    """What a month usually has, of months some of which may be gaps themselves."""
    most = max(rows, default=0)
    return median_low([n for n in rows if 100 * n >= strays * most]) if most else 0


def _months(first: str, last: str) -> list[str]:
    """Every month from one to another, both by their `YYYY-MM`."""
    start, end = (12 * int(m[:4]) + int(m[5:]) - 1 for m in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(start, end + 1)]


def _months_in_words(months: Sequence[str]) -> str:
    """Months in their order: those that follow each other as a span."""
    spans: list[list[str]] = []
    for month in months:
        if spans and _months(spans[-1][-1], month) == [spans[-1][-1], month]:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(
        span[0] if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans
    )


def change(
    source: Source, delivery: Figures, previous: Figures, thresholds: Thresholds
) -> list[Check]:
    """How a delivery differs from the one before it."""
    since = f"the delivery of {previous.delivered}"
    what = " of the fullest month" if source.kind == "increment" else ""
    rows = _Change(
        "rows", f"rows{what}", delivery.compared_rows, previous.compared_rows
    )
    people = _Change(
        "people", f"people{what}", delivery.compared_people, previous.compared_people
    )
    found = []
    for of, allowed in (
        (rows, thresholds.rows_change_pct),
        (people, thresholds.people_change_pct),
    ):
        if allowed is not None:
            found.append(of.check(source, since, allowed, thresholds.few))
    if source.kind == "snapshot" and thresholds.people_lost_pct_fatal is not None:
        found.append(_lost(source, people, since, thresholds))
    found += _shares(source, delivery, previous, thresholds)
    return [*found, *_steps(source, delivery, previous, thresholds)]


@dataclass(frozen=True)
class _Change:
    """A number then and now."""

    name: str
    label: str
    now: int
    before: int

    @property
    def pct(self) -> float:
        return percent(self.now - self.before, self.before)

    @property
    def found(self) -> str:
        return f"{self.now:,} {self.label}, {self.before:,} then ({self.pct:+.0f} pct.)"

    def check(self, source: Source, since: str, allowed_pct: float, few: int) -> Check:
        allowed = widened(allowed_pct, few, self.before)
        return Check(
            metric=f"{self.name}: change in pct.",
            value=self.pct,
            minimum=-allowed,
            maximum=allowed,
            is_fatal=False,
            expected=f"at most {allowed:.0f} pct. more or fewer {self.label} than in "
            f"{since}",
            found=self.found,
            meaning="a part of the register may be missing, or be there twice",
            advice="ask what has changed in the register since then; if nothing has, "
            "ask for a corrected delivery under a new date",
            owner=source.owner,
        )


def _lost(source: Source, people: _Change, since: str, thresholds: Thresholds) -> Check:
    allowed = widened(thresholds.people_lost_pct_fatal, thresholds.few, people.before)
    return Check(
        metric="people: lost, pct.",
        value=-people.pct,
        maximum=allowed,
        is_fatal=True,
        expected=f"at most {allowed:.0f} pct. fewer people than in {since}: a "
        "snapshot is complete in every delivery",
        found=people.found,
        meaning="the delivery is a part of the register alone, and citizens would "
        "leave the figures because of it",
        advice="do not build with it: ask for the whole register under a new date, "
        "and move this delivery away",
        owner=source.owner,
    )


def _shares(
    source: Source, delivery: Figures, previous: Figures, thresholds: Thresholds
) -> list[Check]:
    if thresholds.code_share_points is None:
        return []
    found = []
    for column, now in delivery.shares.items():
        before = previous.shares.get(column)
        n_now, n_before = sum(now.values()), sum((before or {}).values())
        if not n_now or not n_before:
            continue  # of no rows there are no shares; their number is judged above
        then = {code: percent(before.get(code, 0), n_before) for code in now | before}
        shares = {code: percent(now.get(code, 0), n_now) for code in then}
        points = {code: shares[code] - then[code] for code in then}
        code = max(points, key=lambda name: abs(points[name]))
        allowed = widened(
            thresholds.code_share_points, thresholds.few, min(n_now, n_before)
        )
        found.append(
            Check(
                metric=f"{column}: largest change of a share, points",
                value=abs(points[code]),
                maximum=allowed,
                is_fatal=False,
                expected="no code with a share more than "
                f"{allowed:.0f} percentage points from that in the delivery of "
                f"{previous.delivered}",
                found=f"'{code}' has {shares[code]:.1f} pct. of the rows, "
                f"{then[code]:.1f} then",
                meaning="a code may have been given another meaning, or rows of one "
                "kind may be missing",
                advice="ask whether the way of registering has changed",
                owner=source.owner,
            )
        )
    return found


def _steps(
    source: Source, delivery: Figures, previous: Figures, thresholds: Thresholds
) -> list[Check]:
    if delivery.newest is None or previous.newest is None:
        return []
    step = (delivery.newest - previous.newest).days
    found = []
    for is_fatal, least in (
        (False, thresholds.newest_step_days),
        (True, thresholds.newest_step_days_fatal),
    ):
        if least is not None:
            found.append(
                Check(
                    metric="days moved on",
                    value=step,
                    minimum=least,
                    is_fatal=is_fatal,
                    expected=f"{_newest(source)} "
                    + (
                        f"at least {least} days later than"
                        if least
                        else "no older than"
                    )
                    + f" in the delivery of {previous.delivered}",
                    found=f"{step:+,} days",
                    meaning="an older version of the register was delivered"
                    if is_fatal
                    else "the delivery holds nothing newer than the one before",
                    advice="do not build with it: ask for the newest version under a "
                    "new date, and move this delivery away"
                    if is_fatal
                    else "ask whether the right version was delivered",
                    owner=source.owner,
                )
            )
    return found
