"""What is kept of the deliveries: a delivery never changes, so it is looked at once.

What follows from one delivery alone is kept in tables to which dbt adds
(`Node.is_kept`): those of staging, and the weeks of DREAM that the cohort is drawn by.
Each row is under the key of the delivery: a digest of its files, of what it is read
for, and of all that the tables rest on. A run reads what is new, and throws away what
is of no delivery that it reads, of other rules or code, or of a run that was cut short.
So such a table holds the deliveries of the run and nothing else, whatever ran before.

A register is kept as a whole: a delivery is new where one of the tables of its register
has not got it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from labour_monitor import fingerprints, project
from labour_monitor.cohort import lock
from labour_monitor.landing import row_rules
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.dialects import DUCKDB, Dialect
from labour_monitor.landing.inputs import DeliveredFile, Input
from labour_monitor.landing.paths import literal
from labour_monitor.rule_data import LockedCohort
from labour_monitor.runs import (
    KEPT_OF_CITIZENS,
    NOTHING,
    Known,
    Node,
    Selection,
    rows_kept,
)

CODE = {
    "macros",
    "src/labour_monitor/landing",
    "src/labour_monitor/quality",
    "requirements.lock",
}
"""The parts of the code (`fingerprints.CODE`) that every kept table rests on, beside
the models of its register; the check, since a run may rest on what it has found
(`landing.checked`)."""

Key = tuple[str, date]
"""A delivery: source and delivery date."""


@dataclass(frozen=True)
class KeptDelivery:
    """The key of a delivery, and whether there is anything to be read of it."""

    key: str
    is_new: bool


@dataclass(frozen=True)
class Keeping:
    """What a run finds kept, and what it is to keep.

    `number` counts the runs that kept something; `entries` has the pairs of table and
    delivery key that stay, with the content of each (`runs.rows_kept`); `shrinking` are
    the tables that lose a delivery; `wanted` are the keys that each table has when the
    run has made it; `there` are the tables that exist, and `relations` has the name of
    each with its schema.
    """

    number: int
    deliveries: dict[Key, KeptDelivery]
    entries: Mapping[tuple[str, str], str]
    shrinking: frozenset[str]
    wanted: dict[str, frozenset[str]]
    there: frozenset[str]
    relations: dict[str, str]
    sql: Dialect

    @property
    def unfinished(self) -> set[str]:
        """Tables that do not hold the deliveries of the run before it has made them."""
        return {
            table
            for table, keys in self.wanted.items()
            if not all((table, key) in self.entries for key in keys)
        }

    @property
    def emptied(self) -> list[str]:
        """The tables, with their schema, of which nothing stays: dbt makes them anew,
        in the form that they have now."""
        with_rows = {table for table, _ in self.entries}
        tables = (self.wanted.keys() & self.there) - with_rows
        return sorted(self.relations[table] for table in tables)

    def statements(self) -> list[str]:
        """The start of a run: of the tables that are not emptied, nothing is left but
        what the run may build on."""
        if not self.sql.keeps_deliveries:
            nobody = "select cast(null as bigint) as candidate_number, "
            nobody += "cast(null as bigint) as keeping_number where false"
            return [self.sql.relation("landing.kept_citizens", nobody)]
        statements = [
            self._registry(self.entries, self.number - 1),
            "create table if not exists landing.kept_citizens "
            "(candidate_number ubigint, keeping_number bigint)",
        ]
        before = f"keeping_number < {self.number}"
        for table in sorted(self.wanted.keys() & self.there):
            keys = sorted(key for name, key in self.entries if name == table)
            if keys:
                relation = self.relations[table]
                stay = f"delivery_key in ({', '.join(map(literal, keys))})"
                if table == KEPT_OF_CITIZENS:
                    stay += f" and {before}"
                # To write what stays is less than to note each row that goes: of the
                # registers that come whole each month nearly all of them do.
                statements.append(
                    f"create or replace table {relation} as select * from {relation} "
                    f"where {stay}"
                    if table in self.shrinking
                    else f"delete from {relation} where not ({stay})"
                )
        has_rows = any(table == KEPT_OF_CITIZENS for table, _ in self.entries)
        left = f"not {before}" if has_rows else "true"
        statements.append(f"delete from landing.kept_citizens where {left}")
        return statements

    def statements_at_end(self, made: Iterable[str]) -> list[str]:
        """The end of a run that made these models. The last statement is the one that
        counts: what was kept before it is thrown away by the next run."""
        if not self.sql.keeps_deliveries:
            return []
        tables = self.wanted.keys() & set(made)
        entries: dict[tuple[str, str], str | None] = dict(self.entries)
        entries |= {
            (table, key): None for table in tables for key in self.wanted[table]
        }
        statements = []
        if KEPT_OF_CITIZENS in tables:
            statements.append(
                "insert into landing.kept_citizens select candidate_number, "
                f"{self.number} from intermediate.int_monitored_citizens where "
                "candidate_number not in (select candidate_number from "
                "landing.kept_citizens) group by candidate_number"
            )
        return [*statements, self._registry(entries, self.number)]

    def _registry(
        self, entries: Mapping[tuple[str, str], str | None], number: int
    ) -> str:
        """The table that says what is kept, and of what content it was: what is changed
        by hand is noticed. The database is asked for those of None."""
        values = ", ".join(
            f"({literal(table)}, {literal(key)}, {literal(found) if found else 'null'})"
            for (table, key), found in sorted(entries.items())
        )
        questions = " union all ".join(
            rows_kept(self.relations[table], number)
            for table in sorted(
                {table for (table, _), found in entries.items() if found is None}
            )
        )
        return (
            "create or replace table landing.deliveries_kept as select "
            "cast(kept.model as varchar) as model, "
            "cast(kept.delivery_key as varchar) as delivery_key, "
            f"cast({number} as bigint) as keeping_number, "
            f"coalesce(kept.content, found.content, {literal(NOTHING)}) as content "
            f"from (values {values or '(null, null, null)'}) "
            "as kept (model, delivery_key, content) left join "
            f"({questions or 'select null, null, null'}) "
            "as found (model, delivery_key, content) "
            "on kept.model = found.model "
            "and kept.delivery_key = found.delivery_key "
            "where kept.model is not null"
        )


def keeping(
    known: Known,
    selection: Selection,
    sources: dict[str, Source],
    read: Mapping[str, Iterable[Delivery]],
    files: Iterable[DeliveredFile],
    inputs: Iterable[Input],
    weeks_read: list[str],
    cohorts: Sequence[LockedCohort],
    sql: Dialect = DUCKDB,
) -> Keeping:
    """What a run may build on.

    Args:
        read: the deliveries that the run reads, by source.
        files: their files.
        inputs: all that decides its figures.
        weeks_read: DREAM's week columns that the rules can ask for.
        cohorts: the locked ones. Of the delivery that one is drawn from the codes of
            its reference week are kept (C1), and how many weeks of its window count
            (C6).
    """
    digests: dict[Key, list[tuple[str, str]]] = {}
    for file in files:
        digests.setdefault((file.source, file.delivered), []).append(
            (file.name, file.digest)
        )
    basis = _Basis(list(inputs), weeks_read)
    # dbt gives them in another order after a part of the project was parsed anew.
    by_name = sorted(selection.nodes.items())
    kept_nodes = [node for _, node in by_name if node.is_kept]
    deliveries: dict[Key, KeptDelivery] = {}
    entries: dict[tuple[str, str], str] = {}
    wanted: dict[str, frozenset[str]] = {}
    for name, source in sources.items():
        drawn = cohorts if source.has_weeks else ()
        tables = [n for n in kept_nodes if _keeps(n, source, selection.nodes)]
        names = {table.name for table in tables}
        of_source = basis.of_source(source, tables)
        keys = set()
        for delivery in read[name]:
            of_delivery = name, delivery.delivered
            key = _digest(
                of_source,
                of_delivery,
                sorted(digests.get(of_delivery, [])),
                delivery.is_as_of,
                delivery.cohort_of,
                [c for c in drawn if c.initiative in delivery.cohort_of],
            )
            of_tables = {(table, key) for table in names}
            is_kept = (
                bool(names)
                and names <= known.tables_kept
                and of_tables <= known.kept.keys()
            )
            deliveries[of_delivery] = KeptDelivery(key, not is_kept)
            entries |= {of: known.kept[of] for of in of_tables if is_kept}
            keys.add(key)
        wanted |= dict.fromkeys(names, frozenset(keys))
    return Keeping(
        number=known.keeping_number + 1,
        deliveries=deliveries,
        entries=entries,
        shrinking=frozenset(table for table, _ in known.kept.keys() - entries.keys()),
        wanted=wanted,
        there=known.tables_kept,
        relations={node.name: node.relation for node in kept_nodes},
        sql=sql,
    )


def _keeps(node: Node, source: Source, nodes: Mapping[str, Node]) -> bool:
    """Whether a kept table is of a register: its model reads it, or reads a view of it
    in staging."""
    relations = set(source.relations)
    views = [
        nodes[parent]
        for parent in node.parents
        if parent in nodes
        and nodes[parent].path.startswith(f"models/staging/{source.name}/")
        and not nodes[parent].is_kept
    ]
    read = {*node.parents, *(p for view in views for p in view.parents)}
    return not relations.isdisjoint(read)


class _Basis:
    """What the kept tables of a register rest on, beside the deliveries."""

    def __init__(self, inputs: list[Input], weeks_read: list[str]) -> None:
        self._weeks = weeks_read
        self._secret = lock.secret_check(project.citizen_key_secret())
        self._seeds = {i.name: i.digest for i in inputs if i.kind == "rules"}
        self._code = [i.content for i in inputs if i.kind == "code" and i.name in CODE]
        self._dream = [
            i.content
            for i in inputs
            if i.kind == "parameter" and i.name.startswith("dream_")
        ]

    def of_source(self, source: Source, tables: list[Node]) -> str:
        parents = {parent for table in tables for parent in table.parents}
        return _digest(
            repr(source),
            row_rules.as_data(source.name),
            fingerprints.of_tree(f"models/staging/{source.name}", ".sql").digest,
            [(t.name, fingerprints.of_tree(t.path).digest) for t in tables],
            sorted(
                (name, digest)
                for name, digest in self._seeds.items()
                if name.rpartition("/")[2].removesuffix(".csv") in parents
            ),
            self._code,
            (self._weeks, self._dream) if source.has_weeks else (),
            self._secret,
        )


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
