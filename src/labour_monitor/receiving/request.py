"""What is asked of `land`: the words of the command, and the files that it names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from labour_monitor.landing import contract
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.layout import EARLIEST, may_be_of
from labour_monitor.receiving.facts import FileFacts
from labour_monitor.receiving.formats import FORMATS

_ARCHIVES = {".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz"}


def check_request(source: str, paths: list[Path], delivered: str) -> date:
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
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", delivered):
            day = date.fromisoformat(delivered)
    except ValueError:
        pass
    if day is None or not may_be_of(day):
        what = ", which is yet to come" if day and day > EARLIEST else ""
        faults.append(
            Fault(
                "--delivered with the day on which the delivery arrived, YYYY-MM-DD, "
                f"from {EARLIEST} until today",
                f"'{delivered}'{what}",
                "correct the date",
            )
        )
    for path in paths:
        here = Fault("", "", "", file=path.name, source=source, delivered=day)
        faults += _path_faults(path, here)
    if faults:
        raise LandingError(faults)
    return day


def _path_faults(path: Path, here: Fault) -> list[Fault]:
    if not path.is_file():
        return [
            replace(
                here,
                expected="a file",
                found=_no_file(path),
                advice="name each file of a folder that is one delivery; write what "
                "comes from another program to a file first"
                if path.exists()
                else "correct the path",
                asks=False,
            )
        ]
    if path.suffix.lower() not in FORMATS:
        return [
            replace(
                here,
                expected=f"a file whose name ends in {', '.join(FORMATS)}",
                found=f"'{path.suffix}'",
                advice="unpack it, and land the files in it"
                if path.suffix.lower() in _ARCHIVES
                else "name the file after its format, or ask the sender for one of "
                "these",
            )
        ]
    if path.stat().st_size == 0:
        return [
            replace(
                here,
                expected="a file with columns, if without rows",
                found="an empty file",
                advice="ask the sender for the file again",
            )
        ]
    return []


def _no_file(path: Path) -> str:
    if path.is_dir():
        return "a folder"
    if path.exists():
        return "neither a file nor a folder"
    return "a link that leads nowhere" if path.is_symlink() else "none of that name"


def check_given(given: list[FileFacts], here: Fault) -> None:
    """LandingError where a file is given twice."""
    faults = []
    for number, file in enumerate(given):
        for earlier in given[:number]:
            if file.sha256 == earlier.sha256:
                faults.append(
                    replace(
                        here,
                        file=file.path.name,
                        expected="files with different rows",
                        found=f"the content of {earlier.path.name} again",
                        advice="name each file of the delivery once",
                        asks=False,
                    )
                )
    if faults:
        raise LandingError(faults)


def check_rows(total: int, n_rows: int | None, here: Fault) -> None:
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
