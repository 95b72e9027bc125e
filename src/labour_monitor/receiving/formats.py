"""The formats of senders' files, by the end of the name."""

from __future__ import annotations

from pathlib import Path

from labour_monitor.landing.faults import Fault
from labour_monitor.receiving.csv_file import open_csv
from labour_monitor.receiving.parquet_file import open_parquet
from labour_monitor.receiving.reading import Open, Reading, Say


def _open_sas7bdat(path: Path, here: Fault, say: Say) -> Reading:
    # pyreadstat brings pandas, which takes seconds: only SAS files pay for it.
    from labour_monitor.receiving.sas_file import open_sas7bdat

    return open_sas7bdat(path, here, say)


def _open_xpt(path: Path, here: Fault, say: Say) -> Reading:
    from labour_monitor.receiving.sas_file import open_xpt

    return open_xpt(path, here, say)


FORMATS: dict[str, Open] = {
    ".csv": open_csv,
    ".txt": open_csv,
    ".sas7bdat": _open_sas7bdat,
    ".xpt": _open_xpt,
    ".parquet": open_parquet,
}
