"""A run, known by itself: its number, its inputs as one digest, and what it may build
on.

One database serves one landing. Every run has a number; every model and seed of the
database says which run made it and from what. A run that would keep a figure, or show
one in a mart, goes on only where all that the figure rests on was made from the inputs
of the run itself: from this landing, date, rules and code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from labour_monitor.landing import identity
from labour_monitor.landing.faults import Fault
from labour_monitor.landing.inputs import DeliveredFile, Input
from labour_monitor.landing.paths import literal
from labour_monitor.rule_data import Publication

LAYERS_KEPT_OF_DELIVERIES = ("models/staging/", "models/intermediate/")
"""Where a table to which dbt adds is one that keeps what follows from a delivery."""

LAYERS_THAT_SHOW = ("models/state/", "models/published/", "models/marts/")
"""What lies here keeps figures or shows them. Staging and intermediate are work tables,
which a developer may make one by one."""

Rows = Sequence[Sequence]

FETCHED = "landing.fetched_tables"
"""In a file of tables that another engine has made (`fetching`): their names."""

RULES_KEPT = "int_publication_rules_kept"
"""The model of the rules by which each publication is read (P4)."""

KINDS_OF_RULES = ("rules", "code", "parameter")
"""What decides figures beside the deliveries and the cohort."""

Content = dict[tuple[str, str], str]
"""By kind and name: the digest, or the value of a var."""

QUESTIONS = {
    "run": (
        "landing.built",  # version 1.0 had a relation `run` of another form
        "select run_number, landing_id, landing_path, is_landing_marked, "
        "cast(as_of_date as string), cast(started_at as string), inputs_digest, "
        "is_complete, is_tested from landing.run",
    ),
    "built": ("landing.built", "select node, run_number, digest from landing.built"),
    "kept_runs": (
        "state.int_runs",
        "select max(run_number), max(landing_id), cast(max(as_of) as string) "
        "from state.int_runs",
    ),
    "kept_with": (
        "state.int_publications_kept",
        "with newest as (select initiative, max(publication_date) as publication_date "
        "from state.int_publications_kept group by initiative), "
        "kept as (select kept.initiative, kept.publication_date, kept.run_number "
        "from state.int_publications_kept as kept inner join newest "
        "on kept.initiative = newest.initiative "
        "and kept.publication_date = newest.publication_date "
        "group by kept.initiative, kept.publication_date, kept.run_number) "
        "select kept.initiative, cast(kept.publication_date as string), inputs.kind, "
        "inputs.name, inputs.digest "
        "from kept inner join state.int_run_inputs as inputs "
        "on kept.run_number = inputs.run_number "
        f"where inputs.kind in {KINDS_OF_RULES}",
    ),
    "made_by": (
        "state.int_publications_kept",
        "with kept as (select initiative, publication_date, max(run_number) as "
        "run_number from state.int_publications_kept "
        "group by initiative, publication_date) "
        "select kept.initiative, cast(kept.publication_date as string), inputs.name, "
        "inputs.digest from kept inner join state.int_run_inputs as inputs "
        "on kept.run_number = inputs.run_number where inputs.kind = 'rules'",
    ),
    "with_rules": (
        f"state.{RULES_KEPT}",
        "select initiative, cast(publication_date as string) "
        f"from state.{RULES_KEPT} group by initiative, publication_date",
    ),
    "locked": (
        "state.int_cohort_locked",
        "select initiative from state.int_cohort_locked group by initiative",
    ),
    "unconfirmed_locks": (
        "landing.unconfirmed_locks",
        "select initiative from landing.unconfirmed_locks",
    ),
    "files": (
        "state.int_run_inputs",
        "select source, cast(delivered_date as string), name, n_bytes, modified_ns, "
        "digest from (select *, row_number() over (partition by source, "
        "delivered_date, name order by run_number) as reading from "
        "state.int_run_inputs where kind = 'delivery') as readings where reading = 1",
    ),
    "opened": (
        "landing.inputs",
        "select kind, source, cast(delivered_date as string), name, n_bytes, "
        "modified_ns, digest from landing.inputs where kind in ('delivery', 'code')",
    ),
    "old_form": (
        "intermediate.int_run_inputs",
        "select count(*) from intermediate.int_run_inputs",
    ),
    "secret_check": (
        "landing.secret_check",
        "select secret_check from landing.secret_check",
    ),
    "fetched": (FETCHED, f"select count(*) from {FETCHED}"),
    "kept": (
        "landing.deliveries_kept",
        "select model, delivery_key, keeping_number, content "
        "from landing.deliveries_kept",
    ),
}
"""What a run asks its database before it starts: the relation that must be there, and
the query."""

TABLES_KEPT = "tables kept"
"""The answer that names the tables that are there, of those that keep what follows from
a delivery."""
KEPT_OF_CITIZENS = "stg_eindkomst__kept_rows"
"""The one of them that has the rows of those who can matter alone, so that a run adds
to a delivery that was read before: a row has the number of the run that added it."""
ROWS_KEPT = "rows kept"
"""The answer that has, of each of these tables, its name, each key of a delivery in it
and a number of its content: of the runs that came to their end."""

NOTHING = "0 0"
"""Of a delivery of which a table has no row."""

QUESTION_OF_SECRET = {"secret_check": QUESTIONS["secret_check"]}
"""What is asked by who makes no run, and must not make keys of another secret."""

QUESTIONS_AT_END = {
    "digests": (
        "intermediate.int_cohort_digests",
        "select initiative, municipality_code, n_members, digest "
        "from intermediate.int_cohort_digests",
    ),
    "without_receipt": (
        "state.int_receipts_kept",
        "select initiative, cast(publication_date as string) "
        "from state.int_publications_kept except "
        "select initiative, cast(publication_date as string) "
        "from state.int_receipts_kept",
    ),
}
"""What a run asks when it ends: the cohort that it has made (C8), and the publications
that have no receipt yet (P4)."""


@dataclass(frozen=True)
class LastRun:
    """The run that the relations of the landing are of."""

    number: int
    landing_id: str
    landing_path: str
    is_landing_marked: bool
    as_of: date
    started_at: datetime
    inputs_digest: str
    is_complete: bool
    is_tested: bool


@dataclass(frozen=True)
class Made:
    """The run that made a model or seed, and a digest of what it was made from."""

    run_number: int
    digest: str


@dataclass(frozen=True)
class Known:
    """What a database knows of the runs before; nothing where it is new."""

    last: LastRun | None = None
    built: dict[str, Made] = field(default_factory=dict)
    newest_kept: int = 0
    kept_landing_id: str | None = None
    newest_as_of: date | None = None
    kept_with: dict[tuple[str, date], Content] = field(default_factory=dict)
    """Of the newest publication of each initiative by which rules, code and vars it was
    made."""
    without_rules: dict[tuple[str, date], dict[str, str]] = field(default_factory=dict)
    """By initiative and date of a publication that was kept without its rules: the
    digests of the rule data by which it was made, by the name of the seed."""
    locked: frozenset[str] = frozenset()
    unconfirmed_locks: frozenset[str] = frozenset()
    """The initiatives whose cohort was drawn by runs alone that did not succeed: their
    members may be in the database, and no successful build has locked them (C8)."""
    files: tuple[DeliveredFile, ...] = ()
    opened: tuple[Input, ...] = ()
    """The files of deliveries, and the code, that the last run to start has read. It
    found all of them sound, and need not have come to its end."""
    secret_check: str | None = None
    """Of the secret by which the last run made citizen keys (`lock.secret_check`)."""
    is_of_old_form: bool = False
    is_fetched: bool = False
    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is kept of deliveries: the content of each table and delivery key
    (`landing.keeping`), of those that are as the run left them that made them."""
    keeping_number: int = 0
    tables_kept: frozenset[str] = frozenset()
    """The tables that keep something of deliveries, of those that are there."""

    @property
    def landing_id(self) -> str | None:
        """The landing that the database serves; None while it keeps nothing of one."""
        if self.kept_landing_id is None and self.locked and self.last:
            return self.last.landing_id
        return self.kept_landing_id

    @property
    def is_landing_marked(self) -> bool:
        return self.last is not None and self.last.is_landing_marked


def known(answers: dict[str, Rows]) -> Known:
    """What the answers to `QUESTIONS` say; a question that was not asked has none."""
    last = None
    for row in answers.get("run", ()):
        number, landing_id, path, marked, as_of, started, digest, *flags = row
        last = LastRun(
            int(number),
            landing_id,
            path,
            bool(marked),
            date.fromisoformat(as_of),
            datetime.fromisoformat(started),
            digest,
            *map(bool, flags),
        )
    ((newest, landing_id, as_of),) = answers.get("kept_runs") or ((None,) * 3,)
    kept_with: dict[tuple[str, date], Content] = {}
    for initiative, day, kind, name, content in answers.get("kept_with", ()):
        of_publication = kept_with.setdefault((initiative, date.fromisoformat(day)), {})
        of_publication[kind, name] = content
    with_rules = {
        (initiative, date.fromisoformat(day))
        for initiative, day in answers.get("with_rules", ())
    }
    without_rules: dict[tuple[str, date], dict[str, str]] = {}
    for initiative, day, name, digest in answers.get("made_by", ()):
        publication = initiative, date.fromisoformat(day)
        if publication not in with_rules:
            without_rules.setdefault(publication, {})[Path(name).stem] = digest
    found = {
        (table, key): content for table, key, content in answers.get(ROWS_KEPT, ())
    }
    return Known(
        last=last,
        built={
            node: Made(int(number), digest)
            for node, number, digest in answers.get("built", ())
        },
        newest_kept=int(newest or 0),
        kept_landing_id=landing_id,
        newest_as_of=as_of and date.fromisoformat(as_of),
        kept_with=kept_with,
        without_rules=without_rules,
        locked=frozenset(initiative for (initiative,) in answers.get("locked", ())),
        unconfirmed_locks=frozenset(
            initiative for (initiative,) in answers.get("unconfirmed_locks", ())
        ),
        files=tuple(
            DeliveredFile(
                source, date.fromisoformat(day), name, int(size), int(at), digest
            )
            for source, day, name, size, at, digest in answers.get("files", ())
        ),
        opened=tuple(
            Input(kind, source, day and date.fromisoformat(day), *others)
            for kind, source, day, *others in answers.get("opened", ())
        ),
        secret_check=max((c for (c,) in answers.get("secret_check", ())), default=None),
        is_of_old_form=any(count for (count,) in answers.get("old_form", ())),
        is_fetched="fetched" in answers,
        kept={
            (table, key): content
            for table, key, _, content in answers.get("kept", ())
            if found.get((table, key), NOTHING) == content
        },
        keeping_number=max(
            (int(number) for _, _, number, _ in answers.get("kept", ())), default=0
        ),
        tables_kept=frozenset(name for (name,) in answers.get(TABLES_KEPT, ())),
    )


def answers(
    connection: duckdb.DuckDBPyConnection,
    questions: dict[str, tuple[str, str]],
    nodes: Iterable[Node] = (),
) -> dict[str, Rows]:
    """What a database says to `QUESTIONS` or `QUESTIONS_AT_END`; a question whose
    relation is not there has no answer. Of the nodes it says which of their kept tables
    are there. The hooks of dbt ask by the macro `answers_of_database`."""
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
    ).fetchall()
    there = {name for (name,) in tables}
    answers: dict[str, Rows] = {
        name: connection.execute(query).fetchall()
        for name, (relation, query) in questions.items()
        if relation in there
    }
    kept = [node for node in nodes if node.is_kept]
    answers[TABLES_KEPT] = [(node.name,) for node in kept if node.relation in there]
    if "kept" in answers:
        answers[ROWS_KEPT] = [
            row
            for node in kept
            if node.relation in there
            for row in connection.execute(rows_kept(node.relation)).fetchall()
        ]
    return answers


def rows_kept(relation: str, number: int | None = None) -> str:
    """The question what a table has of each delivery, of the runs up to a number, or up
    to the last that came to its end: how many rows, and the sum of a number of each.
    Rows that are changed, added or taken away by hand give another one."""
    table = relation.rpartition(".")[2]
    newest = "(select max(keeping_number) from landing.deliveries_kept)"
    finished = (
        f" where keeping_number <= {newest if number is None else number}"
        if table == KEPT_OF_CITIZENS
        else ""
    )
    return (
        f"select {literal(table)}, delivery_key, "
        "count(*) || ' ' || sum(hash(kept_row)) "
        f"from {relation} as kept_row{finished} group by delivery_key"
    )


@dataclass(frozen=True)
class Node:
    """A model or seed of the project: `path` is that of its file, `parents` are the
    names of the models and seeds that it reads."""

    name: str
    path: str
    parents: tuple[str, ...]
    is_incremental: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether its table keeps what follows from a delivery (`landing.keeping`)."""
        return self.is_incremental and self.path.startswith(LAYERS_KEPT_OF_DELIVERIES)

    @property
    def relation(self) -> str:
        """Its table, with the schema: that of its layer."""
        return f"{self.path.split('/')[1]}.{self.name}"

    @property
    def is_seed(self) -> bool:
        return self.path.startswith("seeds/")

    @property
    def shows(self) -> bool:
        return self.path.startswith(LAYERS_THAT_SHOW)


@dataclass(frozen=True)
class Selection:
    """What a run is to make, among all models and seeds of the project."""

    nodes: dict[str, Node]
    selected: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether every model is made. Seeds may have been loaded before."""
        return all(n.is_seed or n.name in self.selected for n in self.nodes.values())

    def needed(self) -> list[Node]:
        """What is not made by the run, and what the figures that it keeps or shows
        rest on."""
        found: dict[str, Node] = {}
        to_visit = [n for name, n in self.nodes.items() if name in self.selected]
        to_visit = [node for node in to_visit if node.shows]
        seen = {node.name for node in to_visit}
        while to_visit:
            node = to_visit.pop()
            if node.name not in self.selected:
                found[node.name] = node
            for parent in node.parents:
                if parent in self.nodes and parent not in seen:
                    seen.add(parent)
                    to_visit.append(self.nodes[parent])
        return sorted(found.values(), key=lambda node: node.path)


def whole(nodes: dict[str, Node]) -> Selection:
    """The selection of a run that makes everything."""
    return Selection(nodes, frozenset(nodes))


def inputs_digest(landing_id: str, as_of: date, inputs: Iterable[tuple]) -> str:
    """One digest of all that decides the figures of a run.

    Args:
        inputs: kind, source, delivery date, name and digest of each file of a
            delivery, file of rule data, part of the code and var.
    """
    lines = sorted("\t".join(str(value) for value in row) for row in inputs)
    text = "\n".join([landing_id, as_of.isoformat(), *lines])
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Run:
    """The run that is about to start. `started_at` is in UTC, without a zone."""

    number: int
    landing_id: str
    as_of: date
    started_at: datetime
    inputs_digest: str


def now() -> datetime:
    """The time at which a run starts: in UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def start(
    known: Known,
    selection: Selection,
    landing_id: str,
    as_of: date,
    digest: str,
    seed_digests: dict[str, str],
) -> tuple[Run, list[Fault]]:
    """The run, and what it may not build on.

    A run of a part goes on with the run before where all inputs are the same: it has
    its number and its time. Every other run is a new one.

    Args:
        seed_digests: the digest of each seed's file, by the name of the seed.
    """
    last = known.last
    goes_on = (
        last is not None
        and not selection.is_whole
        and last.inputs_digest == digest
        and last.landing_id == landing_id
    )
    if goes_on:
        run = Run(last.number, landing_id, as_of, last.started_at, digest)
    else:
        number = max(known.newest_kept, last.number if last else 0) + 1
        at = now()
        run = Run(number, landing_id, as_of, at, digest)
    stale = [
        node
        for node in selection.needed()
        if not _is_fit(node, known.built.get(node.name), run, seed_digests)
    ]
    return run, [_stale(stale, known, run)] if stale else []


def _is_fit(
    node: Node, made: Made | None, run: Run, seed_digests: dict[str, str]
) -> bool:
    """Whether what is there was made from the inputs of the run."""
    if made is None:
        return False
    if node.is_seed:
        return made.digest == seed_digests.get(node.name)
    return made == Made(run.number, run.inputs_digest)


def _rests_on_others(
    known: Known, selection: Selection, run: Run, seed_digests: dict[str, str]
) -> set[str]:
    """What a run makes from tables of other inputs than its own. Work tables may be
    made so, and nothing may be kept or shown from them."""
    found: dict[str, bool] = {}

    def is_sound(name: str) -> bool:
        if name not in found:
            node = selection.nodes[name]
            found[name] = (
                all(is_sound(p) for p in node.parents if p in selection.nodes)
                if name in selection.selected
                else _is_fit(node, known.built.get(name), run, seed_digests)
            )
        return found[name]

    return {name for name in selection.selected if not is_sound(name)}


def told_of_others(
    known: Known, selection: Selection, run: Run, seed_digests: dict[str, str]
) -> list[str]:
    """What the user should be told of work tables that the run makes from tables of
    other inputs; nothing where there is none."""
    resting = sorted(_rests_on_others(known, selection, run, seed_digests))
    read = {parent for name in resting for parent in selection.nodes[name].parents}
    stale = [
        node
        for name, node in sorted(selection.nodes.items())
        if name in read - selection.selected
        and not _is_fit(node, known.built.get(name), run, seed_digests)
    ]
    if not stale:
        return []
    return [
        f"nothing is kept or shown of {_and_more(resting)} as this run makes it, as of "
        f"{run.as_of}: it rests on {_and_more([node.name for node in stale])}, and "
        f"{_origin(stale[0], known)}; select what it reads too (`+{resting[0]}`)"
    ]


def _and_more(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return names[0] + more


def _origin(node: Node, known: Known) -> str:
    """Of which inputs a table is that is not fit for a run."""
    made = known.built.get(node.name)
    if made is None:
        return "no run has made it, or one that was cut short"
    if node.is_seed:
        return "it was loaded from another content of its file"
    is_last = known.last is not None and known.last.number == made.run_number
    day = f", as of {known.last.as_of}" if is_last else ""
    return f"it is of run {made.run_number}{day}, which had other inputs"


def _stale(nodes: list[Node], known: Known, run: Run) -> Fault:
    return Fault(
        file=_and_more([node.path for node in nodes]),
        expected=f"a table made by this run, as of {run.as_of}, from its deliveries, "
        "rules and code: figures rest on it that would be kept or shown",
        found=_origin(nodes[0], known),
        advice="run `dbt build` (or `dbt seed` and `dbt run`) without a selection that "
        "leaves it out",
        asks=False,
    )


def faults_of_rules_kept(
    known: Known, selection: Selection, seed_digests: dict[str, str]
) -> list[Fault]:
    """A fault for each publication that was kept without its rules, by a run that was
    cut short or left the model out, and that would get others now (P4). Of versions
    that did not say by what a run was made nothing is known."""
    if RULES_KEPT not in selection.selected:
        return []
    parents = selection.nodes[RULES_KEPT].parents
    seeds = [p for p in parents if p in selection.nodes and selection.nodes[p].is_seed]
    return [
        Fault(
            file=selection.nodes[seed].path,
            expected=f"the content by which {initiative} published {day} was kept, "
            "until its rules are kept too: the run before was cut short, or left "
            f"{RULES_KEPT} out",
            found=f"another ({digests[seed][:12]}... then)",
            advice="put the file back as it was, run `dbt build`, and change it then",
            asks=False,
        )
        for (initiative, day), digests in sorted(known.without_rules.items())
        for seed in sorted(seeds)
        if seed in digests and digests[seed] != seed_digests.get(seed)
    ]


LOCKED = "int_cohort_locked"
"""The model of the locked cohorts."""


def unconfirmed_locks(
    known: Known,
    selection: Selection,
    due: Iterable[str],
    under_control: Collection[str],
) -> frozenset[str]:
    """The initiatives whose cohort no successful build has locked, from the start of a
    run until it has: it may fail, or be killed and say nothing.

    Args:
        due: the initiatives whose cohort is to be locked by the as-of date.
        under_control: the initiatives that have a control file.
    """
    is_drawn = LOCKED in selection.selected
    new = {*due} - known.locked - {*under_control} if is_drawn else set()
    return known.unconfirmed_locks | new


def drawn_anew(
    known: Known, selection: Selection, under_control: Collection[str]
) -> frozenset[str]:
    """The initiatives whose cohort the run draws again, since no successful build has
    locked what the database has of it; none unless that holds of all in the table.

    Args:
        under_control: the initiatives that have a control file.
    """
    is_drawn = LOCKED in selection.selected
    is_locked = known.locked - known.unconfirmed_locks or known.locked & {
        *under_control
    }
    return known.locked if is_drawn and not is_locked else frozenset()


RECEIPT_TABLES = ("int_receipts_kept", "fct_published_table")
RECEIPTS_KEPT = "state.int_receipts_kept"


def receipts(publications: Rows) -> str:
    """What came out, of publications without a receipt (P4): the rows to be kept. They
    are named: of others no row is read."""
    named = " or ".join(
        f"(tables_now.initiative = {literal(initiative)} "
        f"and tables_now.publication_date = date {literal(publication_date)})"
        for initiative, publication_date in sorted(publications)
    )
    return f"""
select
    tables_now.initiative, tables_now.publication_date, tables_now.table_name,
    tables_now.n_rows, tables_now.digest, run.run_number
from marts.fct_published_table as tables_now
cross join landing.run as run
where {named}
"""


def told_of_other_rules(
    known: Known,
    as_of: date,
    now: Iterable[Input],
    publications: Iterable[Publication],
    with_own_list: Collection[str],
) -> tuple[list[str], list[str]]:
    """What the user should know where a run has other rules, code or vars than the run
    that kept the newest publication of an initiative: that the one which it keeps is
    made by them for good; or, where none is due, that the reports stay as they were
    (P4). What is told when it starts, and what when it ends.

    Args:
        now: what the run reads.
        publications: those of all initiatives.
        with_own_list: the initiatives whose exemptions no var chooses.
    """
    at_start, at_end = [], []
    due: dict[str, date] = {}
    for each in publications:
        if each.publication_date <= as_of:
            latest = due.get(each.initiative, each.publication_date)
            due[each.initiative] = max(latest, each.publication_date)
    read = {(i.kind, i.name): i.digest for i in now if i.kind in KINDS_OF_RULES}
    for (initiative, kept), then in sorted(known.kept_with.items()):
        is_due = due.get(initiative, date.min) > kept
        names = [
            _named(key, then, read)
            for key in sorted(then.keys() | read.keys(), key=_vars_first)
            if then.get(key) != read.get(key)
            and not (key == _LIST_OF_OTHERS and initiative in with_own_list)
            # Of what stays a new version of the code changes nothing to act on.
            and (is_due or key[0] != "code")
        ]
        if not names:
            continue
        what = ", ".join(names[:3])
        if len(names) > 3:
            what += f" and {len(names) - 3} more"
        if is_due:
            at_start.append(
                f"the publication of {initiative} that is due is made by other rules, "
                f"code or vars than that of {kept}: {what}. Once it is kept, it stays "
                "so (P4)"
            )
        else:
            at_end.append(
                f"the reports of {initiative} published {kept} stay as they were kept "
                f"(P4). The run that kept them had other rules or vars: {what}. "
                "The facts follow those of this run"
            )
    return at_start, at_start + at_end


_LIST_OF_OTHERS = ("parameter", "exemption_list")


def _named(key: tuple[str, str], then: Content, now: Content) -> str:
    """What is not what it was: a var with its values."""
    kind, name = key
    if kind != "parameter":
        return name
    return f"{name} ({then.get(key, 'none')} then, {now.get(key, 'none')} now)"


def _vars_first(key: tuple[str, str]) -> tuple[int, str]:
    kind, name = key
    return ("parameter", "rules", "code").index(kind), name


def told_of_late_deliveries(
    known: Known, as_of: date, read: Iterable[DeliveredFile]
) -> list[str]:
    """What the user should know of deliveries that came after a run which would have
    read them: under a date that had passed. A run as of an earlier day reads others
    than the newest one did, and cannot tell."""
    newest = known.newest_as_of
    if newest is None or as_of < newest:
        return []
    before = {(file.source, file.delivered) for file in known.files}
    late = {(file.source, file.delivered) for file in read} - before
    return [
        f"source {source}, delivery {day}: it came after the run as of {newest}, under "
        "a date that had passed. What was kept until then does not rest on it. Where "
        "that is not meant, stop this run and move it away: what was read must stay"
        for source, day in sorted(late)
        if day <= newest
    ]


def built_after(
    known: Known,
    selection: Selection,
    run: Run,
    seed_digests: dict[str, str],
    made: Iterable[str],
    unfinished: Iterable[str] = (),
) -> dict[str, Made]:
    """What the database holds when a run has ended that made these nodes. What was made
    from tables of other inputs is not written down: no later run may rest on it."""
    built = built_during(known, selection, unfinished)
    others = _rests_on_others(known, selection, run, seed_digests)
    for name in made:
        if name in selection.nodes and name not in others:
            digest = run.inputs_digest
            if selection.nodes[name].is_seed:
                digest = seed_digests[name]
            built[name] = Made(run.number, digest)
    return built


def built_during(
    known: Known, selection: Selection, unfinished: Iterable[str] = ()
) -> dict[str, Made]:
    """What the database holds while a run is under way: nothing that it will make, and
    no table that keeps other deliveries than those of the run."""
    return {
        name: made
        for name, made in known.built.items()
        if name in selection.nodes
        and name not in selection.selected
        and name not in set(unfinished)
    }


def is_complete(
    built: dict[str, Made],
    nodes: dict[str, Node],
    digest: str,
    seed_digests: dict[str, str],
) -> bool:
    """Whether every model and seed is made from the inputs with this digest."""
    return all(
        name in built
        and built[name].digest == (seed_digests.get(name) if node.is_seed else digest)
        for name, node in nodes.items()
    )


def is_synthetic(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the last run read registers that the generator has made, as their landing
    said then. A database that was built before this was written down is of real ones.
    """
    known_column = connection.execute(
        "select 1 from duckdb_columns() where schema_name = 'landing' "
        "and table_name = 'run' and column_name = 'is_landing_synthetic'"
    ).fetchall()
    if not known_column:
        return False
    rows = connection.execute("select is_landing_synthetic from landing.run").fetchall()
    return rows == [(True,)]


def fault_of_landing(known: Known, found: str | None, landing) -> Fault | None:
    """Whether the database serves another landing, is of a form that must be taken over
    first, or must not be changed at all."""
    return (
        fault_of_old_form(known)
        or fault_of_fetched(known)
        or identity.fault_of_other(
            landing, found, known.landing_id, known.is_landing_marked
        )
    )


def fault_of_old_form(known: Known) -> Fault | None:
    """Whether a database keeps what version 1.0 kept, in its form."""
    if known.is_of_old_form and known.kept_landing_id is None:
        return Fault(
            expected="a database that knows its landing by an id",
            found="one of version 1.0, which kept its publications under the path of "
            "the landing",
            advice="run `labour-monitor take-over` once (docs/publications.md); it "
            "loses nothing",
            asks=False,
        )
    return None


def fault_of_fetched(known: Known) -> Fault | None:
    """Whether a database has the tables of another engine: what a run kept in it would
    be gone when they are fetched again."""
    if known.is_fetched:
        return Fault(
            expected="a database that builds have made, or none yet",
            found="one of tables that were fetched from another engine, which the next "
            "`labour-monitor fetch` replaces",
            advice="change them with the engine that they are of and fetch them again, "
            "or give another file; nothing was changed",
            asks=False,
        )
    return None
