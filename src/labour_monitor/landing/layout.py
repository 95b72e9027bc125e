"""What lies in a landing (sources.md, Landing): folders of registers, in these folders
of deliveries, in these Parquet files. Whatever else lies there is nobody's: it is known
junk, or a fault that names it, so that nothing that was delivered is left unread in
silence."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from labour_monitor.landing import identity
from labour_monitor.landing.faults import Fault, LandingError, some
from labour_monitor.landing.paths import shown, unreadable

MANIFEST = "manifest.json"
"""Beside the files of a delivery (`manifest`)."""
EARLIEST = date(2000, 1, 1)
"""Nothing was delivered before: an earlier day is a slip of the pen."""

_DELIVERY = re.compile(r"delivered=([0-9]{4}-[0-9]{2}-[0-9]{2})")
_JUNK = re.compile(
    r"""
    \._.* | \.ds_store | \.localized | icon\r | __macosx          # macOS
    | \.(spotlight-v100|trashes|fseventsd|temporaryitems|apple(double|db|desktop))
    | (eh)?thumbs\.db | desktop\.ini | ~\$.* | \$recycle\.bin     # Windows, Office
    | system\ volume\ information
    | \.~lock\..*\# | .*\.sw[op] | \.directory | \.trash-.*       # Linux, editors
    | \.nfs.* | \.fuse_hidden.* | lost\+found | \.snapshots? | ~snapshot | @eadir
    | \.git(keep|ignore) | \.keep | \.stfolder                    # tools
    | _success | _(committed|started)_.* | .*\.crc                # Spark
    | _(common_)?metadata
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""Names of what systems and programs leave in any folder, and in which no row is."""

_NOTE = re.compile(
    r"(readme|license|notes?)(\.(md|rst|txt))?"
    r"|.*\.(md|rst|json|ya?ml|toml|log|pdf|docx?|html?|sha[0-9]*|md5|sql|py|ipynb)",
    re.IGNORECASE | re.DOTALL,
)
"""Names of files that people put beside the folders of registers, and that are no
delivery in any form."""

_BEING_WRITTEN = re.compile(r"\..*\.(partial|replaced|[0-9a-f]{8})")
"""What this project writes before it takes its name (`files`)."""

_TEMPLATE = re.compile(r"\{[{%#]")
_PARQUET = b"PAR1"
_DATABASE = b"DUCK"
_ADVICE = "name it as expected, or move it out of the landing"
_ADVICE_OF_DELIVERY = (
    "put all Parquet files into the folder itself, under names that end in .parquet; "
    "land files of other formats with `labour-monitor land`; move what is no part of "
    "the delivery out of the landing"
)


def resolved(landing: Path) -> Path:
    """The folder of the deliveries, absolute and without links.

    Raises:
        LandingError: it leads nowhere, or is one that DuckDB or dbt cannot be given.
    """
    try:
        found = landing.resolve()
        what = unreadable(found)
        if _TEMPLATE.search(str(found)):
            what = "{{, {% or {#, by which dbt knows a template"
    except (RuntimeError, OSError, ValueError):
        found, what = landing, "a link that leads to itself, or no path at all"
    if what:
        raise LandingError(
            [
                Fault(
                    expected="the landing under a path that DuckDB and dbt can read",
                    found=f"{what}: {found}",
                    advice="rename the folder, or use another one",
                )
            ]
        )
    return found


def day_of(name: str) -> date | None:
    """The day of a delivery by the name of its folder; None where it is of none."""
    match = _DELIVERY.fullmatch(name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def may_be_of(day: date) -> bool:
    """Whether a delivery can have arrived on the day."""
    return EARLIEST <= day <= date.today()


def is_of_no_day(entry: Path) -> bool:
    """Whether something is named as a delivery of a day that no calendar has: it is
    ignored (sources.md, Landing), and named."""
    return bool(_DELIVERY.fullmatch(entry.name)) and day_of(entry.name) is None


def parquet_files(folder: Path) -> list[Path]:
    """The files of a delivery, by name; none where it is not there."""
    return sorted(path for path in entries(folder) if _is_read(path))


def _is_read(path: Path) -> bool:
    return path.name.endswith(".parquet") and path.is_file() and not _is_junk(path)


def _is_junk(path: Path) -> bool:
    """A name of junk is believed of everything but of a file that may have rows."""
    if not _JUNK.fullmatch(path.name):
        return False
    if not path.name.endswith(".parquet"):
        return True
    return path.is_file() and not _starts_with(path, _PARQUET)


def _starts_with(path: Path, mark: bytes, at: int = 0) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(at)
            return file.read(len(mark)) == mark
    except OSError:
        return False


def entries(folder: Path) -> list[Path]:
    """What is in a folder; nothing where it cannot be read, which `faults` tells."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def faults(
    landing: Path, sources: Collection[str], control_files: Collection[str]
) -> list[Fault]:
    """A fault for all that lies in the landing and in the folders of its registers, and
    is neither read nor known junk. Of the deliveries see `delivery_faults`.

    Args:
        control_files: names of the control files of the locked cohorts (C8).
    """
    found = _unreadable(landing, Fault("", "", ""))
    others = [
        entry
        for entry in entries(landing)
        if not (entry.name in sources and entry.is_dir())
        and not _is_own(entry, control_files)
        and not _is_note(entry, control_files)
    ]
    found += _told(
        Fault(f"folders of registers alone: {', '.join(sources)}", "", _ADVICE),
        others,
        sources,
    )
    for source in sources:
        folder = landing / source
        here = Fault(
            "folders delivered=YYYY-MM-DD alone",
            "",
            _ADVICE,
            source=source,
            asks=False,
        )
        found += _unreadable(folder, here)
        others = [
            entry
            for entry in entries(folder)
            if not (day_of(entry.name) and entry.is_dir())
            and not is_of_no_day(entry)
            and not _is_junk(entry)
            and not _BEING_WRITTEN.fullmatch(entry.name)
        ]
        found += _told(here, others)
    return found


def delivery_faults(source: str, delivered: date, folder: Path) -> list[Fault]:
    """A fault for all that lies in the folder of a delivery and is not read."""
    here = Fault("", "", "", source=source, delivered=delivered, asks=False)
    others = [
        entry
        for entry in entries(folder)
        if not _is_read(entry) and entry.name != MANIFEST and not _is_junk(entry)
    ]
    found = _unreadable(folder, here)
    expected = "Parquet files alone, whose names end in .parquet"
    found += _told(replace(here, expected=expected, advice=_ADVICE_OF_DELIVERY), others)
    return found


def ignored(
    landing: Path, sources: Collection[str], control_files: Collection[str]
) -> list[Fault]:
    """What is said of a folder of a day that no calendar has, and of notes beside the
    folders of registers; it stops no run. Arguments as those of `faults`."""
    notes = [
        entry
        for entry in entries(landing)
        if not _is_own(entry, control_files) and _is_note(entry, control_files)
    ]
    expected = f"folders of registers alone: {', '.join(sources)}"
    return _told(Fault(expected, "", _ADVICE, asks=False), notes) + [
        Fault(
            source=source,
            file=_kind(entry)[1],
            expected="the day on which the delivery arrived",
            found="a day that no calendar has, so that nobody reads it",
            advice="rename it to that day, or move it out of the landing",
            asks=False,
        )
        for source in sources
        for entry in entries(landing / source)
        if is_of_no_day(entry)
    ]


def _is_own(entry: Path, control_files: Collection[str]) -> bool:
    """Whether it is known at the top of a landing: its id, the locks of cohorts and
    those that were set aside, a database, and junk."""
    stems = [re.escape(file.removesuffix(".json")) for file in control_files]
    is_kept = entry.name in (identity.FILE_NAME, *control_files) or any(
        re.fullmatch(rf"{stem}\.[\w.]+\.json", entry.name) for stem in stems
    )
    return (
        (is_kept and entry.is_file())
        or _is_junk(entry)
        or bool(_BEING_WRITTEN.fullmatch(entry.name))
        or _is_beside_database(entry)
    )


def _is_note(entry: Path, control_files: Collection[str]) -> bool:
    """Whether it is a file beside the registers, named as no delivery would be, nor
    nearly as one of the project's own."""
    own = {name.casefold() for name in (identity.FILE_NAME, *control_files, MANIFEST)}
    is_named = _NOTE.fullmatch(entry.name) and entry.name.casefold() not in own
    return bool(is_named and entry.is_file() and not _starts_with(entry, _PARQUET))


def _is_beside_database(entry: Path) -> bool:
    """A database that was built beside the deliveries, what DuckDB keeps with it, and
    the Data Docs of the check before a build."""
    if entry.name == "quality":
        return (entry / "index.html").is_file()
    database = entry.with_name(re.sub(r"\.(wal|tmp)$", "", entry.name))
    return database.is_file() and _starts_with(database, _DATABASE, at=8)


def _unreadable(folder: Path, here: Fault) -> list[Fault]:
    """A fault where what is in a folder cannot be listed; none where it is not there,
    which others tell."""
    try:
        next(folder.iterdir(), None)
    except FileNotFoundError:
        return []
    except OSError as error:
        if here.source and isinstance(error, NotADirectoryError):
            return []  # it is told among what lies in the landing
        return [
            replace(
                here,
                expected="a folder that can be read",
                found=f"{error.strerror} ({folder})",
                advice="give the name of a folder, and the right to read it",
                asks=False,
            )
        ]
    return []


def _told(
    here: Fault, others: Iterable[Path], names: Collection[str] = ()
) -> list[Fault]:
    """A fault for the entries of one folder that are of one kind."""
    of_kind: dict[str, list[str]] = defaultdict(list)
    for entry in others:
        what, name = _kind(entry)
        of_kind[what].append(name)
    found = []
    for what, names_of in of_kind.items():
        near = {
            close
            for entry in names_of
            for close in difflib.get_close_matches(entry.strip("/").lower(), names, 1)
        }
        found.append(
            replace(
                here,
                file=some(names_of),
                found=f"{what}, which nobody would read",
                advice=here.advice + (f" ({', '.join(sorted(near))}?)" if near else ""),
            )
        )
    return found


def _kind(entry: Path) -> tuple[str, str]:
    """What an entry is, and how its name is told."""
    name = shown(entry.name)
    if name != name.strip():
        name = f"'{name}'"
    if entry.is_dir():
        return "a folder", f"{name}/"
    if entry.is_symlink() and not entry.exists():
        return "a link that leads nowhere", name
    return "a file" if entry.is_file() else "neither a file nor a folder", name
