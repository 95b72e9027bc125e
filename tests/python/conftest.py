"""What the tests share: one built database of the whole project, and a workshop in
which small landings are changed and built again."""

from __future__ import annotations

import fcntl
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from dbt import selected_resources
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from labour_monitor import cli, project
from labour_monitor.compiled import CompiledProject, manifest
from labour_monitor.landing import identity
from labour_monitor.synthetic import generate

ROOT = project.root()
CITIZENS_OF_BUILT = 20_000
CITIZENS_OF_WORKSHOP = 1_000
READ = "what was read"
"""Among the figures of a build: the inputs in its receipts."""
BUILDS = {"built", "_workshop", "laboratory", "told"}
"""Fixtures that run models: what needs none of them is in `make unit`."""
HEAVIEST_FIRST = (
    *("test_fault_effects", "built", "test_story", "test_leaks"),
    *("cohort/test_cohort_lock", "test_publications", "test_determinism"),
)
"""Groups of tests that begin while there is still other work beside them."""
OF_BUILT = {
    *("test_analyses", "test_finding_changes", "test_named_citizens", "test_privacy"),
    *("test_row_accounts", "test_rule_data", "test_seed_files"),
    "test_third_initiative",
    "quality/test_check",
}
"""Files with tests of the big build: a group, so that no worker waits for it."""


def group_of(file: str) -> str:
    """The tests of a file share what one of them makes: they are a group."""
    name = file.removeprefix("tests/python/").removesuffix(".py")
    return "built" if name in OF_BUILT else name


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """A worker runs a group from start to end."""

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid.split("::")[0])

    return ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        group = group_of(item.nodeid.split("::")[0])
        last = len(HEAVIEST_FIRST)
        return HEAVIEST_FIRST.index(group) if group in HEAVIEST_FIRST else last

    items.sort(key=place)
    for item in items:
        if BUILDS & set(item.fixturenames):
            item.add_marker(pytest.mark.build)
        file = item.nodeid.split("::")[0]
        if "built" in item.fixturenames and group_of(file) != "built":
            raise pytest.UsageError(f"{file} uses the big build: name it in OF_BUILT")


@dataclass(frozen=True)
class Built:
    """A landing and the database that the whole project made of it."""

    landing: Path
    database: Path

    def query(self, sql: str, parameters: list[object] | None = None) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()


@pytest.fixture(scope="session")
def built() -> Built:
    """The project built by `labour-monitor build`, with the check of the deliveries and
    every dbt test. Nothing is built where nothing has changed since."""
    folder = ROOT / "data/test"
    landing, database = folder / "landing", folder / "monitoring.duckdb"
    command = ["build", "--landing", str(landing), "--database", str(database)]
    command += ["--citizens", str(CITIZENS_OF_BUILT)]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        is_fresh = not database.exists()
        code = cli.main(command)
        if code and not is_fresh:  # what an earlier version of the project left
            shutil.rmtree(landing, ignore_errors=True)
            for file in folder.glob("monitoring.*"):
                file.unlink()
            code = cli.main(command)
    assert code == 0, "labour-monitor build failed: its messages are above"
    return Built(landing, database)


@dataclass
class Workshop:
    """Runs dbt, in this process, on a landing that a test may change.

    dbt parses the project once: no test changes its files.
    """

    folder: Path
    output: str = field(default="", init=False)
    _compiled: CompiledProject | None = field(default=None, init=False)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def database(self) -> Path:
        return self.folder / "workshop.duckdb"

    def reset(self) -> None:
        """The landing as it was generated, and a database with the seeds alone."""
        DuckDBConnectionManager.close_all_connections()
        shutil.rmtree(self.landing, ignore_errors=True)
        shutil.copytree(self.folder / "pristine", self.landing)
        for file in self.folder.glob("workshop.duckdb*"):
            file.unlink()
        if self.seeded.exists():
            shutil.copy(self.seeded, self.database)

    @property
    def seeded(self) -> Path:
        return self.folder / "seeded.duckdb"

    @property
    def control(self) -> Path:
        return self.landing / "cohort_lock.json"

    def keep(self, name: str) -> None:
        """What the runs made until now, to start other tests from."""
        shutil.copy(self.database, self.folder / f"{name}.duckdb")
        shutil.copy(self.control, self.folder / f"{name}.json")

    def restore(self, name: str) -> None:
        """The landing as it was generated, with what was kept under the name."""
        self.reset()
        shutil.copy(self.folder / f"{name}.duckdb", self.database)
        shutil.copy(self.folder / f"{name}.json", self.control)

    def forget(self) -> None:
        """The landing as it was generated, and the tables of February with nothing kept
        in them, as in a new database."""
        self.restore("february")
        self.control.unlink()
        with duckdb.connect(str(self.database)) as connection:
            names = connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'state'"
            ).fetchall()
            for (name,) in names:
                connection.execute(f"delete from state.{name}")
            connection.execute(
                "delete from landing.built where node not in (select table_name from "
                "duckdb_tables() where schema_name in ('rules', 'code_lists'))"
            )

    def run(self, as_of: str | None = None) -> None:
        """Every model as of a date, by the SQL that dbt compiled: for what is about the
        data and not about dbt. Needs the tables of February (`forget`, `restore`)."""
        if self._compiled is None:
            self._compiled = CompiledProject.of_built(self.database, self.landing)
        self._compiled._opened = None  # the database may be another one by now
        self._compiled.run(as_of)

    def dbt(self, *arguments: str, **variables: str) -> bool:
        """Run a dbt command; whether it succeeded. Its messages are in `output`."""
        return self._invoke(*arguments, **variables).success

    def _invoke(self, *arguments: str, **variables: str) -> dbtRunnerResult:
        messages = io.StringIO()
        options = {"landing_path": str(self.landing), **variables}
        # A retry is one by finding none: in a process of its own there are none.
        selected_resources.set_selected_resources(())
        with redirect_stdout(messages):
            result = dbtRunner(manifest=manifest(self.database.stem)).invoke(
                [
                    *arguments,
                    *("--vars", json.dumps(options)),
                    *("--target-path", str(self.folder / "target")),
                    *("--log-level-file", "none", "--no-use-colors"),
                    # The other cores have tests of their own.
                    *(() if "--profiles-dir" in arguments else ("--threads", "1")),
                ]
            )
        DuckDBConnectionManager.close_all_connections()
        self.output = messages.getvalue()
        return result

    def query(self, sql: str, parameters: list[object] | None = None) -> list[tuple]:
        return Built(self.landing, self.database).query(sql, parameters)

    def tables(self, schema: str) -> dict[str, bytes]:
        """Each table of a schema as CSV, in the order of all its columns."""
        names = self.query(
            "select table_name from duckdb_tables() where schema_name = ? order by all",
            [schema],
        )
        tables = [name for (name,) in names]
        rows = self.csv(*(f"select * from {schema}.{name}" for name in tables))
        return dict(zip(tables, rows, strict=True))

    def figures(self) -> dict[str, bytes]:
        """All marts, without what two equal runs have different: the time of
        publication, and in the receipts the digest of the table that shows it. What was
        read stands beside what came out."""
        marts = [
            name
            for (name,) in self.query(
                "select table_name from duckdb_tables() where schema_name = 'marts'"
            )
        ]
        timeless = "select columns(c -> c <> 'published_at') from marts"
        queries = {name: f"{timeless}.{name}" for name in marts}
        receipts = f"{timeless}.fct_receipt where kind"
        queries[READ] = f"{receipts} <> 'table'"
        queries["fct_receipt"] = f"{receipts} = 'table' and name <> 'fct_publication'"
        return dict(zip(queries, self.csv(*queries.values()), strict=True))

    def csv(self, *queries: str) -> list[bytes]:
        """The rows of each query, in the order of all its columns."""
        file, found = self.folder / "table.csv", []
        with duckdb.connect(str(self.database), read_only=True) as connection:
            for sql in queries:
                connection.execute(f"copy ({sql} order by all) to '{file}'")
                found.append(file.read_bytes())
        return found

    def deliver(self, source: str, delivered: str, sql: str) -> Path:
        """Write a delivery: the rows of a query, whole or not at all."""
        folder = self.landing / source / f"delivered={delivered}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{source}.parquet"
        duckdb.sql(sql).write_parquet(str(file))
        return file

    def deliveries(self, source: str) -> list[str]:
        return sorted(
            folder.name.removeprefix("delivered=")
            for folder in (self.landing / source).iterdir()
        )

    def file(self, source: str, delivered: str) -> Path:
        return next(
            (self.landing / source / f"delivered={delivered}").glob("*.parquet")
        )


@pytest.fixture(scope="session")
def _workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    folder = tmp_path_factory.mktemp("workshop")
    generate(folder / "pristine", citizens=CITIZENS_OF_WORKSHOP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITORING_DUCKDB_PATH", str(folder / "workshop.duckdb"))
        patch.delenv("CITIZEN_KEY_SECRET", raising=False)
        patch.chdir(ROOT)
        workshop = Workshop(folder)
        workshop.reset()
        assert workshop.dbt("seed"), workshop.output
        shutil.copy(workshop.database, workshop.seeded)
        # Every landing that is made of these registers is the same one.
        shutil.copy(workshop.landing / identity.FILE_NAME, folder / "pristine")
        yield workshop


@pytest.fixture
def workshop(_workshop: Workshop) -> Workshop:
    """The workshop with an untouched landing, and nothing built yet."""
    _workshop.reset()
    return _workshop


AS_OF_FEBRUARY = "2021-02-28"
"""A day between two deliveries on which both initiatives have a publication."""


@pytest.fixture(scope="session")
def _february(_workshop: Workshop) -> dict[str, bytes]:
    _workshop.reset()
    assert _workshop.dbt("run", as_of=AS_OF_FEBRUARY), _workshop.output
    _workshop.keep("february")
    return _workshop.figures()


@pytest.fixture
def february(_workshop: Workshop, _february: dict[str, bytes]) -> dict[str, bytes]:
    """The figures as of the end of February 2021, and the workshop in which they were
    built: what every test of another build compares with."""
    _workshop.restore("february")
    return _february
