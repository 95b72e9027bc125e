"""`labour-monitor publish`: an edition is written aside, audited, and published."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor import disclosure, disclosure_audit, project
from labour_monitor.database import opened
from labour_monitor.disclosure_audit import exposures
from labour_monitor.editions import (
    continuity,
    contracts,
    memory,
    naming,
    origin,
    package,
    reading,
    readme,
    reports,
    shelf,
    tables,
    writing,
)
from labour_monitor.editions.contracts import DISCLOSURE, Table
from labour_monitor.editions.origin import Origin
from labour_monitor.editions.package import About, Shown
from labour_monitor.editions.refusal import EditionError
from labour_monitor.editions.shelf import Published, Shelf
from labour_monitor.editions.tables import HOUSE, PUBLIC
from labour_monitor.files import read_json
from labour_monitor.landing.paths import parquet
from labour_monitor.progress import Progress
from labour_monitor.report import rendering
from labour_monitor.report.document import Delivery, MadeBy
from labour_monitor.report.rendering import Render

STAGES = (
    "tables of the edition",
    "what the public is shown",
    "files",
    "audit as a reader",
    "audit of disclosure",
    reports.STAGE,
)
_NEWEST = """
select initiative_name, max(publication_date)
from main.fct_publication
inner join main.dim_initiative using (initiative)
group by initiative_name
order by initiative_name
"""
_DELIVERIES = """
select distinct initiative, publication_date, source, delivered_date
from main.fct_receipt
where kind = 'delivery'
order by all
"""
_RULES = """
select
    initiative, publication_date, exemption_list, has_example_participants,
    requirement_pct, lower_requirement_pct,
    requirement_first_month, requirement_last_month
from main.dim_publication
order by all
"""
_HAS_EXAMPLE = """
select coalesce(bool_or(is_example), false)
    or exists (from main.dim_publication where has_example_participants)
from main.dim_participation
"""
"""Whether a list of participants in the edition is an example: today's, or that of a
publication, which keeps its own (P4)."""
_MOST_EXPOSURES = 20


@dataclass(frozen=True)
class Edition:
    """What was published. `is_new` is false where it lay there already."""

    into: Path
    name: str
    is_new: bool
    shown: Shown
    """All tables of the public part together."""

    @property
    def folder(self) -> Path:
        return self.into / shelf.EDITIONS / self.name


def into_of(database: Path) -> Path:
    """Where the editions of a database lie: `published` beside it."""
    return database.parent / "published"


Rendering = Callable[[], AbstractContextManager[Render]]
"""What makes reports until its block ends."""


def publish(
    database: Path,
    into: Path,
    progress: Progress,
    as_of: str | None = None,
    renders: Rendering = rendering.beside,
    reads: reading.Auditing = reading.beside,
) -> Edition:
    """Make an edition of a database, and let `current` name it.

    Args:
        database: the DuckDB file that a build has made.
        into: the folder of the editions.
        progress: told of the stages.
        as_of: the as-of date of the tables, where newer deliveries are left out on
            purpose.
        renders: makes the reports.
        reads: audits the files as a reader.

    Raises:
        DatabaseError: the database cannot be read.
        EditionError: nothing was published; what `current` names is as it was.
        OSError: a file cannot be read or written.
    """
    marts = contracts.marts()
    limit = project.disclosure_limit()
    known = origin.examine(database, marts, as_of)
    place = Shelf(into)
    place.refuse_place(known.landing)
    with place.alone(progress.say):
        there = place.published(known.landing_id)
        with opened(database, read_only=False) as connection:  # as it must be later
            remembered = memory.recall(connection)
        memory.refuse_forgotten(remembered, into, there)
        if said := memory.elsewhere(remembered, into, there):
            progress.say(said, is_error=True)
        with place.aside() as aside:
            edition = _made(
                *(database, marts, place, aside, there, known, limit, progress),
                *(renders, reads),
            )
        _write_down(database, edition, [*there, place.edition(edition.name)])
        before = place.current()
        if before != edition.name:
            place.point_at(edition.name)
            if said := _said_of_replaced(before, edition.name):
                progress.say(said, is_error=True)
    return edition


def _said_of_replaced(before: str | None, now: str) -> str | None:
    """What the user should know where `current` named an edition of a later date."""
    day_before, day_now = (name[: len("YYYY-MM-DD")] for name in (before or "", now))
    if day_before <= day_now:
        return None
    return (
        f"current named an edition as of a later date, {before}; now it names {now}. A "
        "run with an earlier as-of date keeps no publication (P4): the reports of this "
        "edition are those that were kept last, beside facts of an earlier day. What "
        f"to do, where that is not meant: build as of {day_before} again"
    )


def _made(
    database: Path,
    marts: list[Table],
    place: Shelf,
    aside: Path,
    there: list[Published],
    known: Origin,
    limit: int,
    progress: Progress,
    renders: Rendering,
    reads: reading.Auditing,
) -> Edition:
    """The edition with this content: one of those that lie there, or a new one."""
    of_house, of_public = contracts.house(marts), contracts.public(marts)
    undecided = [table for table in of_house if table.name != DISCLOSURE]
    (decided,) = (table for table in of_house if table.name == DISCLOSURE)
    folders = [published.folder for published in there]
    with closing(tables.open_house(database, undecided)) as house:
        with progress.stage(STAGES[0]):
            writing.write_files(house, "main", undecided, aside / HOUSE)
            about = _about(house, known, limit)
            writers = writing.writers() | rendering.writers()
            # Not the editions before it: with them the same content would be another.
            says = {**asdict(about), "tables": marts, "writers": writers}
            content = naming.content(aside / HOUSE, says)
        if said := continuity.examine(house, there, place.into):
            progress.say(said, is_error=True)
        for published in there:
            if published.content == content:
                progress.n_ended += len(STAGES) - 1
                return _already(place.into, published)
        # The report of each part is made, and the audit as a reader, while the rest
        # goes on.
        with (
            reports.made(renders(), "Nothing was published.") as render,
            reads() as begin_audit,
        ):
            reports.begin(render, aside / HOUSE, about)
            with progress.stage(STAGES[1]):
                try:
                    decision = disclosure.decide(house, folders, limit)
                except disclosure.DisclosureError as error:
                    raise EditionError(f"Nothing was published. {error}") from None
                tables.add_decision(house, decided, decision)
                tables.add_public(house, of_public)
            with progress.stage(STAGES[2]):
                writing.write_files(house, "main", [decided], aside / HOUSE)
                writing.write_files(house, PUBLIC, of_public, aside / PUBLIC)
                reports.begin(render, aside / PUBLIC, about)
                parts = {aside / HOUSE: of_house, aside / PUBLIC: of_public}
                writing.write_databases(parts)
                earlier = {published.name: published.digest for published in there}
                about = replace(about, content=content, earlier=earlier)
                counts = package.shown(house, of_public)
                n_rows = _rows(house, of_house, of_public)
            progress.begin(STAGES[3])
            read = begin_audit(aside, of_house, of_public, n_rows, known.as_of)
            try:
                with progress.stage(STAGES[4]):
                    _audit_disclosure(aside, folders, limit)
            finally:
                read()  # files that are not as they must be are told of first
            progress.end(STAGES[3])
            progress.begin(STAGES[5])
    reports.audit(aside)
    _write_beside(parts, about, counts)
    name = naming.name(known.as_of, aside)
    _write_beside(parts, replace(about, edition=name), counts)
    for folder in parts:
        shelf.write_checksums(folder)
    progress.end(STAGES[5])
    place.put(aside, name)
    return Edition(place.into, name, True, package.total(counts))


def _write_beside(
    parts: dict[Path, list[Table]], about: About, counts: dict[str, Shown]
) -> None:
    """Write what lies beside the tables of each part."""
    for folder, of_part in parts.items():
        package.write_package(folder, folder.name, about, of_part)
        package.write_disclosure(folder, folder.name, about, counts)
        readme.write(folder, folder.name, about)


def _about(house: duckdb.DuckDBPyConnection, known: Origin, limit: int) -> About:
    newest: dict[str, date] = dict(house.execute(_NEWEST).fetchall())
    ((has_example,),) = house.execute(_HAS_EXAMPLE).fetchall()
    return About(
        edition="",
        content="",
        as_of=known.as_of,
        landing_id=known.landing_id,
        limit=limit,
        is_synthetic=known.is_synthetic,
        has_example_participants=has_example,
        newest=newest,
        earlier={},
        deliveries=tuple(
            Delivery(*row) for row in house.execute(_DELIVERIES).fetchall()
        ),
        rules=tuple(MadeBy(*row) for row in house.execute(_RULES).fetchall()),
    )


def _rows(
    house: duckdb.DuckDBPyConnection,
    of_house: list[Table],
    of_public: list[Table],
) -> dict[str, dict[str, int]]:
    def counted(schema: str, of_part: list[Table]) -> dict[str, int]:
        return {
            table.name: house.execute(
                f"select count(*) from {schema}.{table.name}"
            ).fetchall()[0][0]
            for table in of_part
        }

    return {HOUSE: counted("main", of_house), PUBLIC: counted(PUBLIC, of_public)}


def _audit_disclosure(aside: Path, earlier: list[Path], limit: int) -> None:
    """Raises EditionError where somebody could be recognised, or where that cannot be
    known since figures do not add up."""
    exposed = disclosure_audit.audit(aside, earlier, limit)
    if not exposed:
        return
    do_not_add_up = [found for found in exposed if found.problem == exposures.NO_SUM]
    if do_not_add_up:
        raise EditionError(
            f"Nothing was published. {len(do_not_add_up)} counts do not add up by "
            "the rules of their publication (marts.dim_publication_status), the first "
            f"{do_not_add_up[0]}. What to do: where a version before has kept it, "
            "which did not keep whether a status counts, put "
            "seeds/rules/result_schemes.csv back as it was then, and build; else "
            "report it with this line"
        )
    lines = [f"  {found}" for found in exposed[:_MOST_EXPOSURES]]
    if len(exposed) > _MOST_EXPOSURES:
        lines.append(f"  and {len(exposed) - _MOST_EXPOSURES} more")
    raise EditionError(
        f"Nothing was published. The audit of disclosure found {len(exposed)} places "
        f"by which counts of 1 to {limit - 1} could be known, with everything that "
        "was published before. What to do: report it with these lines, and go on with "
        "the edition before.\n" + "\n".join(lines)
    )


def _already(into: Path, published: Published) -> Edition:
    found = read_json(published.folder / HOUSE / package.DISCLOSURE_FILE)["total"]
    counts = Shown(
        found["cells"],
        found["shown"],
        found["shown_and_zero"],
        found["not_applicable"],
        found["hidden_as_small"],
        found["hidden_to_protect_others"],
    )
    return Edition(into, published.name, False, counts)


def _write_down(
    database: Path, edition: Edition, on_the_shelf: list[Published]
) -> None:
    """Put into the database what it does not know yet: the editions of the shelf, and
    the decision of this one into `marts.fct_disclosure`."""
    with opened(database, read_only=False) as connection:
        connection.execute("begin")
        memory.remember(connection, edition.into, on_the_shelf)
        _keep_decision(connection, edition.folder)
        connection.execute("commit")


def _keep_decision(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Replace the decision in `marts.fct_disclosure` where that of an edition is
    another one."""
    wanted = parquet(folder / HOUSE / f"{DISCLOSURE}.parquet")
    there = f"marts.{DISCLOSURE}"
    ((n,),) = connection.execute(
        f"select (select count(*) from (from {there} except all from {wanted})) + "
        f"(select count(*) from (from {wanted} except all from {there}))"
    ).fetchall()
    if n:
        connection.execute(f"delete from {there}")
        connection.execute(f"insert into {there} by name from {wanted}")


def summary(edition: Edition) -> str:
    """What was published, and how much of it is hidden, for a person to read."""
    shown = edition.shown
    pct = 100 * shown.n_hidden / max(shown.n_cells - shown.n_not_applicable, 1)
    what = "published" if edition.is_new else "published before, with the same content"
    return (
        f"Edition {edition.name}, {what}: {edition.into / shelf.CURRENT}\n"
        f"  house: complete, for the authority; public: {shown.n_shown:,} figures "
        f"shown ({shown.n_zero:,} of them zero), {shown.n_hidden:,} hidden "
        f"({pct:.1f} pct.: {shown.n_small:,} small, {shown.n_others:,} to protect "
        "others)"
    )
