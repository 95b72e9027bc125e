"""`labour-monitor replay`: every publication once more, from the deliveries into a new
database, and figure for figure against the one that was kept (P4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor import project, rule_data
from labour_monitor.compiled import STATE, CompiledProject
from labour_monitor.database import check_writable, opened
from labour_monitor.landing import contract, identity, secret
from labour_monitor.landing.deliveries import resolve_as_of
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.opening import examine
from labour_monitor.landing.paths import place

_KEPT = """
select distinct initiative, publication_date, as_of
from state.int_publications_kept
"""
_COMPARISON = """
select
    coalesce(kept.initiative, replayed.initiative) as initiative,
    coalesce(kept.publication_date, replayed.publication_date) as publication_date,
    count(*) as n_figures,
    count(*) filter (where kept.value is distinct from replayed.value) as n_differing
from kept.state.int_publications_kept as kept
full outer join state.int_publications_kept as replayed
    using (initiative, publication_date, area_type, area_code, data_month, measure)
group by all
having count(kept.value) > 0
order by publication_date, initiative
"""
_PARAMETERS = """
select name, digest
from state.int_run_inputs
where
    kind = 'parameter'
    and run_number = (select max(run_number) from state.int_publications_kept)
"""
_NEWER_CODE = """
select distinct inputs.name
from kept.state.int_run_inputs as inputs
inner join kept.state.int_publications_kept as publications
    on inputs.run_number = publications.run_number
where
    inputs.kind in ('rules', 'code', 'parameter')
    and not exists (
        select 1
        from landing.inputs as now
        where now.name = inputs.name and now.digest = inputs.digest
    )
order by inputs.name
"""


@dataclass(frozen=True)
class Publication:
    """A publication that is due, and the as-of date under which one was kept."""

    initiative: str
    publication_date: date
    kept_as_of: date | None


@dataclass
class Replay:
    """What the replay made and how it compares with what was kept."""

    made: list[Publication] = field(default_factory=list)
    impossible: dict[date, str] = field(default_factory=dict)
    compared: list[tuple[str, date, int, int]] = field(default_factory=list)
    newer_code: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_equal(self) -> bool:
        """Whether something was kept, and every figure of it came out again."""
        return bool(self.compared) and not any(
            n_differing for *_, n_differing in self.compared
        )


def due_publications(as_of: date) -> list[tuple[str, date]]:
    """Every publication that is due at a date (P2, P4), by initiative."""
    return [
        (publication.initiative, publication.publication_date)
        for publication in rule_data.publications()
        if publication.publication_date <= as_of
    ]


def kept_publications(database: Path) -> dict[tuple[str, date], date]:
    """As-of dates of the publications that a database keeps."""
    with opened(database) as connection:
        try:
            rows = connection.execute(_KEPT).fetchall()
        except duckdb.CatalogException:
            return {}
    return {(initiative, day): as_of for initiative, day, as_of in rows}


def replay(
    landing: Path,
    kept: Path,
    into: Path,
    progress: Callable[[str], None],
    only_kept: bool = False,
) -> Replay:
    """Make every publication that is due into a new database and compare.

    A publication that was kept is made under the as-of date of the run that kept it;
    one that was not, on the day on which it was due. What the deliveries do not allow
    (as where no DREAM reaches so far) is listed; where it was kept all the same, it
    differs.

    Args:
        landing: folder of the deliveries.
        kept: the database that keeps publications of the landing.
        into: the database to make; must not exist.
        progress: is told what is done.
        only_kept: leave out the publications that were never kept.

    Raises:
        FileExistsError: `into` exists.
        DatabaseError: `kept` cannot be read or was not built, or `into` cannot be
            written.
        LookupError: no publication can be made, or none was kept.
        LandingError: there is no landing, or `kept` was built from another one.
        OSError: the disk is full.
    """
    with opened(kept, needs=("landing.run",)) as connection:
        if fault := identity.fault_of_database(landing, connection):
            raise LandingError([fault])
    if into.exists():
        raise FileExistsError(f"{into} exists: a replay starts from an empty database")
    check_writable(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _replay(landing, kept, into, progress, only_kept)
    except BaseException:  # what was made of it would be in the way of the next one
        for file in (into, into.with_name(f"{into.name}.wal")):
            file.unlink(missing_ok=True)
        raise


def _replay(
    landing: Path,
    kept: Path,
    into: Path,
    progress: Callable[[str], None],
    only_kept: bool,
) -> Replay:
    begun = time.monotonic()
    known = kept_publications(kept)
    variables = kept_parameters(kept)
    newest = resolve_as_of(landing, contract.sources(), None)
    last = max([newest, *known.values()])
    publications = [
        Publication(initiative, day, known.get((initiative, day)))
        for initiative, day in due_publications(last)
        if not only_kept or (initiative, day) in known
    ]
    if not publications:
        raise LookupError(
            f"{kept} keeps no publication of {landing}: build the landing with this "
            "database first"
            if only_kept
            else f"no publication is due on {last}, when the deliveries of {landing} "
            "end"
        )
    by_date: dict[date, list[Publication]] = {}
    for publication in publications:
        as_of = publication.kept_as_of or publication.publication_date
        by_date.setdefault(as_of, []).append(publication)
    outcome = Replay()
    compiled: CompiledProject | None = None
    made: list[date] = []
    for number, as_of in enumerate(sorted(by_date), 1):
        names = ", ".join(
            f"{p.initiative} {p.publication_date}" for p in by_date[as_of]
        )
        try:
            if compiled is None:
                _check(landing, as_of, variables)
                compiled = CompiledProject(into, landing, str(as_of), **variables)
            else:
                compiled.run(str(as_of), until=STATE)
        except LandingError as error:
            outcome.impossible[as_of] = str(error.faults[0]).split(". What to do")[0]
            progress(f"{number} of {len(by_date)}: as of {as_of}: not possible")
            continue
        _forget_others(into, as_of, by_date[as_of])
        made.append(as_of)
        outcome.made += by_date[as_of]
        progress(f"{number} of {len(by_date)}: as of {as_of}: {names}")
    if compiled is None:
        raise LookupError(
            f"no publication can be made of {landing}: "
            + "; ".join(outcome.impossible.values())
        )
    progress(f"reports and receipts as of {made[-1]}")
    compiled.run(str(made[-1]))
    outcome.newer_code = newer_code(kept, into) if known else []
    outcome.compared = compare(kept, into) if known else []
    outcome.seconds = time.monotonic() - begun
    return outcome


def _forget_others(database: Path, as_of: date, wanted: list[Publication]) -> None:
    """Remove what a run kept before its time: a publication that the original runs kept
    under a later date is made under that one."""
    with duckdb.connect(str(database)) as connection:
        kept = connection.execute(
            "select distinct initiative, publication_date from "
            "state.int_publications_kept where as_of = ?",
            [as_of],
        ).fetchall()
        for initiative, day in kept:
            if not any(
                (p.initiative, p.publication_date) == (initiative, day) for p in wanted
            ):
                connection.execute(
                    "delete from state.int_publications_kept where "
                    "initiative = ? and publication_date = ?",
                    [initiative, day],
                )


def kept_parameters(database: Path) -> dict[str, str]:
    """The vars under which the newest publication was kept, where they are not the
    project's own. A var that the project has no more is not among them."""
    with opened(database) as connection:
        try:
            rows = connection.execute(_PARAMETERS).fetchall()
        except duckdb.CatalogException:
            return {}
    own = project.variables()
    return {
        name: value for name, value in rows if name in own and str(own[name]) != value
    }


def newer_code(kept: Path, replayed: Path) -> list[str]:
    """Rule data, code and vars that are not those of every kept publication."""
    with _side_by_side(kept, replayed) as connection:
        rows = connection.execute(_NEWER_CODE).fetchall()
    return [name for (name,) in rows]


def _check(landing: Path, as_of: date, given: dict[str, str]) -> None:
    """Whether a run could start: asked before dbt is, whose messages are longer.

    Raises:
        LandingError: all faults of what it would read.
    """
    variables = project.variables() | given
    faults = examine(str(landing), str(as_of), variables["exemption_list"]).faults
    faults = [*faults, *secret.faults(identity.is_synthetic(landing))]
    if faults:
        raise LandingError(faults)


@contextmanager
def _side_by_side(kept: Path, replayed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Both databases, the one kept as `kept`, whatever their files are called."""
    with duckdb.connect() as connection:
        for path, name in ((kept, "kept"), (replayed, "replayed")):
            connection.execute(f"attach {place(path)} as {name} (read_only)")
        connection.execute("use replayed")
        yield connection


def compare(kept: Path, replayed: Path) -> list[tuple[str, date, int, int]]:
    """Initiative, publication date, number of figures and of those that differ, of each
    publication that was kept."""
    with _side_by_side(kept, replayed) as connection:
        return connection.execute(_COMPARISON).fetchall()


def report(outcome: Replay) -> str:
    """What was made, what could not be, and whether it is what was kept."""
    lines = [f"{len(outcome.made)} publications made in {outcome.seconds:.0f} s"]
    filled = [p for p in outcome.made if p.kept_as_of is None]
    if filled:
        lines.append(f"{len(filled)} of them were never kept: no run was made in time")
    for as_of, message in outcome.impossible.items():
        lines.append(f"as of {as_of} there is none to make: {message}")
    for initiative, day, n_figures, n_differing in outcome.compared:
        if n_differing:
            lines.append(
                f"{initiative}, published {day}: {n_differing:,} of {n_figures:,} "
                "figures are NOT those that were kept"
            )
    if outcome.newer_code:
        lines.append(
            "not all of them were kept under the rules, code and vars of this replay: "
            + ", ".join(outcome.newer_code)
        )
    n_figures = sum(n for _, _, n, _ in outcome.compared)
    if not outcome.compared:
        lines.append("nothing was kept of this landing, so nothing was compared")
    elif outcome.is_equal:
        lines.append(
            f"all {n_figures:,} figures of {len(outcome.compared)} kept publications "
            "came out again, figure for figure"
        )
    return "\n".join(lines)
