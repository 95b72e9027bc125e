"""`labour-monitor land`: the files of a delivery into the landing, whole or not at all.

The delivery is written in a hidden folder beside its place, opened there by the in-door
itself, and renamed. A run that is killed leaves at most that folder; the next one that
lands the same delivery clears it away.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from labour_monitor.files import InUseError, folder_aside, put_in_place
from labour_monitor.landing import contract, inspection, manifest
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.inspection import literal, quoted
from labour_monitor.landing.manifest import LandedFile, Manifest, Origin
from labour_monitor.receiving import values
from labour_monitor.receiving.csv_file import open_csv
from labour_monitor.receiving.parquet_file import open_parquet
from labour_monitor.receiving.reading import (
    SECONDS_BETWEEN_MESSAGES,
    Open,
    Progress,
    Reading,
    Say,
)


def _open_sas7bdat(path: Path, here: Fault, say: Callable[[str], None]) -> Reading:
    # pyreadstat brings pandas, which takes seconds: only SAS files pay for it.
    from labour_monitor.receiving.sas_file import open_sas7bdat

    return open_sas7bdat(path, here, say)


def _open_xpt(path: Path, here: Fault, say: Callable[[str], None]) -> Reading:
    from labour_monitor.receiving.sas_file import open_xpt

    return open_xpt(path, here, say)


FORMATS: dict[str, Open] = {
    ".csv": open_csv,
    ".txt": open_csv,
    ".sas7bdat": _open_sas7bdat,
    ".xpt": _open_xpt,
    ".parquet": open_parquet,
}
ROW_GROUP = 122_880
MEMORY_LIMIT = "2GB"
"""Of DuckDB, which is one of those that use memory here."""
_BLOCK = 16 * 2**20
_ADVICE = "ask the sender for the file as expected; nothing was landed"
_WEEK_CODES = tuple(f"{code:03d}" for code in range(1000))
_WEEKS = "weeks"
_WEEK_CODE = "^[0-9]{3}$"


@dataclass(frozen=True)
class Landed:
    """What is in the landing now. `is_new` is false where it was there already."""

    folder: Path
    manifest: Manifest
    is_new: bool


@dataclass(frozen=True)
class _Input:
    """A file of the delivery as it came."""

    path: Path
    bytes: int
    sha256: str


def land(
    landing: Path,
    source: str,
    files: list[Path],
    delivered: str,
    n_rows: int | None = None,
    say: Say = lambda _: None,
) -> Landed:
    """Check the files of a delivery and put them into the landing.

    Args:
        landing: folder of the deliveries.
        source: name of the register.
        files: all files of the delivery, in the order of their rows.
        delivered: the day on which it arrived, YYYY-MM-DD.
        n_rows: the number of rows by its sender, where it is known.
        say: is told how far a long work has come.

    Raises:
        LandingError: everything that is wrong with the delivery.
        OSError: the landing cannot be written.
    """
    day = _check_request(source, files, delivered)
    register = contract.sources()[source]
    here = Fault("", "", _ADVICE, source=source, delivered=day)
    inputs = [_described(path, say) for path in files]
    _check_inputs(inputs, here)
    folder = landing / source / f"delivered={day}"
    known = _manifest_of(folder, here, say)
    if known and _is_made_from(known, inputs):
        _check_rows(sum(file.rows for file in known.files), n_rows, here)
        return Landed(folder, known, is_new=False)
    with _aside(folder, here) as aside, duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = {literal(aside / 'spilled')}")
        connection.execute("set enable_progress_bar = true")
        connection.execute("set enable_progress_bar_print = false")
        made = _write(connection, register, inputs, aside, here, n_rows, say)
        if _files_of(folder):
            _check_same_content(connection, register, folder, aside, known, here)
            return Landed(folder, known or made, is_new=False)
        manifest.write(aside, made)
        shutil.rmtree(aside / "spilled", ignore_errors=True)
        _put_in_place(aside, folder, here)
    return Landed(folder, made, is_new=True)


def _check_request(source: str, files: list[Path], delivered: str) -> date:
    """The delivery date; LandingError with all that is wrong with the command itself.

    A date to come is a slip of the pen, and would become the as-of date of all runs.
    """
    faults = []
    if source not in contract.sources():
        names = ", ".join(contract.sources())
        faults.append(
            Fault(f"a source: {names}", f"'{source}'", "correct the name of the source")
        )
    day = None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", delivered):
            day = date.fromisoformat(delivered)
    except ValueError:
        pass
    if day is None or day > date.today():
        faults.append(
            Fault(
                "--delivered with the day on which the delivery arrived, YYYY-MM-DD",
                f"'{delivered}'" + (", which is yet to come" if day else ""),
                "correct the date",
            )
        )
    known = ", ".join(FORMATS)
    for path in files:
        here = Fault("", "", "", file=path.name, source=source, delivered=day)
        if not path.is_file():
            faults.append(
                replace(
                    here,
                    expected="a file",
                    found="none of that name" if not path.exists() else "a folder",
                    advice="correct the path",
                    asks=False,
                )
            )
        elif path.suffix.lower() not in FORMATS:
            faults.append(
                replace(
                    here,
                    expected=f"a file whose name ends in {known}",
                    found=f"'{path.suffix}'",
                    advice="name the file after its format, or ask the sender for "
                    "one of these",
                )
            )
        elif path.stat().st_size == 0:
            faults.append(
                replace(
                    here,
                    expected="a file with columns, if without rows",
                    found="an empty file",
                    advice="ask the sender for the file again",
                )
            )
    if faults:
        raise LandingError(faults)
    return day


def _described(path: Path, say: Say) -> _Input:
    """Size and digest of a file."""
    digest, size = hashlib.sha256(), path.stat().st_size
    progress = Progress(say, f"{path.name}: digest", "MB", size // 2**20)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            progress.add(len(block) // 2**20)
    return _Input(path, size, digest.hexdigest())


def _check_inputs(inputs: list[_Input], here: Fault) -> None:
    faults = []
    for number, given in enumerate(inputs):
        for earlier in inputs[:number]:
            if given.sha256 == earlier.sha256:
                faults.append(
                    replace(
                        here,
                        file=given.path.name,
                        expected="files with different rows",
                        found=f"the content of {earlier.path.name} again",
                        advice="name each file of the delivery once",
                        asks=False,
                    )
                )
    if faults:
        raise LandingError(faults)


def _files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.parquet") if path.is_file())


def _manifest_of(folder: Path, here: Fault, say: Say) -> Manifest | None:
    """The manifest of a delivery that is there; LandingError where it is broken, or
    where what lies there is not what it says: names, sizes, contents, rows."""
    delivery = here.source, here.delivered, folder
    faults = manifest.faults(*delivery)
    known = None if faults else manifest.read(folder)
    if known:
        facts = {path.name: _described(path, say) for path in _files_of(folder)}
        faults = manifest.digest_faults(
            *delivery, {name: (fact.bytes, fact.sha256) for name, fact in facts.items()}
        )
    if known and not faults:
        n_rows = {n: pq.read_metadata(fact.path).num_rows for n, fact in facts.items()}
        faults = manifest.row_faults(*delivery, n_rows)
    if faults:
        raise LandingError(faults)
    return known


def _refused(here: Fault, expected: str, found: str) -> LandingError:
    return LandingError(
        [
            replace(
                here,
                expected=expected,
                found=found,
                advice="a delivery never changes: land a correction as a new delivery, "
                "under the day on which it arrived",
            )
        ]
    )


def _is_made_from(known: Manifest, inputs: list[_Input]) -> bool:
    """Whether the delivery that is there was made from these very files."""
    return sorted(o.sha256 for o in known.origins) == sorted(i.sha256 for i in inputs)


def _check_rows(total: int, n_rows: int | None, here: Fault) -> None:
    """LandingError where the sender says another number of rows."""
    if n_rows is not None and total != n_rows:
        raise LandingError(
            [
                replace(
                    here,
                    expected=f"{n_rows:,} rows, as --rows says",
                    found=f"{total:,}",
                    advice="ask the sender for the whole delivery again, or correct "
                    "--rows",
                )
            ]
        )


@contextmanager
def _aside(folder: Path, here: Fault) -> Iterator[Path]:
    """A folder for the delivery until it is whole; LandingError where another run has
    it."""
    try:
        with folder_aside(folder) as aside:
            yield aside
    except InUseError:
        raise LandingError(
            [
                replace(
                    here,
                    expected="to be the only one that lands this delivery",
                    found="another run that does so",
                    advice="wait until it has ended, and look what it says",
                    asks=False,
                )
            ]
        ) from None


def _put_in_place(aside: Path, folder: Path, here: Fault) -> None:
    """Let the delivery appear; LandingError where something lies in its place."""
    try:
        put_in_place(aside, folder)
    except FileExistsError:
        raise _refused(
            here, f"{folder.name} to be free", "a folder with something in it"
        ) from None


def _write(
    connection,
    source: Source,
    inputs: list[_Input],
    aside: Path,
    here: Fault,
    n_rows: int | None,
    say: Say,
) -> Manifest:
    """Write all files of the delivery; LandingError with the faults of all of them."""
    faults: list[Fault] = []
    files: list[LandedFile] = []
    origins: list[Origin] = []
    for number, given in enumerate(inputs, 1):
        name = source.name if len(inputs) == 1 else f"{source.name}-{number}"
        target = aside / f"{name}.parquet"
        at = replace(here, file=given.path.name)
        try:
            origins.append(_write_file(connection, source, given, target, at, say))
        except LandingError as error:
            faults += error.faults
            continue
        except duckdb.Error as error:  # its message may hold a value
            faults.append(
                replace(
                    at,
                    expected="room for the delivery on the disk and in memory",
                    found=f"{type(error).__name__} of DuckDB",
                    advice="look for free space, and land the delivery again",
                    asks=False,
                )
            )
            continue
        facts = _described(target, say)
        files.append(
            LandedFile(target.name, origins[-1].rows, facts.bytes, facts.sha256)
        )
    if not faults:
        _check_rows(sum(origin.rows for origin in origins), n_rows, here)
        written = tuple(aside / file.name for file in files)
        delivery = Delivery(source.name, here.delivered, written, True, False)
        _, faults = inspection.inspect(connection, source, delivery, None)
    if faults:
        raise LandingError(faults)
    return Manifest(
        source=source.name,
        delivered=here.delivered.isoformat(),
        made_by=f"labour-monitor {version('labour-monitor')}",
        landed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        origins=origins,
    )


def _write_file(
    connection, source: Source, given: _Input, target: Path, here: Fault, say: Say
) -> Origin:
    """Write one file as the contract says; LandingError with all of its faults."""
    reading = FORMATS[given.path.suffix.lower()](given.path, here, say)
    shown = [str(kind) for kind in reading.types]
    chosen, faults = inspection.columns_read(
        here, source, list(zip(reading.names, shown, strict=True))
    )
    if not chosen:
        raise LandingError(faults)
    columns = [column for column, _, _ in chosen]
    positions = [reading.names.index(name) for _, name, _ in chosen]
    raw = target.with_suffix(".raw")
    try:
        rows, weeks_as_numbers = _write_raw(
            source, reading, columns, positions, raw, here
        )
        read, found = values.read(connection, raw, columns, here)
        faults += found
    except LandingError as error:
        faults += error.faults
    if faults:
        raise LandingError(faults)
    if all(sql == quoted(name) for name, sql in read.expressions.items()):
        raw.rename(target)
    else:
        selected = ", ".join(
            f"{sql} as {quoted(name)}" for name, sql in read.expressions.items()
        )
        _execute(
            connection,
            f"copy (select {selected} from read_parquet([{literal(raw)}])) "
            f"to {literal(target)} "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP})",
            lambda percent: say(f"{given.path.name}: written: {percent:.0f} pct."),
        )
        raw.unlink()
    read_as = dict(read.read_as)
    if weeks_as_numbers:
        read_as[_WEEKS] = "numbers, written with three digits"
    return Origin(
        name=given.path.name,
        bytes=given.bytes,
        sha256=given.sha256,
        format=reading.format,
        rows=rows,
        columns_read=[reading.names[position] for position in positions],
        columns_left_out=[
            name or "(without a name)"
            for position, name in enumerate(reading.names)
            if position not in set(positions)
        ],
        read_as=read_as,
    )


def _execute(connection, sql: str, tell: Callable[[float], None]) -> None:
    """Execute a statement, and tell now and then how far it has come."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(connection.execute, sql)
        while not wait([future], SECONDS_BETWEEN_MESSAGES).done:
            tell(max(0.0, connection.query_progress()))
        future.result()


class _WeekCodes:
    """Counts, for each week column of a file, what is no code of three digits.

    A single such text is staging's to judge. Where most of a week are so (`130.0`,
    `11`), the sender wrote them in another form, and nobody would have had a benefit.
    """

    def __init__(self) -> None:
        self.no_numbers: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()
        self._no_texts: Counter[str] = Counter()

    def count(self, name: str, texts: pa.DictionaryArray) -> None:
        """Add the values of a column in a batch of rows."""
        self._filled[name] += len(texts) - texts.null_count
        is_code = pc.match_substring_regex(texts.dictionary, _WEEK_CODE)
        if not pc.all(is_code).as_py():
            is_bad = pc.invert(is_code).take(texts.indices)
            self._no_texts[name] += pc.sum(is_bad).as_py() or 0

    def faults(self, here: Fault) -> list[Fault]:
        """A fault for weeks with such numbers, and one for weeks of such texts."""
        expected = "codes of three digits (a number from 0 to 999 is written so)"
        faults = []
        if numbers := [name for name, n in self.no_numbers.items() if n]:
            found = f"{sum(self.no_numbers.values()):,} numbers that are none"
            column = inspection.some(numbers)
            faults.append(replace(here, column=column, expected=expected, found=found))
        texts = [n for n in self._no_texts if 2 * self._no_texts[n] > self._filled[n]]
        if texts:
            n_bad = sum(self._no_texts[name] for name in texts)
            n_filled = sum(self._filled[name] for name in texts)
            faults.append(
                replace(
                    here,
                    column=inspection.some(texts),
                    expected="text of three digits",
                    found=f"{n_bad:,} of {n_filled:,} values that are none, with which "
                    "nobody would count as having a benefit",
                    advice="ask the sender for the codes as text of three digits, such "
                    "as 011 or 130",
                )
            )
        return faults


def _write_raw(
    source: Source,
    reading: Reading,
    columns: list[Column],
    positions: list[int],
    path: Path,
    here: Fault,
) -> tuple[int, bool]:
    """Write the contract's columns with text trimmed, blank as null, and DREAM's weeks
    as text; the number of rows, and whether some weeks were numbers."""
    weeks = set(columns) - set(source.named_columns)
    wanted = [
        (column, _kept_as(reading.types[position], column in weeks))
        for column, position in zip(columns, positions, strict=True)
    ]
    schema = pa.schema([pa.field(column.name, kind) for column, kind in wanted])
    are_numbers = any(
        column in weeks and _is_number(reading.types[position])
        for column, position in zip(columns, positions, strict=True)
    )
    n_rows, codes = 0, _WeekCodes()
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        store_schema=False,
        write_statistics=not source.has_weeks,
    ) as writer:
        for batch in reading.batches(positions):
            arrays = []
            for (column, kind), array in zip(wanted, batch.columns, strict=True):
                if column in weeks and _is_number(array.type):
                    array, n_bad = _week_codes(array)
                    codes.no_numbers[column.name] += n_bad
                arrays.append(_tidy(array, kind))
                if column in weeks and pa.types.is_dictionary(kind):
                    codes.count(column.name, arrays[-1])
            table = pa.Table.from_arrays(arrays, schema=schema)
            size = len(batch) if source.has_weeks else ROW_GROUP
            if len(batch):
                writer.write_table(table, size)
            n_rows += len(batch)
    if faults := codes.faults(here):
        raise LandingError(faults)
    return n_rows, are_numbers


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
        )
    )


def _kept_as(kind: pa.DataType, is_week: bool) -> pa.DataType:
    if is_week and (_is_text(kind) or _is_number(kind)):
        return pa.dictionary(pa.int32(), pa.string())
    return pa.string() if _is_text(kind) else kind


def _tidy(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Text without the spaces around it, and null where nothing is left."""
    if not _is_text(array.type):
        return array
    if pa.types.is_dictionary(kind):
        if not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode()
        known = array.dictionary.cast(pa.string())
        if not pc.any(pc.or_(pc.equal(known, ""), _has_spaces(known))).as_py():
            return array.cast(kind)
        return _tidy(array.cast(pa.string()), pa.string()).dictionary_encode()
    text = pc.utf8_trim(array.cast(pa.string()), " ")
    return pc.if_else(pc.equal(text, ""), None, text)


def _has_spaces(text: pa.Array) -> pa.Array:
    return pc.or_(pc.starts_with(text, " "), pc.ends_with(text, " "))


def _week_codes(numbers: pa.Array) -> tuple[pa.Array, int]:
    """Numbers as codes of three digits, and how many of them are none."""
    doubles = numbers.cast(pa.float64())
    is_code = pc.and_(
        pc.equal(doubles, pc.floor(doubles)),
        pc.and_(pc.greater_equal(doubles, 0.0), pc.less(doubles, 1000.0)),
    )
    n_bad = len(doubles) - doubles.null_count - (pc.sum(is_code).as_py() or 0)
    codes = pc.if_else(is_code, doubles, None).cast(pa.int32()).dictionary_encode()
    found = pa.array(_WEEK_CODES).take(codes.dictionary)
    return pa.DictionaryArray.from_arrays(codes.indices, found), n_bad


def _check_same_content(
    connection,
    source: Source,
    folder: Path,
    aside: Path,
    known: Manifest | None,
    here: Fault,
) -> None:
    """A delivery that was not made from these very files is the same one where the
    in-door reads the same rows from it, in whatever order and files (the sender may
    have written them again with other line ends); LandingError where it does not."""
    there = _content(connection, source, _files_of(folder), here)
    ours = _content(connection, source, _files_of(aside), here)
    if there != ours:
        was = ""
        if known:
            names = ", ".join(origin.name for origin in known.origins)
            was = f", landed from other files ({names}, {known.landed_at})"
        raise _refused(
            here,
            "a day without a delivery of the source, or with the same one",
            f"one of {there[0]:,} rows with other content{was}; here are "
            f"{ours[0]:,} rows",
        )


def _content(
    connection, source: Source, paths: list[Path], here: Fault
) -> tuple[int, int, tuple[str, ...]]:
    """Number of rows, a digest of them that knows no order, and the columns."""
    delivery = Delivery(source.name, here.delivered, tuple(paths), True, False)
    files, faults = inspection.inspect(connection, source, delivery, None)
    if faults:
        raise LandingError(faults)
    total, digest, names = 0, 0, set()
    for file in files:
        columns = sorted(file.expressions)
        row = ", ".join(
            f"cast({file.expressions[name]} as varchar)" for name in columns
        )
        count, hashed = connection.execute(
            f"select count(*), coalesce(sum(hash(row({row}))), 0) "
            f"from {inspection.scan(file.path)}"
        ).fetchall()[0]
        total, digest = total + count, digest + hashed
        names.add(tuple(columns))
    return total, digest, tuple(name for group in sorted(names) for name in group)
