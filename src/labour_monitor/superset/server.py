"""A Superset of one's own on the loopback address: started, asked by its REST API, and
stopped. All that it writes lies in a folder that the caller removes."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib import error, request

from labour_monitor.superset.comparing import Figure

_CONFIG = Path(__file__).with_name("superset_config.py")
_LOOPBACK, _USER = "127.0.0.1", "labour-monitor"
_SECONDS_TO_START = 600
_SECONDS_TO_ANSWER = 120
_SECONDS_TO_END = 20
# A proxy of the environment is not asked for what is on this machine.
_OPENER = request.build_opener(request.ProxyHandler({}))


class SupersetError(Exception):
    """Superset did not start, or did not answer. The text is a line."""


@dataclass
class Superset:
    """A Superset that runs, and the datasets that it was told of."""

    address: str
    _token: str = ""
    _datasets: dict[str, int] = field(default_factory=dict)

    def log_in(self, password: str) -> None:
        given = {"username": _USER, "password": password, "provider": "db"}
        self._token = self._post("security/login", given)["access_token"]

    def connect(self, file: Path, tables: list[str]) -> None:
        """Connect a DuckDB file read-only, with a dataset for each table."""
        arguments = {"connect_args": {"read_only": True}}
        database = {
            "database_name": "house",
            "sqlalchemy_uri": f"duckdb:///{file}",
            "extra": json.dumps({"engine_params": arguments}),
        }
        number = self._post("database/", database)["id"]
        for table in tables:
            dataset = {"database": number, "schema": "main", "table_name": table}
            self._datasets[table] = self._post("dataset/", dataset)["id"]

    def answer(self, figure: Figure) -> object:
        """What a chart of this figure would show."""
        metric = {
            "expressionType": "SQL",
            "sqlExpression": f"max({figure.measure})",
            "label": "figure",
        }
        row = [
            {"col": key, "op": "==", "val": value} for key, value in figure.row.items()
        ]
        chart = {
            "datasource": {"id": self._datasets[figure.table], "type": "table"},
            "force": True,  # nothing of a cache
            "queries": [{"metrics": [metric], "columns": [], "filters": row}],
        }
        return self._post("chart/data", chart)["result"][0]["data"][0]["figure"]

    def _post(self, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        url = f"{self.address}/api/v1/{what}"
        asked = request.Request(url, json.dumps(body).encode(), headers)
        try:
            with _OPENER.open(asked, timeout=_SECONDS_TO_ANSWER) as answer:
                return json.load(answer)
        except error.HTTPError as refused:
            found = f"{refused.code}, {refused.read(300).decode(errors='replace')}"
        except (OSError, ValueError) as fault:
            found = str(fault)
        raise SupersetError(
            f"Superset, {what}: expected an answer; found {' '.join(found.split())}. "
            "What to do: `make superset` again; if it stays, compare the versions with "
            "requirements-superset.in."
        )


@contextmanager
def started(environment: Path, home: Path) -> Iterator[Superset]:
    """A Superset with its metadata in `home`, until the block ends.

    Raises:
        SupersetError: it is not installed, or does not start.
    """
    programs = environment.absolute() / "bin"
    if not (programs / "gunicorn").is_file():
        raise SupersetError(
            f"{environment}: expected Apache Superset; found none. What to do: "
            "`make superset`, which installs it."
        )
    password, log = secrets.token_urlsafe(), home / "superset.log"
    settings = {
        **_environment(),
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(_CONFIG),
        "LABOUR_MONITOR_SUPERSET_SECRET": secrets.token_urlsafe(48),
    }
    admin = ["--username", _USER, "--firstname", "labour", "--lastname", "monitor"]
    admin += ["--email", "labour-monitor@localhost", "--password", password]
    for command in (["db", "upgrade"], ["fab", "create-admin", *admin], ["init"]):
        with _running([str(programs / "superset"), *command], settings, log) as step:
            if step.wait():
                raise _not_started(f"superset {command[0]}", log)
    port = _free_port()
    serve = [str(programs / "gunicorn"), "--worker-class", "gthread", "--threads", "4"]
    serve += ["--bind", f"{_LOOPBACK}:{port}", "superset.app:create_app()"]
    with _running(serve, settings, log) as server:
        superset = Superset(f"http://{_LOOPBACK}:{port}")
        _wait_for(superset, server, log)
        superset.log_in(password)
        yield superset


def _environment() -> dict[str, str]:
    """That of this process, without what would give Superset other settings or code."""
    others = ("SUPERSET_", "FLASK_", "GUNICORN_", "PYTHONPATH", "PYTHONHOME")
    return {n: value for n, value in os.environ.items() if not n.startswith(others)}


@contextmanager
def _running(
    command: list[str], settings: dict[str, str], log: Path
) -> Iterator[subprocess.Popen]:
    """A command in a group of its own: at the end its workers end with it."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as anything:
        anything.bind((_LOOPBACK, 0))
        return anything.getsockname()[1]


def _wait_for(superset: Superset, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while server.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            _OPENER.open(f"{superset.address}/health", timeout=5).close()
            return
        time.sleep(0.5)
    raise _not_started("gunicorn", log)


def _not_started(step: str, log: Path) -> SupersetError:
    return SupersetError(
        f"Superset: expected to start; found that `{step}` did not, and said last: "
        f"{last_line(log)}. What to do: remove the environment of Superset and `make "
        "superset` again."
    )


def last_line(log: Path) -> str:
    """What a program said last."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
