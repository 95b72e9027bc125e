"""`labour-monitor verify`: the receipts of kept publications against the deliveries and
tables of today (P4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from labour_monitor import fingerprints, rule_data
from labour_monitor.database import opened
from labour_monitor.landing import contract, identity
from labour_monitor.landing.deliveries import deliveries_read

_NEEDED = ("landing.run", "marts.fct_receipt", "marts.fct_published_table")
_RUN = "select landing_id from landing.run"
_PUBLICATIONS = """
select distinct initiative, publication_date, as_of
from marts.fct_receipt
order by publication_date, initiative
"""
_RECEIPT = """
select kind, name, n_rows, digest
from marts.fct_receipt
where initiative = ? and publication_date = ?
order by kind, name
"""
_TABLES = """
select initiative, publication_date, table_name, n_rows, digest
from marts.fct_published_table
"""


@dataclass
class Verification:
    """Where a receipt and the deliveries and tables of today differ.

    `differences` are what must never happen: another delivery, another figure.
    `newer_code` names rule data and code that have changed since, which is allowed.
    """

    initiative: str
    publication_date: date
    as_of: date
    n_files: int = 0
    n_tables: int = 0
    differences: list[str] = field(default_factory=list)
    newer_code: list[str] = field(default_factory=list)


def verify(
    database: Path,
    landing: Path,
    progress: Callable[[str], None],
    publication_date: date | None = None,
) -> list[Verification]:
    """Hold each receipt, or those of one date, against what is there now.

    Every file is read and digested anew, whatever its size and time say.

    Raises:
        DatabaseError: there is no such database, or it was not built.
        LookupError: there is no such landing, the database was last built from another
            one, it holds no receipts (of that date), or a delivery cannot be read.
    """
    if not landing.is_dir():
        raise LookupError(f"{landing}: there is no such folder of deliveries")
    found_id = identity.read(landing)
    with opened(database, needs=_NEEDED) as connection:
        ((landing_id,),) = connection.execute(_RUN).fetchall()
        if found_id not in (landing_id, None):
            raise LookupError(
                f"{database} was built from the landing {landing_id}, and {landing} is "
                f"another one ({found_id}): give the folder that it was built from"
            )
        publications = [
            row
            for row in connection.execute(_PUBLICATIONS).fetchall()
            if publication_date in (None, row[1])
        ]
        if not publications:
            raise LookupError(
                f"no receipts{f' of {publication_date}' if publication_date else ''} "
                f"in {database}: build the landing with this database first"
            )
        tables = {
            (initiative, day, name): (n_rows, digest)
            for initiative, day, name, n_rows, digest in connection.execute(
                _TABLES
            ).fetchall()
        }
        receipts = {
            (initiative, day): connection.execute(
                _RECEIPT, [initiative, day]
            ).fetchall()
            for initiative, day, _ in publications
        }
    files = {
        landing / name
        for receipt in receipts.values()
        for kind, name, _, _ in receipt
        if kind == "delivery"
    }
    progress(f"reading {len(files)} files of {len(receipts)} receipts")
    there = sorted(file for file in files if file.is_file())
    try:
        digests = dict(zip(there, fingerprints.of_files(there), strict=True))
    except OSError as error:
        raise LookupError(
            f"{error.filename} cannot be read ({error.strerror}): give the one who "
            "verifies the right to read the deliveries"
        ) from None
    versions = {
        part.name: part.digest
        for part in (*fingerprints.of_rules(), *fingerprints.of_code())
    }
    found = []
    for initiative, day, as_of in publications:
        verification = Verification(initiative, day, as_of)
        for kind, name, n_rows, digest in receipts[initiative, day]:
            if kind == "delivery":
                _hold_file(verification, name, digest, digests.get(landing / name))
            elif kind == "table":
                now = tables.get((initiative, day, name))
                _hold_table(verification, name, n_rows, digest, now)
            elif kind in ("rules", "code") and versions.get(name) != digest:
                verification.newer_code.append(name)
        names = {name for kind, name, *_ in receipts[initiative, day]}
        _look_for_others(verification, landing, as_of, names)
        found.append(verification)
    return found


def _look_for_others(
    verification: Verification,
    landing: Path,
    as_of: date,
    names: set[str],
) -> None:
    """Deliveries that came later under an earlier date: a run as of the date would read
    them today."""
    deliveries, _ = deliveries_read(
        landing, contract.sources(), as_of, rule_data.locked_cohorts()
    )
    for path in (file for delivery in deliveries for file in delivery.files):
        name = str(path.relative_to(landing))
        if name not in names:
            verification.differences.append(
                f"{name}: was not read, and would be today: it was delivered under a "
                "date that had passed"
            )


def _hold_file(
    verification: Verification, name: str, digest: str, now: str | None
) -> None:
    verification.n_files += 1
    if now is None:
        verification.differences.append(f"{name}: was read, and is gone")
    elif now != digest:
        verification.differences.append(
            f"{name}: was read as {digest[:12]}..., is {now[:12]}... now"
        )


def _hold_table(
    verification: Verification,
    name: str,
    n_rows: int,
    digest: str,
    now: tuple[int, str] | None,
) -> None:
    verification.n_tables += 1
    if now is None:
        verification.differences.append(
            f"table {name}: had {n_rows} rows, has none now"
        )
    elif now != (n_rows, digest):
        verification.differences.append(
            f"table {name}: {n_rows} rows were published, and the {now[0]} of today "
            "are not the same"
        )


def report(verifications: list[Verification]) -> str:
    """What was held against what, and all that differs, for a person to read."""
    lines = []
    versions: dict[tuple[str, ...], int] = defaultdict(int)
    for v in verifications:
        lines.append(
            f"{v.initiative}, published {v.publication_date} as of {v.as_of}: "
            f"{v.n_files} files and {v.n_tables} tables, "
            + (
                "as the receipt says"
                if not v.differences
                else "NOT as the receipt says"
            )
        )
        lines += [f"  {difference}" for difference in v.differences]
        versions[tuple(v.newer_code)] += 1
    for names, count in versions.items():
        if names:
            lines.append(
                f"{count} of {len(verifications)} were made with other rules or code "
                f"than those of today: {', '.join(names)}"
            )
    return "\n".join(lines)
