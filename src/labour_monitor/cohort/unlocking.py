"""Unlocking the cohort of a landing deliberately (C8): the next successful build locks
anew. What was published with the cohort stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from labour_monitor.database import connect
from labour_monitor.files import read_json, write_json
from labour_monitor.landing import identity
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.rule_data import LockedCohort

_LIST = "state.int_cohort_locked"


@dataclass(frozen=True)
class Locked:
    """What holds the cohort: the control file and the list in the database, either of
    which may be gone."""

    control_file: str
    has_control: bool
    control: dict | None
    n_listed: int
    n_listed_municipalities: int
    listed_as_of: str | None

    @property
    def n_members(self) -> int | None:
        """How many members are locked; None where nothing tells."""
        if self.control is not None:
            return self.control["count"]
        return self.n_listed or None

    def __str__(self) -> str:
        lines = []
        if self.control is not None:
            lines.append(
                f"{self.control_file}: {self.control['count']} members in "
                f"{len(self.control['municipalities'])} municipalities, from the "
                f"deliveries until {self.control['locked_as_of']}, locked at "
                f"{self.control.get('locked_at', 'a time that was not recorded')}"
            )
        elif self.has_control:
            lines.append(f"{self.control_file}: cannot be read")
        else:
            lines.append(f"{self.control_file}: there is none")
        lines.append(
            f"{_LIST}: {self.n_listed} members in {self.n_listed_municipalities} "
            f"municipalities, from the deliveries until {self.listed_as_of}"
            if self.n_listed
            else f"{_LIST}: none of this cohort"
        )
        return "\n".join(lines)


def _fault(expected: str, found: str, advice: str, file: str) -> LandingError:
    return LandingError(
        [Fault(file=file, expected=expected, found=found, advice=advice)]
    )


def _control(path: Path) -> dict | None:
    """The control file as it is, whatever its form, method or secret; None where it
    does not say how many are locked."""
    try:
        document = read_json(path)
        return {
            **document,
            "count": int(document["count"]),
            "municipalities": dict(document["municipalities"]),
            "locked_as_of": str(document["locked_as_of"]),
        }
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError):
        return None


def _open(database: Path) -> duckdb.DuckDBPyConnection:
    """The database to write to; an empty one in memory where there is no such file."""
    if database.exists():
        return connect(database, read_only=False)
    return duckdb.connect()


def _locked(
    connection: duckdb.DuckDBPyConnection, landing: Path, cohort: LockedCohort
) -> Locked:
    listed = (0, 0, None)
    if _has_list(connection):
        (listed,) = connection.execute(
            "select count(*), count(distinct municipality_code), "
            f"cast(max(locked_as_of) as varchar) from {_LIST} where initiative = ?",
            [cohort.initiative],
        ).fetchall()
    path = landing / cohort.control_file
    control = _control(path) if path.exists() else None
    return Locked(cohort.control_file, path.exists(), control, *listed)


def _has_list(connection: duckdb.DuckDBPyConnection) -> bool:
    schema, table = _LIST.split(".")
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = ?",
            [schema, table],
        ).fetchall()
    )


def unlock(
    landing: Path,
    cohort: LockedCohort,
    database: Path,
    reason: str,
    members: int | None,
) -> tuple[Locked, list[str]]:
    """Set the control file aside, with the reason beside it, and take the
    cohort's members out of the database.

    Args:
        landing: folder of the deliveries, resolved.
        cohort: the cohort to unlock.
        database: the DuckDB file that holds the list; it may be gone.
        reason: why, for those who ask later.
        members: how many are locked, as confirmation that this is the cohort meant.

    Returns:
        What was locked, and what was done.

    Raises:
        DatabaseError: the database is there, and cannot be opened.
        LandingError: the database was built from another landing, nothing is locked,
            the confirmation is missing or wrong, or something cannot be written.
            Nothing was unlocked then.
    """
    _check_reason(reason, cohort.control_file)
    with closing(_open(database)) as connection:
        if fault := identity.fault_of_database(landing, connection):
            raise LandingError([fault])
        locked = _locked(connection, landing, cohort)
        _confirm(landing, locked, members)
        connection.begin()
        try:
            if locked.n_listed:
                connection.execute(
                    f"delete from {_LIST} where initiative = ?", [cohort.initiative]
                )
                connection.execute(
                    "update landing.run set is_complete = false, is_tested = false"
                )
            with _set_aside(landing, locked, reason.strip()) as done:
                connection.commit()
        except BaseException:
            with suppress(duckdb.Error):  # a commit that failed has rolled back
                connection.rollback()
            raise
    if locked.n_listed:
        done.append(f"{locked.n_listed} members taken out of {_LIST} of {database}")
    elif not database.exists():
        done.append(f"there is no database {database}: nothing to take out")
    return locked, done


def _check_reason(reason: str, control_file: str) -> None:
    if not reason.strip() or re.search(r"\d{6}[- ]?\d{4}", reason):
        raise _fault(
            "a reason (--reason) that names no person",
            "a number of ten digits in it" if reason.strip() else "a blank one",
            "say why the cohort is to be locked anew; the reason is kept in a file "
            "beside the deliveries",
            control_file,
        )


def _confirm(landing: Path, locked: Locked, members: int | None) -> None:
    if not locked.has_control and not locked.n_listed:
        raise _fault(
            f"a locked cohort of {landing}",
            "neither a control file nor a list in the database",
            "give the folder of the deliveries and the database; there is nothing to "
            "unlock",
            locked.control_file,
        )
    if locked.n_members is None:
        raise _fault(
            "how many members are locked",
            "a control file that does not say it, and no list in the database",
            "restore the file from its backup, or give the database with the list",
            locked.control_file,
        )
    if members != locked.n_members:
        raise _fault(
            "the number of locked members as confirmation, --members "
            f"{locked.n_members}",
            "none" if members is None else f"--members {members}",
            "make sure that this is the cohort to unlock, and give its number; nothing "
            f"was unlocked. Locked is {'; '.join(str(locked).splitlines())}",
            locked.control_file,
        )


@contextmanager
def _set_aside(landing: Path, locked: Locked, reason: str) -> Iterator[list[str]]:
    """Write the reason, then give the control file its new name; says what was done.
    Both are taken back where the block fails."""
    control = landing / locked.control_file
    at = datetime.now(UTC)
    aside = control.with_name(f"{control.stem}.{at:%Y%m%dT%H%M%S%fZ}.json")
    reason_file = aside.with_suffix(".reason.json")
    document = {
        "unlocked_at": at.isoformat(timespec="seconds"),
        "reason": reason,
        "members": locked.n_members,
        "members_in_database": locked.n_listed,
        "control_file": aside.name if locked.has_control else None,
    }
    try:
        write_json(reason_file, document, replace=False)
    except OSError as error:
        if locked.has_control:
            raise _unwritable(control, error) from None
        yield [f"the reason is written nowhere: {landing} cannot be written"]
        return
    try:
        if locked.has_control:
            try:
                aside.hardlink_to(control)
                control.unlink()
            except OSError as error:
                raise _unwritable(control, error) from None
        done = [f"the reason is in {reason_file.name}"]
        if locked.has_control:
            done.insert(0, f"{control.name} is set aside as {aside.name}")
        yield done
    except BaseException:
        if aside.exists() and not control.exists():
            control.hardlink_to(aside)
        aside.unlink(missing_ok=True)
        reason_file.unlink()
        raise


def _unwritable(control: Path, error: OSError) -> LandingError:
    return _fault(
        "a control file that can be set aside",
        error.strerror or type(error).__name__,
        f"make {control.parent} writable; nothing was unlocked",
        control.name,
    )
