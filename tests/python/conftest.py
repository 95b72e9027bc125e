"""What the tests share: one built database of the whole project, and a workshop in
which small landings are changed and built again. What takes seconds to make is made by
one of the workers that run the tests, and found by the others (`once`)."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import io
import json
import os
import pickle
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from labour_monitor import building, cli, compiled, fingerprints, project, synthetic
from labour_monitor.compiled import CompiledProject
from labour_monitor.landing import identity, inspection
from labour_monitor.landing.contract import Source
from labour_monitor.landing.faults import Fault
from labour_monitor.landing.inspection import InspectedFile
from labour_monitor.landing.paths import unreadable
from labour_monitor.quality import counting, metrics
from labour_monitor.quality.metrics import Figures, Read
from labour_monitor.quality.thresholds import Thresholds
from labour_monitor.receiving import judging, land
from labour_monitor.synthetic import canaries, generate

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

ROOT = project.root()
CITIZENS_OF_BUILT = 20_000
CITIZENS_OF_REGISTERS = 1_000
READ = "what was read"
"""Among the figures of a build: the inputs in its receipts."""
BUILDS = {"built", "_workshop", "laboratory", "told"}
"""Fixtures that run models: what needs none of them is in `make unit`."""
HEAVIEST_FIRST = (
    *("test_fault_effects", "built", "test_story", "runs/test_runs"),
    *("cohort/test_cohort_lock", "test_publications", "test_leaks"),
    *("receiving/test_from_files_to_reports", "test_determinism"),
    *("quality/test_thresholds", "runs/test_dbt_commands", "runs/test_taking_over"),
    *("test_layers", "synthetic/test_landing", "receiving/test_round_trip"),
    *("rules/test_rejected_rows", "synthetic/test_monthly", "test_faults"),
)
"""Groups of tests that begin while there is still other work beside them."""
OF_BUILT = {
    *("test_analyses", "test_benchmark", "test_finding_changes"),
    *("test_metrics", "test_named_citizens", "test_privacy"),
    *("test_row_accounts", "test_rule_data", "test_seed_files"),
    *("test_third_initiative", "test_unit_tests"),
    *("quality/test_check", "editions/test_of_the_build"),
}
"""Files with tests of the big build: a group, so that no worker waits for it."""
OF_DBT = {
    "landing/test_keeping",
    "runs/test_added_rows",
    "runs/test_other_readers",
    "test_database",
    "test_descriptions",
    "test_exposures",
    "test_layers",
}
"""Files with tests of what dbt calls or of its manifest, in the same group: without the
big build it is one worker alone that imports dbt, which takes a second."""


gc.disable()
gc.collect = lambda *_: 0
"""A run of dbt leaves half a million objects that refer to each other, in 40 MB. To
find them takes a tenth of the run; the memory is free again when the worker ends,
minutes later. Hypothesis asks for it once, which takes seconds."""


def pytest_unconfigure() -> None:
    """What is left goes with the process: pytest would look for garbage in it."""
    gc.freeze()


def group_of(file: str) -> str:
    """The tests of a file share what one of them makes: they are a group."""
    name = file.removeprefix("tests/python/").removesuffix(".py")
    return "built" if name in OF_BUILT | OF_DBT else name


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """No test shows a person, whatever it is about (D1): what it has said is not shown
    then, nor why it failed."""
    report = yield
    said = [report.longreprtext, *(text for _, text in report.sections)]
    if canaries.traces_in("\n".join(said).encode()):
        report.outcome, report.sections = "failed", []
        report.longrepr = f"{item.nodeid}: a canary's number is in its output"
    return report


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder that is made by whoever is the first to ask for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not folder.exists():
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            make(partial)
            partial.rename(folder)
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """What all workers of this test run find."""
    own = tmp_path_factory.getbasetemp()
    return (own if worker_id == "master" else own.parent) / "shared"


@pytest.fixture(scope="session")
def registers(shared: Path) -> Path:
    """A landing of a thousand citizens, which no test may change."""

    def made(folder: Path) -> None:
        generate(folder / "landing", citizens=CITIZENS_OF_REGISTERS)

    return once(shared / "registers", made) / "landing"


def _digest(files: Iterable[Path]) -> str:
    """One short digest of files of the project, by place and content."""
    found = hashlib.sha256(str(ROOT).encode())
    for file in sorted(files):
        found.update(f"{file.relative_to(ROOT)}:{file.stat().st_size}:".encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:12]


def _read_by_dbt() -> Iterator[Path]:
    """All files that dbt parses, and the one that says which dbt it is."""
    for folder in ("analyses", "macros", "models", "profiles", "seeds", "tests/sql"):
        yield from (file for file in (ROOT / folder).rglob("*") if file.is_file())
    for name in ("dbt_project.yml", "profiles.yml", "requirements.lock"):
        yield ROOT / name


@pytest.fixture(scope="session", autouse=True)
def _parsed_once() -> Iterator[None]:
    """dbt parses the project once for all workers and the big build, and not again
    until a file of it is another: no test changes them."""

    @cache
    def manifest(database_name: str) -> Manifest:
        # dbt takes a second to import: only what runs it pays for it.
        from dbt.contracts.graph.manifest import Manifest

        def parsed(folder: Path) -> None:
            _, database = places_of_built()
            whole = compiled.parse_ahead(database.with_stem(database_name))
            public_fields = [f for f in fields(whole) if not f.name.startswith("_")]
            # A manifest cannot be pickled with its locks and lookups.
            parts = {f.name: getattr(whole, f.name) for f in public_fields}
            (folder / "manifest").write_bytes(pickle.dumps(parts))

        name = f"parsed-{database_name}-{_digest(_read_by_dbt())}"
        folder = ROOT / "data/test" / name
        for other in folder.parent.glob(f"parsed-{database_name}-*"):
            if folder.name not in other.name:
                shutil.rmtree(other) if other.is_dir() else other.unlink()
        once(folder, parsed)
        return Manifest(**pickle.loads((folder / "manifest").read_bytes()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "manifest", manifest)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_wait_for_the_disk() -> Iterator[None]:
    """What a test writes need not outlive the machine's next loss of power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _small_databases(worker_id: str) -> Iterator[None]:
    """DuckDB and Polars in the process of a worker leave the other cores to the other
    workers. The databases that are made have the smallest blocks: with those of
    DuckDB's own choice a column of ten values takes as much memory and disk as one of
    thirty thousand, and a run of all models a tenth longer. Their tables are written as
    they are: to look for the shortest form of each column takes as long again as to
    write it, at the end of each run."""
    connect = duckdb.connect
    blocks = {"default_block_size": 16_384, "force_compression": "uncompressed"}
    threads = {} if worker_id == "master" else {"threads": 1}

    def small(*arguments: object, **options: object) -> DuckDBPyConnection:
        config = blocks | (options.pop("config", None) or {}) | threads
        return connect(*arguments, config=config, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", small)
        if threads:
            patch.setenv("POLARS_MAX_THREADS", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_database_in_memory() -> Iterator[None]:
    """DuckDB takes longer to open a database in memory than to land or count a delivery
    of a test: both keep nothing in it, and get that in which the in-door reads."""
    with pytest.MonkeyPatch.context() as patch:
        opened = SimpleNamespace(**vars(duckdb))
        opened.connect = lambda **_: inspection.file_reader()
        for module in (land, counting):
            patch.setattr(module, "duckdb", opened)
        yield


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    """What the in-door says of a file and what the check counts in a delivery follow
    from their content alone. Tests copy whole landings and spoil one delivery: the
    others are not inspected and counted again."""
    inspect, count = inspection.inspect_file, metrics.figures
    digest = fingerprints.of_file
    inspected: dict[tuple, tuple[InspectedFile | None, list[Fault]]] = {}
    counted: dict[tuple, dict[date, Figures]] = {}

    def inspect_file(
        connection,
        source: Source,
        path: Path,
        required_until: date | None,
        is_sound: bool = False,
    ) -> tuple[InspectedFile | None, list[Fault]]:
        if unreadable(path.absolute()):
            return inspect(connection, source, path, required_until)
        key = (source, path.name, required_until, is_sound, digest(path))
        if key not in inspected:
            found = inspect(connection, source, path, required_until, is_sound)
            inspected[key] = found
        file, faults = inspected[key]
        return file and replace(file, path=path), list(faults)

    def contents(read: Read) -> tuple:
        return tuple(
            (delivery.delivered, *(digest(file.path) for file in files))
            for delivery, files in read
        )

    def figures(
        connection, source: Source, read: Read, limits: Thresholds, newer: Read = ()
    ) -> dict[date, Figures]:
        key = (source, contents(read), limits, contents(newer))
        if key not in counted:
            counted[key] = count(connection, source, read, limits, newer)
        return dict(counted[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspection, "inspect_file", inspect_file)
        for module in (counting, judging):
            patch.setattr(module, "figures", figures)
        yield


@pytest.fixture
def dbt_plugin() -> ModuleType:
    """What dbt calls of the project. It imports dbt, which takes a second: only the
    workers that need it pay for it."""
    from labour_monitor import dbt_plugin

    return dbt_plugin


@dataclass(frozen=True)
class Built:
    """A landing and the database that the whole project made of it."""

    landing: Path
    database: Path

    def query(self, sql: str, parameters: list[object] | None = None) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()


def _digest_of_generator() -> str:
    files = Path(synthetic.__file__).parent.rglob("*.*")
    return _digest(f for f in files if f.suffix in (".py", ".yml"))


def places_of_built() -> tuple[Path, Path]:
    """Landing and database of the big build: those of the registers that are made
    now."""
    folder = ROOT / "data/test" / _digest_of_generator()
    return folder / "landing", folder / "monitoring.duckdb"


@pytest.fixture(scope="session")
def built() -> Built:
    """The project built by `labour-monitor build`, with the check of the deliveries and
    every data test. Nothing is built where nothing has changed since."""
    landing, database = places_of_built()
    folder, started = landing.parent, building.started
    command = ["build", "--landing", str(landing), "--database", str(database)]
    command += ["--citizens", str(CITIZENS_OF_BUILT)]
    folder.mkdir(parents=True, exist_ok=True)

    def after_parsing(of_build: Path, *arguments: object) -> AbstractContextManager:
        compiled.manifest(of_build.stem)
        return started(of_build, *arguments)

    with (
        pytest.MonkeyPatch.context() as patch,
        (folder / "lock").open("w") as alone,
    ):
        patch.setattr(building, "started", after_parsing)
        fcntl.flock(alone, fcntl.LOCK_EX)
        is_fresh = not database.exists()
        code = cli.main(command)
        if code and not is_fresh:  # what an earlier version of the project left
            shutil.rmtree(landing, ignore_errors=True)
            shutil.rmtree(folder / "published", ignore_errors=True)
            for file in folder.glob("monitoring.*"):
                file.unlink()
            code = cli.main(command)
    assert code == 0, "labour-monitor build failed: its messages are above"
    return Built(landing, database)


@dataclass
class Workshop:
    """Runs dbt, in this process, on a landing that a test may change.

    Its database has the name that the project's has by default, as all databases here
    have for which dbt's parsing is shared.
    """

    folder: Path
    made: Path
    """The landing as it was generated, and a database with the seeds alone."""
    output: str = field(default="", init=False)
    _compiled: CompiledProject | None = field(default=None, init=False)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def database(self) -> Path:
        return self.folder / "monitoring.duckdb"

    def reset(self) -> None:
        """The landing as it was generated, and a database with the seeds alone."""
        shutil.rmtree(self.landing, ignore_errors=True)
        shutil.copytree(self.pristine, self.landing)
        for file in self.folder.glob(f"{self.database.name}*"):
            file.unlink()
        if self.seeded.exists():
            shutil.copy(self.seeded, self.database)

    @property
    def pristine(self) -> Path:
        return self.made / "pristine"

    @property
    def seeded(self) -> Path:
        return self.made / "seeded.duckdb"

    @property
    def control(self) -> Path:
        return self.landing / "cohort_lock.json"

    def keep(self, folder: Path) -> None:
        """What the runs made until now, to start other tests from."""
        shutil.copy(self.database, folder / "kept.duckdb")
        shutil.copy(self.control, folder)

    def restore(self, folder: Path) -> None:
        """The landing as it was generated, with what was kept in a folder."""
        self.reset()
        shutil.copy(folder / "kept.duckdb", self.database)
        shutil.copy(folder / self.control.name, self.control)

    def forget(self) -> None:
        """The landing as it was generated, and the tables of February with nothing kept
        in them, as in a new database. Needs February to be there (`february`)."""
        self.restore(self.made.parent / FEBRUARY)
        self.control.unlink()
        with duckdb.connect(str(self.database)) as connection:
            names = connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'state'"
            ).fetchall()
            for (name,) in names:
                connection.execute(f"delete from state.{name}")
            connection.execute("delete from landing.deliveries_kept")
            connection.execute(
                "delete from landing.built where node not in (select table_name from "
                "duckdb_tables() where schema_name in ('rules', 'code_lists'))"
            )

    def run(
        self,
        as_of: str | None = None,
        landing: Path | None = None,
        until: Sequence[str] = (),
    ) -> None:
        """Every model as of a date, or those that some are made from, by the SQL that
        dbt compiled: for what is about the data and not about dbt. Needs the tables of
        February (`february`, `forget`) when it is asked for the first time."""
        project = self.compiled()
        project._opened = None  # the database may be another one by now
        project.run(as_of, landing, until)

    def compiled(self) -> CompiledProject:
        if self._compiled is None:
            self._compiled = self.compiled_for(self.database, self.landing)
        return self._compiled

    def compiled_for(self, database: Path, landing: Path) -> CompiledProject:
        """The project for a copy of the database, which is compiled once."""

        def of_built(folder: Path) -> None:
            found = CompiledProject.of_built(self.database, self.landing)
            (folder / "project").write_bytes(pickle.dumps(found))

        folder = once(self.made.parent / "compiled", of_built)
        found = pickle.loads((folder / "project").read_bytes())
        found.database, found.landing = database, landing
        return found

    def dbt(self, *arguments: str, **variables: str) -> bool:
        """Run a dbt command; whether it succeeded. Its messages are in `output`."""
        return self._invoke(*arguments, **variables).success

    def _invoke(self, *arguments: str, **variables: str) -> dbtRunnerResult:
        from dbt import selected_resources
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        messages = io.StringIO()
        options = {"landing_path": str(self.landing), **variables}
        # A retry is one by finding none: in a process of its own there are none.
        selected_resources.set_selected_resources(())
        try:
            with redirect_stdout(messages):
                parsed = compiled.manifest(self.database.stem)
                result = dbtRunner(manifest=parsed).invoke(
                    [
                        # The files of a run take as long as a dozen models of it.
                        *(() if "--write-json" in arguments else ("--no-write-json",)),
                        *arguments,
                        *("--vars", json.dumps(options)),
                        *("--target-path", str(self.folder / "target")),
                        *("--log-level-file", "none", "--no-use-colors"),
                        # The other cores have tests of their own.
                        *(() if "--profiles-dir" in arguments else ("--threads", "1")),
                    ]
                )
        finally:
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
def _workshop(
    tmp_path_factory: pytest.TempPathFactory,
    shared: Path,
    registers: Path,
    _parsed_once: None,
) -> Iterator[Workshop]:
    folder = tmp_path_factory.mktemp("workshop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITORING_DUCKDB_PATH", str(folder / "monitoring.duckdb"))
        patch.delenv("CITIZEN_KEY_SECRET", raising=False)
        patch.chdir(ROOT)

        def registers_and_seeds(made: Path) -> None:
            shutil.copytree(registers, made / "pristine")
            first = Workshop(folder, made)
            first.reset()
            assert first.dbt("seed"), first.output
            shutil.copy(first.database, first.seeded)
            # Every landing that is made of these registers is the same one.
            shutil.copy(first.landing / identity.FILE_NAME, first.pristine)

        yield Workshop(folder, once(shared / "workshop", registers_and_seeds))


@pytest.fixture
def workshop(_workshop: Workshop) -> Workshop:
    """The workshop with an untouched landing, and nothing built yet."""
    _workshop.reset()
    return _workshop


AS_OF_FEBRUARY = "2021-02-28"
"""A day between two deliveries on which both initiatives have a publication."""
FEBRUARY = "february"


@pytest.fixture(scope="session")
def _february(_workshop: Workshop, shared: Path) -> dict[str, bytes]:
    def run(folder: Path) -> None:
        _workshop.reset()
        assert _workshop.dbt("run", as_of=AS_OF_FEBRUARY), _workshop.output
        _workshop.keep(folder)
        (folder / "figures").write_bytes(pickle.dumps(_workshop.figures()))

    return pickle.loads((once(shared / FEBRUARY, run) / "figures").read_bytes())


@pytest.fixture
def february(
    _workshop: Workshop, _february: dict[str, bytes], shared: Path
) -> dict[str, bytes]:
    """The figures as of the end of February 2021, and the workshop in which they were
    built: what every test of another build compares with."""
    _workshop.restore(shared / FEBRUARY)
    return _february
