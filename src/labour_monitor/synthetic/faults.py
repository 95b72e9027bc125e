"""Faults on request: one thing wrong, or odd but allowed, in a written landing.

Each fault rewrites one delivery, so that what a run does with it can be told apart:
``stop`` (nothing is built), ``reject:<reason>`` (the rows are set aside),
``finding:<finding>`` (the rows are counted), ``duplicate`` (a row is dropped as the
copy of another) or ``tolerated`` (the figures are those without the fault). A spell
that is set aside for its value alone is counted too, and ends what came before (T5).
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from labour_monitor.files import written
from labour_monitor.synthetic.calendar import DELIVERY_DATES, LOCK_DELIVERY
from labour_monitor.synthetic.contract import REGISTERS, SPELL_COLUMNS
from labour_monitor.synthetic.dirt import (
    CODE_COLUMNS,
    MONTH_COLUMNS,
    REQUIRED_VALUE,
    VALUE_TO_CHANGE,
    Row,
    conflicting_person,
    is_named,
    is_sound,
    renumbered,
    spoils,
)
from labour_monitor.synthetic.writing import COMPRESSION

STOP, TOLERATED, DUPLICATE = "stop", "tolerated", "duplicate"
ROWS_TOUCHED = 3
OF_NO_VALUE = {
    ("bopael", "unknown_municipality"): "residence_in_no_municipality",
    ("visitation", "unknown_code"): "visitation_of_no_category",
}
"""The finding of spells that are set aside, and later values all the same (T5)."""
IDENTITIES = {
    **dict.fromkeys(("dream", "personer"), "pnr"),
    **dict.fromkeys(VALUE_TO_CHANGE, "indberetning_id"),
}
"""Where rows of a delivery are one of a kind: by which column."""
LOCK_DELIVERED = DELIVERY_DATES[LOCK_DELIVERY].isoformat()


@dataclass(frozen=True)
class Injected:
    """What a fault did: where, to how many rows (0: to the file as a whole)."""

    fault: str
    source: str
    delivered: str
    path: Path
    rows: int
    description: str


Act = Callable[[Path, str], int]


@dataclass(frozen=True)
class Injectable:
    """A fault that can be injected. ``kind`` is structure, row or variant; ``also`` is
    what else becomes of its rows, in the words of ``expected``.

    Without ``delivered`` it goes into the newest delivery, of an increment into the
    one with most rows: every delivery of an increment is read."""

    id: str
    source: str
    kind: str
    description: str
    expected: str
    act: Act
    delivered: str | None = None
    also: tuple[str, ...] = ()

    def leads_to(self, kind: str) -> list[str]:
        """What it says of a kind, such as the findings of ``finding``."""
        words = [text.partition(":") for text in (self.expected, *self.also)]
        return [what for found, _, what in words if found == kind]


def in_order(fault_ids: Iterable[str]) -> list[str]:
    """The same faults always in the same order, in which each finds what it spoils:
    rows, then columns, then their names, then whole files."""
    catalogue = list(FAULTS)

    def step(fault_id: str) -> tuple[int, int]:
        if "-file-" in fault_id:
            kind = 3
        elif fault_id.endswith("-case-names"):
            kind = 2
        else:
            kind = int(FAULTS[fault_id].kind == "structure")
        return kind, catalogue.index(fault_id)

    return sorted(fault_ids, key=step)


def inject(landing: Path, fault_id: str) -> Injected:
    """Put one fault into a landing that the generator wrote."""
    fault = FAULTS[fault_id]
    path = _delivery_of(fault, Path(landing))
    rows = fault.act(path, fault.source)
    return Injected(
        fault=fault.id,
        source=fault.source,
        delivered=path.parent.name.removeprefix("delivered="),
        path=path,
        rows=rows,
        description=fault.description,
    )


def _delivery_of(fault: Injectable, landing: Path) -> Path:
    """The file that the fault goes into."""
    source = fault.source
    folder = landing / source
    if fault.delivered is not None:
        return folder / f"delivered={fault.delivered}" / f"{source}.parquet"
    paths = sorted(folder.glob(f"delivered=????-??-??/{source}.parquet"))
    if not REGISTERS[source].is_increment:
        return paths[-1]
    by_size = sorted(paths, key=lambda p: pq.read_metadata(p).num_rows, reverse=True)
    return next((path for path in by_size if _sound_rows(path, source)), by_size[0])


def _rewrite(path: Path, table: pa.Table, store_schema: bool = False) -> None:
    """Replace the file at once, as a delivery arrives."""
    with written(path) as aside:
        pq.write_table(table, aside, compression=COMPRESSION, store_schema=store_schema)


def _on_table(change: Callable[[pa.Table], pa.Table]) -> Act:
    """A fault of the whole table."""

    def act(path: Path, source: str) -> int:
        _rewrite(path, change(pq.read_table(path)))
        return 0

    return act


def _on_column(name: str, change: Callable[[pa.ChunkedArray], pa.Array]) -> Act:
    """A fault of one column."""

    def on_table(table: pa.Table) -> pa.Table:
        position = table.schema.get_field_index(name)
        return table.set_column(position, name, change(table[name]))

    return _on_table(on_table)


def _sound_rows(path: Path, source: str) -> list[Row]:
    """Sound rows of unnamed citizens from the middle of a delivery. Of a report or a
    person that is delivered twice there is none."""
    table = pq.read_table(path)
    start = table.num_rows // 3
    rows = table.slice(start, 200).to_pylist() + table.slice(0, 200).to_pylist()
    identity = IDENTITIES.get(source)
    counts = Counter(table[identity].to_pylist()) if identity else Counter()
    sound = [
        row
        for row in rows
        if is_sound(source, row)
        and not is_named(row)
        and (identity is None or counts[row[identity]] == 1)
    ]
    return sound[:ROWS_TOUCHED]


def _append(path: Path, rows: list[Row]) -> int:
    table = pq.read_table(path)
    more = pa.Table.from_pylist(rows, table.schema)
    _rewrite(path, pa.concat_tables([table, more]))
    return len(rows)


def _spoiled(reason: str) -> Act:
    """Spoiled copies of sound rows; every other row stays as it was."""

    def act(path: Path, source: str) -> int:
        spoil = spoils(source)[reason]
        rows = []
        for number, row in enumerate(_sound_rows(path, source)):
            rows.append(spoil(renumbered(row, source, f"F-{reason}-{number}")))
        return _append(path, rows)

    return act


def _copied(change: Callable[[Row, str], Row]) -> Act:
    """Further copies of sound rows, changed or not."""

    def act(path: Path, source: str) -> int:
        rows = _sound_rows(path, source)
        return _append(path, [change(dict(row), source) for row in rows])

    return act


def _conflicting_report(row: Row, source: str) -> Row:
    column = VALUE_TO_CHANGE[source]
    return {**row, column: (row[column] or 0) + 1}


def _rename(change: Callable[[str], str]) -> Act:
    return _on_table(
        lambda table: table.rename_columns(
            [change(name) for name in table.column_names]
        )
    )


def _drop(name: str) -> Act:
    return _on_table(lambda table: table.drop_columns([name]))


def _cast(name: str, target: pa.DataType) -> Act:
    return _on_column(name, lambda column: pc.cast(column, target, safe=False))


def _some(name: str, value: object) -> Act:
    """Another value in the first rows of a column."""

    def change(column: pa.ChunkedArray) -> pa.Array:
        values = column.to_pylist()
        values[:ROWS_TOUCHED] = [value] * min(ROWS_TOUCHED, len(values))
        return pa.array(values, column.type)

    return _on_column(name, change)


def _some_text(name: str, change: Callable[[str | None], str | None]) -> Act:
    """A date or text column as text, each value changed."""

    def on_column(column: pa.ChunkedArray) -> pa.Array:
        texts = pc.cast(column, pa.string()).to_pylist()
        return pa.array([change(text) for text in texts], pa.string())

    return _on_column(name, on_column)


def _garble(path: Path, source: str) -> int:
    path.write_bytes(b"this is not Parquet")
    return 0


def _truncate(path: Path, source: str) -> int:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return 0


def _empty_file(path: Path, source: str) -> int:
    path.write_bytes(b"")
    return 0


def _empty_folder(path: Path, source: str) -> int:
    path.unlink()
    return 0


def _no_deliveries(path: Path, source: str) -> int:
    shutil.rmtree(path.parent.parent)
    return 0


def _two_files(path: Path, source: str) -> int:
    table = pq.read_table(path)
    half = table.num_rows // 2
    _rewrite(path.with_name("part-2.parquet"), table.slice(half))
    _rewrite(path, table.slice(0, half))
    return 0


def _two_files_that_differ(path: Path, source: str) -> int:
    table = pq.read_table(path)
    half = table.num_rows // 2
    name = table.column_names[-1]
    _rewrite(path.with_name("part-2.parquet"), table.slice(half).drop_columns([name]))
    _rewrite(path, table.slice(0, half))
    return 0


def _other_file_name(path: Path, source: str) -> int:
    path.rename(path.with_name("udtraek_001.parquet"))
    return 0


def _no_such_day(path: Path, source: str) -> int:
    """A broken file in a folder whose date is none."""
    folder = path.parent.with_name("delivered=2021-02-30")
    folder.mkdir()
    (folder / path.name).write_bytes(b"never read")
    return 0


def _other_folder(path: Path, source: str) -> int:
    folder = path.parent.with_name("tmp")
    folder.mkdir()
    (folder / path.name).write_bytes(b"never read")
    return 0


def _upper_case(path: Path, source: str) -> int:
    _two_files(path, source)
    path.with_name("part-2.parquet").rename(path.with_name("PART-2.PARQUET"))
    return 0


def _folder_of_files(path: Path, source: str) -> int:
    _two_files(path, source)
    second = path.with_name("part-2.parquet")
    aside = second.rename(path.with_name("part-2"))
    second.mkdir()
    aside.rename(second / "part-0.parquet")
    return 0


def _junk(path: Path, source: str) -> int:
    path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7")
    path.with_name(".DS_Store").write_bytes(b"never read")
    path.with_name("_SUCCESS").write_bytes(b"")
    return 0


def _later_rows(path: Path, source: str) -> int:
    """A delivery without rows, a day after the newest one."""
    delivered = date.fromisoformat(path.parent.name.removeprefix("delivered="))
    later = delivered + timedelta(days=1)
    folder = path.parent.with_name(f"delivered={later.isoformat()}")
    folder.mkdir()
    _rewrite(folder / path.name, pq.read_table(path).slice(0, 0))
    return 0


def _wide_decimal(column: pa.ChunkedArray) -> pa.Array:
    values = pc.cast(column, pa.float64()).to_pylist()
    return pa.array([1e17, *values[1:]], pa.float64())


def _as_doubles(column: pa.ChunkedArray) -> pa.Array:
    return pc.cast(column, pa.float64())


def _as_whole_numbers(name: str) -> Act:
    """Whole kroner, so that an integer column says the same as a decimal one."""

    def on_table(table: pa.Table) -> pa.Table:
        doubles = pc.cast(table[name], pa.float64())
        position = table.schema.get_field_index(name)
        whole = pc.cast(pc.ceil(doubles), pa.int64())
        return table.set_column(position, name, whole)

    return _on_table(on_table)


def _as_whole_decimals(column: pa.ChunkedArray) -> pa.Array:
    return pc.cast(pc.cast(column, pa.int64()), pa.decimal128(19, 0)).cast(
        pa.decimal128(3, 0)
    )


def _more_decimals(column: pa.ChunkedArray) -> pa.Array:
    return pc.cast(column, pa.decimal128(24, 4))


def _null_as_blank(text: str | None) -> str:
    return "" if text is None else text


def _with_spaces(text: str | None) -> str | None:
    return None if text is None else f"  {text} "


def _unknown_week(path: Path, source: str) -> int:
    """An unknown code in the week of 1 December 2021, which Flere skal med 2 reads."""
    table = pq.read_table(path)
    week, persons = table["y_2148"].to_pylist(), table["pnr"].to_pylist()
    counts = Counter(persons)
    free = [
        i
        for i, (code, person) in enumerate(zip(week, persons, strict=True))
        if code is None and len(person) == 10 and counts[person] == 1
    ][:ROWS_TOUCHED]
    for i in free:
        week[i] = "776"
    position = table.schema.get_field_index("y_2148")
    _rewrite(path, table.set_column(position, "y_2148", pa.array(week, pa.string())))
    return len(free)


def _overlap(path: Path, source: str) -> int:
    """Open spells with a second one from a day later."""
    start, _ = SPELL_COLUMNS[source]
    rows = _open_spells(path, source)
    return _append(path, [{**r, start: r[start] + timedelta(days=1)} for r in rows])


def _ended(reason: str) -> Act:
    """Open spells with one from a day later that is set aside for the reason."""

    def act(path: Path, source: str) -> int:
        start, _ = SPELL_COLUMNS[source]
        rows = map(spoils(source)[reason], _open_spells(path, source))
        later = [{**row, start: row[start] + timedelta(days=1)} for row in rows]
        return _append(path, later)

    return act


def _open_spells(path: Path, source: str) -> list[Row]:
    """Spells from before 2018 that are open, each the only one of its person."""
    start, end = SPELL_COLUMNS[source]
    table = pq.read_table(path)
    counts = Counter(table["pnr"].to_pylist())
    is_early = pc.less(table[start], pa.scalar(date(2018, 1, 1)))
    rows = table.filter(pc.and_(pc.is_null(table[end]), is_early)).to_pylist()
    alone = [row for row in rows if is_sound(source, row) and counts[row["pnr"]] == 1]
    return alone[:ROWS_TOUCHED]


def _catalogue() -> Iterator[Injectable]:
    """All faults."""
    yield from _structures()
    yield from _rejects()
    yield from _findings()
    yield from _variants()


def _structures() -> Iterator[Injectable]:
    required = {
        "dream": "pnr",
        "personer": "doddato",
        "bopael": "kom",
        "visitation": "personkategori_kode",
        "integrationsprogram": "program_kode",
        "ydelser": "ydelse_kode",
        "fritagelser": "til_dato",
        "aktivering": "publiceret",
        "uddannelse": "su_berettiget",
        "persongrupper": "slut_dato",
        "eindkomst": "vmo_tilbagefoersel_kode",
        "socialt_frikort": "cvr",
    }
    for source, column in required.items():
        text = f"The column {column} is missing."
        yield _structure(f"{source}-column-missing", source, text, _drop(column))
    wrong: list[tuple[str, str, str, Act]] = [
        ("dream", "pnr", "Person numbers as integers.", _cast("pnr", pa.int64())),
        (
            "dream",
            "y_2031",
            "A week as booleans.",
            _on_column("y_2031", lambda codes: pc.equal(codes, "130")),
        ),
        (
            "personer",
            "foed_dag",
            "Birth dates as timestamps.",
            _cast("foed_dag", pa.timestamp("us")),
        ),
        ("bopael", "kom", "Municipalities as integers.", _cast("kom", pa.int32())),
        (
            "visitation",
            "personkategori_kode",
            "Categories as text.",
            _cast("personkategori_kode", pa.string()),
        ),
        (
            "integrationsprogram",
            "fra_dato",
            "Start dates as days since 1970.",
            _cast("fra_dato", pa.int32()),
        ),
        (
            "ydelser",
            "til_dato",
            "End dates as Danish text, 31-12-2020.",
            _some_text("til_dato", lambda t: t and f"{t[8:]}-{t[5:7]}-{t[:4]}"),
        ),
        (
            "fritagelser",
            "fra_dato",
            "Start dates as timestamps.",
            _cast("fra_dato", pa.timestamp("ms")),
        ),
        (
            "aktivering",
            "publiceret",
            "Published or not as text.",
            _cast("publiceret", pa.string()),
        ),
        (
            "uddannelse",
            "su_berettiget",
            "Right to SU as 0 and 1.",
            _cast("su_berettiget", pa.int32()),
        ),
        (
            "persongrupper",
            "start_dato",
            "Start dates with a time in the text.",
            _some_text("start_dato", lambda t: t and f"{t} 00:00:00"),
        ),
        (
            "eindkomst",
            "vmo_basis_maaned",
            "Months as doubles.",
            _cast("vmo_basis_maaned", pa.float64()),
        ),
        (
            "eindkomst",
            "ajo_smalt_loenbeloeb",
            "Amounts as text.",
            _cast("ajo_smalt_loenbeloeb", pa.string()),
        ),
        ("socialt_frikort", "timer", "Hours as text.", _cast("timer", pa.string())),
    ]
    for source, column, text, act in wrong:
        yield _structure(f"{source}-{_slug(column)}-wrong-type", source, text, act)
    for source, column in (
        ("ydelser", "fra_dato"),
        ("personer", "foed_dag"),
        ("uddannelse", "elev3_vtil"),
    ):
        yield _structure(
            f"{source}-no-such-day",
            source,
            f"{column} as text, one of them 2021-02-30.",
            _first_text(column, "2021-02-30"),
        )
    for source, column in (
        ("eindkomst", "ajo_loentimer"),
        ("socialt_frikort", "beloeb"),
    ):
        yield _structure(
            f"{source}-decimal-does-not-fit",
            source,
            f"A value of 10^17 in {column} does not fit DECIMAL(18,2).",
            _on_column(column, _wide_decimal),
        )
    for source in ("bopael", "eindkomst"):
        yield _structure(
            f"{source}-case-duplicate-columns",
            source,
            "Two columns that differ in case alone.",
            _on_table(lambda t: t.append_column("PNR", t["pnr"])),
        )
    yield _structure(
        "dream-case-duplicate-week",
        "dream",
        "A week in lower and in upper case.",
        _on_table(lambda t: t.append_column("Y_2031", t["y_2031"])),
    )
    yield _structure(
        "dream-week-gap", "dream", "Week 53 of 2020 is missing.", _drop("y_2053")
    )
    yield _structure(
        "dream-first-week-missing",
        "dream",
        "The first week is missing.",
        _drop("y_1031"),
    )
    yield _structure(
        "dream-too-short",
        "dream",
        "The weeks end before 1 December 2021, the newest month of Flere skal med 2.",
        _on_table(
            lambda t: t.select(t.column_names[: t.schema.get_field_index("y_2147") + 1])
        ),
    )
    files: tuple[tuple[str, str, str, Act], ...] = (
        ("visitation", "file-unreadable", "The file is no Parquet.", _garble),
        ("personer", "file-truncated", "Half of the file arrived.", _truncate),
        ("aktivering", "file-empty", "The file has no bytes.", _empty_file),
        ("persongrupper", "folder-without-file", "The folder is empty.", _empty_folder),
        ("fritagelser", "source-missing", "No delivery at all.", _no_deliveries),
        (
            "socialt_frikort",
            "source-missing",
            "No delivery at all.",
            _no_deliveries,
        ),
        (
            "integrationsprogram",
            "one-file-of-two-lacks-a-column",
            "Two files, the second without the last column.",
            _two_files_that_differ,
        ),
        (
            "integrationsprogram",
            "folder-of-another-name",
            "A folder tmp lies beside the deliveries.",
            _other_folder,
        ),
        (
            "uddannelse",
            "file-in-upper-case",
            "Half of the rows are in a file PART-2.PARQUET.",
            _upper_case,
        ),
        (
            "aktivering",
            "folder-of-files",
            "Half of the rows are in a folder part-2.parquet, as Spark writes them.",
            _folder_of_files,
        ),
    )
    for source, name, text, act in files:
        yield _structure(f"{source}-{name}", source, text, act)
    yield Injectable(
        "dream-reference-week-missing-at-the-lock",
        "dream",
        "structure",
        "The delivery that the cohort is drawn from ends before week 31 of 2020.",
        STOP,
        _drop("y_2031"),
        LOCK_DELIVERED,
    )
    yield Injectable(
        "bopael-file-unreadable-at-the-lock",
        "bopael",
        "structure",
        "A delivery that the cohort is drawn from is no Parquet.",
        STOP,
        _garble,
        LOCK_DELIVERED,
    )
    yield Injectable(
        "eindkomst-old-file-unreadable",
        "eindkomst",
        "structure",
        "The first delivery of an increment is no Parquet.",
        STOP,
        _garble,
        DELIVERY_DATES[0].isoformat(),
    )


def _rejects() -> Iterator[Injectable]:
    for source in REGISTERS:
        for reason in spoils(source):
            column = {
                "invalid_pnr": "pnr",
                "unknown_code": CODE_COLUMNS.get(source, ""),
                "unknown_municipality": "kom",
                "invalid_period": MONTH_COLUMNS.get(source, ""),
                "missing_value": REQUIRED_VALUE.get(source, ""),
            }.get(reason) or SPELL_COLUMNS[source][reason == "end_before_start"]
            finding = OF_NO_VALUE.get((source, reason))
            yield Injectable(
                f"{source}-{_slug(reason)}",
                source,
                "row",
                f"Copies of rows with a wrong {column}.",
                f"reject:{reason}",
                _spoiled(reason),
                also=(f"finding:{finding}",) if finding else (),
            )
    yield Injectable(
        "eindkomst-unknown-reversal-code",
        "eindkomst",
        "row",
        "Copies of rows with a wrong vmo_tilbagefoersel_kode.",
        "reject:unknown_code",
        _copied(
            lambda row, source: {
                **renumbered(row, source, f"F-reversal-{row['indberetning_id']}"),
                "vmo_tilbagefoersel_kode": "2",
            }
        ),
    )
    yield Injectable(
        "eindkomst-neither-hours-nor-amount",
        "eindkomst",
        "row",
        "Copies of rows without hours and without an amount.",
        "reject:missing_value",
        _copied(
            lambda row, source: {
                **renumbered(row, source, f"F-nothing-{row['indberetning_id']}"),
                "ajo_loentimer": None,
                "ajo_smalt_loenbeloeb": None,
            }
        ),
    )
    for source in ("dream", "personer"):
        yield Injectable(
            f"{source}-conflicting-person",
            source,
            "row",
            "A second row of a person that differs; both are rejected.",
            "reject:conflicting_person",
            _copied(conflicting_person),
        )
    for source in VALUE_TO_CHANGE:
        yield Injectable(
            f"{source}-conflicting-report",
            source,
            "row",
            "A second report with the same id that differs; both are rejected.",
            "reject:conflicting_report",
            _copied(_conflicting_report),
        )
    for source in REGISTERS:
        yield Injectable(
            f"{source}-exact-duplicate",
            source,
            "row",
            "Rows delivered twice.",
            DUPLICATE,
            _copied(lambda row, _: row),
        )


def _findings() -> Iterator[Injectable]:
    yield Injectable(
        "dream-unknown-code",
        "dream",
        "row",
        "A code that is in no list, in a week that a rule reads.",
        "finding:unknown_dream_code",
        _unknown_week,
    )
    for source, finding in (
        ("bopael", "overlapping_residence"),
        ("visitation", "overlapping_visitation"),
    ):
        yield Injectable(
            f"{source}-overlap",
            source,
            "row",
            "An open spell and another one from the day after its start.",
            f"finding:{finding}",
            _overlap,
        )
    for (source, reason), finding in OF_NO_VALUE.items():
        what = finding.partition("_")[0]
        yield Injectable(
            f"{source}-{_slug(finding)}",
            source,
            "row",
            f"An open {what} and one of {reason.replace('_', ' ')} from a day later.",
            f"finding:{finding}",
            _ended(reason),
            also=(f"reject:{reason}", f"finding:overlapping_{what}"),
        )
    for source, column, value in (
        ("eindkomst", "vmo_indkomst_type_kode", "0"),
        ("socialt_frikort", "cvr", "20016191.0"),
    ):
        yield Injectable(
            f"{source}-unusual-form",
            source,
            "row",
            f"Further reports whose {column} went through a number: {value}.",
            "finding:unusual_form",
            _copied(
                lambda row, source, column=column, value=value: {
                    **renumbered(row, source, f"F-form-{row['indberetning_id']}"),
                    column: value,
                }
            ),
        )
    yield Injectable(
        "fritagelser-unlisted-reason",
        "fritagelser",
        "row",
        "Further exemptions for ferie, which no list has.",
        "finding:unlisted_exemption",
        _copied(
            lambda row, _: {
                **row,
                "fritagelse_kode": "ferie",
                "fra_dato": date(2019, 1, 1),
                "til_dato": date(2019, 1, 2),
            }
        ),
    )
    yield Injectable(
        "persongrupper-stray-marker",
        "persongrupper",
        "row",
        "Afklaringspuljen's marker on persons whom no register knows.",
        "finding:marker_without_cohort",
        _copied(
            lambda row, _: {
                **row,
                "pnr": f"610100{row['pnr'][-4:]}",
                "persongruppe": "Afklaringspuljen",
            }
        ),
    )
    yield Injectable(
        "eindkomst-replaced-report",
        "eindkomst",
        "row",
        "Reports of the first delivery delivered again with other amounts.",
        "finding:replaced_report",
        _redelivered,
        DELIVERY_DATES[-1].isoformat(),
    )
    yield Injectable(
        "socialt_frikort-replaced-report",
        "socialt_frikort",
        "row",
        "Reports of an earlier delivery delivered again with other amounts.",
        "finding:replaced_report",
        _redelivered,
        DELIVERY_DATES[-1].isoformat(),
    )


def _redelivered(path: Path, source: str) -> int:
    earlier = sorted(path.parent.parent.glob(f"delivered=*/{path.name}"))[:-1]
    earlier.sort(key=lambda p: pq.read_metadata(p).num_rows, reverse=True)
    rows = next(filter(None, (_sound_rows(p, source) for p in earlier)), [])
    column = VALUE_TO_CHANGE[source]
    return _append(path, [{**r, column: (r[column] or 0) + 1} for r in rows])


def _variants() -> Iterator[Injectable]:
    rows: list[tuple[str, str, str, Act]] = [
        ("dream", "upper-case-names", "Names in upper case.", _rename(str.upper)),
        ("personer", "mixed-case-names", "Names in title case.", _rename(str.title)),
        ("eindkomst", "upper-case-names", "Names in upper case.", _rename(str.upper)),
        (
            "ydelser",
            "shuffled-columns",
            "Columns in the reverse order.",
            _on_table(lambda t: t.select(t.column_names[::-1])),
        ),
        (
            "dream",
            "shuffled-columns",
            "Weeks before the person number, the newest first.",
            _on_table(lambda t: t.select(t.column_names[::-1])),
        ),
        (
            "bopael",
            "extra-columns",
            "Columns that are not named in the contract.",
            _on_table(
                lambda t: t.append_column("vej", pa.nulls(t.num_rows, pa.string()))
            ),
        ),
        (
            "dream",
            "extra-columns",
            "Older weeks, and names that are no ISO week.",
            _on_table(
                lambda t: (
                    t.append_column("y_1030", t["y_1031"])
                    .append_column("y_1453", t["y_1031"])
                    .append_column("branche_2020_01", t["y_1031"])
                )
            ),
        ),
        (
            "dream",
            "week-as-whole-numbers",
            "A week as DECIMAL(3,0).",
            _on_column("y_2031", _as_whole_decimals),
        ),
        (
            "visitation",
            "dates-as-iso-text",
            "Dates as text.",
            _cast("fra_dato", pa.string()),
        ),
        (
            "ydelser",
            "end-dates-as-iso-text",
            "End dates as text, blank where there is none.",
            _some_text("til_dato", _null_as_blank),
        ),
        (
            "personer",
            "dates-as-iso-text-with-spaces",
            "Birth dates as text with spaces around it.",
            _some_text("foed_dag", _with_spaces),
        ),
        (
            "dream",
            "blank-for-null",
            "A blank where there is no benefit.",
            _some_text("y_2031", _null_as_blank),
        ),
        (
            "eindkomst",
            "blank-for-null",
            "A blank where there is no reversal.",
            _some_text("vmo_tilbagefoersel_kode", _null_as_blank),
        ),
        ("bopael", "spaces-around-text", "Spaces.", _some_text("kom", _with_spaces)),
        (
            "aktivering",
            "spaces-around-text",
            "Spaces around the person numbers.",
            _some_text("pnr", _with_spaces),
        ),
        (
            "socialt_frikort",
            "whole-number-decimals",
            "Hours, which are whole in most rows, as integers.",
            _as_whole_numbers("timer"),
        ),
        (
            "eindkomst",
            "double-decimals",
            "Hours as doubles.",
            _on_column("ajo_loentimer", _as_doubles),
        ),
        (
            "eindkomst",
            "more-decimals",
            "Amounts as DECIMAL(24,4).",
            _on_column("ajo_smalt_loenbeloeb", _more_decimals),
        ),
        (
            "eindkomst",
            "wide-integers",
            "Years as 64-bit integers.",
            _cast("vmo_basis_aar", pa.int64()),
        ),
        (
            "visitation",
            "narrow-integers",
            "Categories as 8-bit integers.",
            _cast("personkategori_kode", pa.int8()),
        ),
        ("uddannelse", "several-files", "Two files in the delivery.", _two_files),
        ("eindkomst", "several-files", "Two files in the delivery.", _two_files),
        (
            "persongrupper",
            "other-file-name",
            "A file of another name.",
            _other_file_name,
        ),
        (
            "fritagelser",
            "folder-of-no-day",
            "A folder delivered=2021-02-30 is ignored.",
            _no_such_day,
        ),
        (
            "integrationsprogram",
            "junk-beside-the-file",
            "What macOS and Spark leave beside files is ignored.",
            _junk,
        ),
        (
            "socialt_frikort",
            "delivery-without-rows",
            "A further delivery that has no rows.",
            _later_rows,
        ),
        (
            "persongrupper",
            "ignored-group",
            "Markers that no rule reads.",
            _copied(lambda row, _: {**row, "persongruppe": "Sommerhold"}),
        ),
        (
            "uddannelse",
            "unknown-programme",
            "Numbers of programmes in no list.",
            _some("udd", "0000"),
        ),
        (
            "eindkomst",
            "unknown-income-type",
            "An income type that is not named is no wage.",
            _copied(
                lambda row, _: {
                    **row,
                    "indberetning_id": f"fault-{row['indberetning_id']}",
                    "vmo_indkomst_type_kode": "97",
                }
            ),
        ),
        (
            "eindkomst",
            "all-null-column-of-another-type",
            "A second file without reversals; that column is one of integers.",
            _nulls_apart("vmo_tilbagefoersel_kode", pa.int32()),
        ),
        (
            "ydelser",
            "all-null-column-of-another-type",
            "A second file with open periods alone; the ends are doubles.",
            _nulls_apart("til_dato", pa.float64()),
        ),
        (
            "persongrupper",
            "all-blank-column-of-another-type",
            "A second file with open markers alone; the ends are blank text.",
            _nulls_apart("slut_dato", None),
        ),
    ]
    for source, name, text, act in rows:
        yield Injectable(f"{source}-{name}", source, "variant", text, TOLERATED, act)
    yield Injectable(
        "visitation-broken-delivery-that-is-not-read",
        "visitation",
        "variant",
        "A snapshot that a newer one has replaced is no Parquet.",
        TOLERATED,
        _garble,
        "2021-08-30",
    )


def _nulls_apart(name: str, other: pa.DataType | None) -> Act:
    """The rows with null in a column in a file of their own, with another type."""

    def act(path: Path, source: str) -> int:
        table = pq.read_table(path)
        is_null = pc.is_null(table[name])
        apart = table.filter(is_null)
        n = apart.num_rows
        nothing = (
            pa.array([""] * n, pa.string()) if other is None else pa.nulls(n, other)
        )
        position = table.schema.get_field_index(name)
        _rewrite(path, table.filter(pc.invert(is_null)))
        _rewrite(
            path.with_name("part-2.parquet"), apart.set_column(position, name, nothing)
        )
        return n

    return act


def _first_text(name: str, value: str) -> Act:
    """A date column as text with one bad value."""

    def on_column(column: pa.ChunkedArray) -> pa.Array:
        texts = pc.cast(column, pa.string()).to_pylist()
        return pa.array([value, *texts[1:]], pa.string())

    return _on_column(name, on_column)


def _structure(fault_id: str, source: str, description: str, act: Act) -> Injectable:
    return Injectable(fault_id, source, "structure", description, STOP, act)


def _slug(name: str) -> str:
    return name.replace("_", "-")


def _stop_messages() -> dict[str, tuple[str | None, str]]:
    """Of each fault that stops the run: the column that the message names, and what it
    says was expected."""
    path = Path(__file__).with_name("stop_messages.csv")
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["fault"]: (row["column"] or None, row["expected"])
            for row in csv.DictReader(file)
        }


FAULTS: dict[str, Injectable] = {fault.id: fault for fault in _catalogue()}
"""The catalogue by id."""

STOP_MESSAGES = _stop_messages()
"""What exactly is said where the run stops, by the fault's id."""
