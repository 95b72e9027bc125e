"""What dbt-duckdb loads from the profile: the secret of the citizen keys, the two
functions by which the hooks of `dbt_project.yml` open and lock the landing, and the one
by which staging reads the contract of a source.

The secret reaches SQL as a variable of the connection, so that it is in no compiled
SQL, no log and no artifact (D1).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin

from labour_monitor import project
from labour_monitor.landing import lock, row_rules
from labour_monitor.landing.contract import ContractError
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.inputs import DeliveredFile
from labour_monitor.landing.opening import ReadBefore, open_landing


def _open_landing(arguments: str) -> str:
    """See `open_landing`; JSON in, JSON out: statements and messages, or an error."""
    given = json.loads(arguments)
    try:
        opening = open_landing(
            landing_path=given["landing_path"],
            as_of=given["as_of"],
            lock_date=date.fromisoformat(given["lock_date"]),
            reference_date=date.fromisoformat(given["reference_date"]),
            exemption_list=given["exemption_list"],
            weeks_read=given["weeks_read"],
            parameters=given["parameters"],
            read_before=[_read_before(*values) for values in given["read_before"]],
        )
    except (LandingError, ContractError) as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"statements": opening.statements, "messages": opening.messages})


def _read_before(landing: str, source: str, delivered: str, *facts) -> ReadBefore:
    day = date.fromisoformat(delivered)
    return landing, DeliveredFile(source, day, *facts)


def _landing_contract(arguments: str) -> str:
    """What staging reads of the contract of a source; JSON in, JSON out."""
    try:
        return json.dumps(row_rules.as_data(json.loads(arguments)["source"]))
    except ContractError as error:
        return json.dumps({"error": str(error)})


def _lock_cohort(arguments: str) -> str:
    """Write the control file for the members given per municipality; says so."""
    given = json.loads(arguments)
    landing = Path(given["landing"])
    municipalities = [
        lock.MunicipalityLock(*values) for values in given["municipalities"]
    ]
    try:
        written = lock.write(
            landing, project.citizen_key_secret(), given["locked_as_of"], municipalities
        )
    except OSError as error:
        return (
            f"the cohort is locked by the database alone: {landing / lock.FILE_NAME} "
            f"could not be written ({error.strerror})"
        )
    n_members = sum(m.n_members for m in municipalities)
    return (
        f"the cohort is locked: {n_members} members, {landing / lock.FILE_NAME}"
        if written
        else ""
    )


class Plugin(BasePlugin):
    """The plugin that `profiles/profiles.yml` names."""

    def update_connection_config(self, creds, config):
        if creds.path != ":memory:":
            Path(creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn):
        for name, function in (
            ("open_landing", _open_landing),
            ("lock_cohort", _lock_cohort),
            ("landing_contract", _landing_contract),
        ):
            conn.create_function(
                name, function, ["varchar"], "varchar", side_effects=True
            )

    def configure_cursor(self, cursor):
        cursor.execute(
            "set variable citizen_key_secret = ?", [project.citizen_key_secret()]
        )
