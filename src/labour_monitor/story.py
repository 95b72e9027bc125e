"""`labour-monitor story`: what becomes of the figures when registers arrive late, are
corrected or deleted, and when somebody tries to change the cohort. Each chapter says
what should happen, what did, and stops the story where they differ."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from labour_monitor import project, replaying, rule_data, verifying
from labour_monitor.cohort import proofs
from labour_monitor.compiled import CompiledProject, DbtError
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.paths import parquet, place
from labour_monitor.synthetic import generate

CITIZENS = 1_000
MONTH = "2020-12-01"
"""The month of which all publications of the story tell: December 2020."""

_REVISIONS = """
select
    revision.measure,
    revision.value - revision.previous_value as n_change,
    string_agg(distinct cause.cause || ' ' || cause.source, ', ')
from marts.fct_revision as revision
left join marts.fct_revision_cause as cause
    using (initiative, publication_date, area_type, area_code, data_month, measure)
where
    revision.initiative = 'afklaringspuljen'
    and revision.area_code = 'hele_landet'
    and revision.publication_date = $published
    and revision.data_month = $month
group by all
order by revision.measure
"""


class StoryError(AssertionError):
    """A chapter did not end as it should."""


def _write(sql: str, file: Path) -> None:
    """The rows of a query as a Parquet file."""
    duckdb.execute(f"copy ({sql}) to {place(file)} (format parquet)")


@dataclass
class Story:
    """A landing, a database of it, and what has been told so far."""

    folder: Path
    tell: Callable[[str], None]
    compiled: CompiledProject = field(init=False)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def database(self) -> Path:
        return self.folder / "monitoring.duckdb"

    def query(self, sql: str, **parameters: object) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def file(self, source: str, delivered: str) -> Path:
        return next(
            (self.landing / source / f"delivered={delivered}").glob("*.parquet")
        )

    def deliver(self, source: str, delivered: str, sql: str) -> None:
        """A delivery with the rows of a query; it appears at once."""
        folder = self.landing / source / f"delivered={delivered}"
        coming = self.landing / f".{source}"
        coming.mkdir()
        _write(sql, coming / f"{source}.parquet")
        coming.rename(folder)

    def exempt(self, n_members: int) -> None:
        """Exemptions of some members in December, in a delivery not yet read."""
        keys = self.query(
            f"select citizen_key from marts.fct_cohort order by all limit {n_members}"
        )
        file = self.file("fritagelser", "2021-02-25")
        coming = file.with_suffix(".coming")
        _write(
            f"""
            select * from {parquet(file)}
            union all by name
            select
                pnr, 'barsel' as fritagelse_kode, date '2020-11-15' as fra_dato,
                date '2021-01-15' as til_dato
            from {parquet(self.file("dream", "2020-09-28"))}
            where
                {proofs.citizen_key_sql("pnr", project.citizen_key_secret())} in
                ({", ".join(f"'{key}'" for (key,) in keys)})
            """,
            coming,
        )
        coming.rename(file)

    def person(self, condition: str) -> tuple[str, str]:
        """Person number and citizen key of a cohort member in December 2020, found by a
        condition on `fct_citizen_month`. Neither is ever told."""
        key = self.query(
            f"""
            select min(citizen_key) from marts.fct_citizen_month
            where
                initiative = 'afklaringspuljen' and data_month = date '{MONTH}'
                and {condition}
            """
        )[0][0]
        _expect("somebody to tell of", key is not None, condition)
        its_key = proofs.citizen_key_sql("pnr", project.citizen_key_secret())
        pnr = duckdb.execute(
            f"select pnr from {parquet(self.file('dream', '2020-09-28'))} "
            f"where {its_key} = $key",
            {"key": key},
        ).fetchall()[0][0]
        return pnr, key

    def revisions(self, published: str) -> dict[str, tuple[int, str]]:
        """What a publication says otherwise of December 2020 in the whole country, and
        why: by measure the change and its causes."""
        rows = self.query(_REVISIONS, published=published, month=MONTH)
        return {measure: (n_change, causes) for measure, n_change, causes in rows}


def _expect(what: str, is_so: bool, seen: object) -> None:
    if not is_so:
        raise StoryError(f"expected {what}; seen: {seen}")


def tell(folder: Path, say: Callable[[str], None]) -> Story:
    """Tell the whole story in an empty folder; what it left there.

    Raises:
        StoryError: a chapter did not end as it should.
        FileExistsError: the folder has something in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: choose another folder")
    story = Story(folder, say)
    for number, chapter in enumerate(CHAPTERS, 1):
        title, _, text = chapter.__doc__.partition("\n")
        say(f"{number}. {title}")
        if text.strip():
            say("   " + " ".join(text.split()))
        say(f"   -> {chapter(story)}")
    say("The end: everything happened as expected.")
    return story


def _lock(story: Story) -> str:
    """The cohort is locked

    The first run on or after 1 October 2020 draws the cohort of Afklaringspuljen and
    writes how many there are, and a keyed digest, beside the deliveries (C8)."""
    generate(story.landing, citizens=CITIZENS, monthly=True)
    story.compiled = CompiledProject(story.database, story.landing, "2020-10-01")
    (count,) = story.query("select count(*) from marts.fct_cohort")[0]
    control = story.landing / rule_data.locked_cohorts()[0].control_file
    _expect("a locked cohort and its control file", count and control.exists(), count)
    return f"locked: {count} members; {control.name} is written"


def _first_publication(story: Story) -> str:
    """The first publication

    At the end of February 2021 the figures of December 2020 are published and kept for
    good (P2, P4)."""
    story.exempt(n_members=3)
    story.compiled.run("2021-02-28")
    rows = story.query(
        """
        select count(*), max(value) filter (
            where area_code = 'hele_landet' and measure = 'n_fulfilled'
        )
        from marts.fct_publication
        where initiative = 'afklaringspuljen' and publication_date = date '2021-02-28'
        """
    )
    _expect("a kept publication", rows[0][0] > 0, rows)
    return f"kept: {rows[0][0]:,} figures; {rows[0][1]} fulfil the requirement"


def _late_wage(story: Story) -> str:
    """A wage report comes late

    An employer reports in March 2021 what somebody on kontanthjælp earned in December.
    The publication of March counts that citizen, that of February stays as it was: a
    revision whose cause is `late`."""
    pnr, _ = story.person(
        "is_measured and not has_loen_med_ydelse and has_kontanthjaelp_aktivitetsparat "
        "and status = 'kontanthjaelp_aktivitetsparat'"
    )
    story.deliver(
        "eindkomst",
        "2021-03-15",
        f"""
        select
            'a late report' as indberetning_id, '{pnr}' as pnr,
            '99999999' as ajo_cvr_nr, 2020 as vmo_basis_aar, 12 as vmo_basis_maaned,
            '00' as vmo_indkomst_type_kode, 20.0 as ajo_loentimer,
            3000.0 as ajo_smalt_loenbeloeb, 'O' as ansaettelse_kode,
            cast(null as varchar) as vmo_tilbagefoersel_kode
        """,
    )
    kept = _kept_of(story, "2021-02-28")
    story.compiled.run("2021-03-31")
    revisions = story.revisions("2021-03-31")
    cause = "late eindkomst"
    expected = {
        "n_fulfilled": (1, cause),
        "status:kontanthjaelp_aktivitetsparat": (-1, cause),
        "status:loennede_timer": (1, cause),
    }
    _expect(str(expected), revisions == expected, revisions)
    _expect("February as kept", kept == _kept_of(story, "2021-02-28"), "other figures")
    return _told(revisions)


def _corrected_benefit(story: Story) -> str:
    """A benefit is corrected

    A later delivery says that somebody had foertidspension all the time, where the ones
    before it said kontanthjælp: a revision whose cause is `corrected`."""
    pnr, _ = story.person(
        "is_measured and status = 'kontanthjaelp_aktivitetsparat' and not is_fulfilled"
    )
    newest = story.file("ydelser", "2021-02-25")
    story.deliver(
        "ydelser",
        "2021-04-15",
        f"""
        select * replace (
            case
                when pnr = '{pnr}' and coalesce(til_dato, '9999-12-31') >= '{MONTH}'
                    then 'foertidspension'
                else ydelse_kode
            end as ydelse_kode
        )
        from {parquet(newest)}
        """,
    )
    story.compiled.run("2021-04-30")
    revisions = story.revisions("2021-04-30")
    cause = "corrected ydelser"
    expected = {
        "n_fulfilled": (1, cause),
        "status:foertidspension": (1, cause),
        "status:kontanthjaelp_aktivitetsparat": (-1, cause),
    }
    _expect(str(expected), revisions == expected, revisions)
    return _told(revisions)


def _deleted_exemption(story: Story) -> str:
    """An exemption is deleted

    A record that is not in a newer delivery is gone from that day on. The citizen is
    measured again in the next publication; what was published with it stays."""
    pnr, key = story.person("is_exempt")
    (status, counts), *_ = story.query(
        """
        select status, bool_or(counts)
        from marts.fct_citizen_month
        inner join marts.dim_status using (initiative, status)
        where
            initiative = 'afklaringspuljen'
            and data_month = $month
            and citizen_key = $key
        group by status
        """,
        month=MONTH,
        key=key,
    )
    newest = story.file("fritagelser", "2021-02-25")
    story.deliver(
        "fritagelser",
        "2021-05-15",
        f"select * from {parquet(newest)} where pnr is distinct from '{pnr}'",
    )
    kept = _kept_of(story, "2021-04-30")
    story.compiled.run("2021-05-31")
    revisions = story.revisions("2021-05-31")
    cause = "corrected fritagelser"
    expected = {
        "n_exempt": (-1, cause),
        "n_measured": (1, cause),
        f"status:{status}": (1, cause),
    }
    if counts:
        expected["n_fulfilled"] = (1, cause)
    _expect(str(expected), revisions == expected, revisions)
    _expect("April as kept", kept == _kept_of(story, "2021-04-30"), "other figures")
    return _told(revisions)


def _attempt(story: Story) -> str:
    """Somebody tries to change the cohort

    One member is taken out of the DREAM that the cohort was drawn from. The database
    knows that the delivery is not the one that it read; a new database is held to the
    control file. Both refuse, name no person, and change nothing."""
    before = story.query("select count(*), min(citizen_key) from marts.fct_cohort")
    kept = _kept_of(story, "2021-05-31")
    dream = story.file("dream", "2020-09-28")
    original = story.folder / "dream.original.parquet"
    shutil.copy2(dream, original)
    pnr, key = story.person("true")
    _write(
        f"select * from {parquet(original)} where pnr is distinct from '{pnr}'", dream
    )
    first = _refusal(lambda: story.compiled.run("2021-06-30"), LandingError)
    _expect(
        "a delivery that changed after it was read",
        "source dream, delivery 2020-09-28" in first and "an earlier run read" in first,
        first,
    )
    second = _refusal(
        lambda: CompiledProject(
            story.folder / "new" / story.database.name,
            story.landing,
            "2021-06-30",
            select=["+fct_cohort"],
        ),
        DbtError,
    )
    _expect("the control file to refuse", "(C8)" in second, second)
    _expect("no person in the messages", pnr not in first + second, "a person")
    _expect("no person in the messages", key not in first + second, "a citizen key")
    shutil.copy2(original, dream)
    after = story.query("select count(*), min(citizen_key) from marts.fct_cohort")
    _expect("the cohort as it was", before == after, after)
    _expect("May as kept", kept == _kept_of(story, "2021-05-31"), "other figures")
    what_changed = first.splitlines()[1].split(". What to do")[0].split("1. ")[1]
    told = next(line for line in second.splitlines() if "(C8)" in line)
    who_left = told.split(": ", 1)[1].split(". Find")[0]
    return f"refused twice: {what_changed}; and {who_left}"


def _receipts(story: Story) -> str:
    """The receipts are verified

    Every publication has a receipt: what was read, with which rules and code, what came
    out. All of it is still so, after everything that was tried."""
    found = verifying.verify(story.database, story.landing, lambda _: None)
    wrong = [v for v in found if v.differences]
    _expect("every receipt to hold", found and not wrong, verifying.report(wrong))
    return f"{len(found)} receipts hold"


def _replay(story: Story) -> str:
    """The whole history is replayed

    Every publication is made once more, from the deliveries into a new database, under
    the as-of date of the run that kept it, and compared figure for figure (P4)."""
    outcome = replaying.replay(
        story.landing,
        story.database,
        story.folder / "replayed" / story.database.name,
        lambda _: None,
        only_kept=True,
    )
    _expect("the same figures", outcome.is_equal, replaying.report(outcome))
    return replaying.report(outcome).splitlines()[-1]


CHAPTERS = (
    _lock,
    _first_publication,
    _late_wage,
    _corrected_benefit,
    _deleted_exemption,
    _attempt,
    _receipts,
    _replay,
)


def _kept_of(story: Story, published: str) -> list[tuple]:
    return story.query(
        "select * from marts.fct_publication where publication_date = $published "
        "order by all",
        published=published,
    )


def _refusal(attempt: Callable[[], object], error: type[Exception]) -> str:
    try:
        attempt()
    except error as refused:
        return str(refused)
    raise StoryError("expected a refusal; seen: the run went on")


def _told(revisions: dict[str, tuple[int, str]]) -> str:
    return "; ".join(
        f"{measure} {n_change:+d} ({causes})"
        for measure, (n_change, causes) in revisions.items()
    )
