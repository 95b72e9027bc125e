"""From files to reports: a landing of which some registers came as CSV of STAR and as
SAS files of Statistics Denmark gives the marts of the landing they were made from."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from labour_monitor import cli
from labour_monitor.landing import identity

from .conftest import STAR, write_csv, write_xpt

LOCKED, NEWEST = "2020-09-28", "2023-02-28"
"""The deliveries of DREAM that a run reads: that of the cohort and the newest one."""


def marts(workshop) -> dict[str, bytes]:
    """Every mart as CSV, but for when the run was and from which files."""
    tables = workshop.query(
        """
        select table_name, list('"' || column_name || '"' order by ordinal_position)
        from information_schema.columns
        where table_schema = 'marts' and data_type not like 'TIMESTAMP%'
        group by table_name
        """
    )
    # The digest of fct_publication is over rows that say when the run was.
    files = {
        "fct_receipt": "where kind <> 'delivery' and name <> 'fct_publication'",
        "fct_published_table": "where table_name <> 'fct_publication'",
    }
    rows = workshop.csv(
        *(
            f"select {', '.join(columns)} from marts.{name} {files.get(name, '')}"
            for name, columns in tables
        )
    )
    return dict(zip((name for name, _ in tables), rows, strict=True))


def land_anew(
    workshop, source: str, delivered: str, write: Callable, file: Path
) -> None:
    """A delivery as a sender would write it, landed by the command."""
    parquet = workshop.file(source, delivered)
    moved = parquet.rename(workshop.folder / f"original-{source}.parquet")
    shutil.rmtree(parquet.parent)
    write(source, moved, file)
    command = ["land", source, str(file), "--delivered", delivered]
    assert cli.main([*command, "--landing", str(workshop.landing)]) == 0
    moved.unlink()
    file.unlink()


def test_registers_from_csv_and_sas_give_the_same_marts(workshop, february) -> None:
    workshop.forget()
    workshop.run()
    expected = marts(workshop)
    with_rows = {name for name, table in expected.items() if table.count(b"\n") > 1}
    assert len([name for name in with_rows if name.startswith("rpt_")]) == 8
    workshop.forget()
    # Files of senders come into a landing of real registers alone.
    landing_id = identity.read(workshop.landing)
    (workshop.landing / identity.FILE_NAME).unlink()
    identity.mark(workshop.landing, landing_id)

    def star(source, parquet, file):
        write_csv(source, parquet, file, STAR)

    for delivered in (LOCKED, NEWEST):
        file = workshop.folder / "DREAM.xpt"
        land_anew(workshop, "dream", delivered, write_xpt, file)
    for delivered in workshop.deliveries("eindkomst"):
        file = workshop.folder / "EINDKOMST.XPT"
        land_anew(workshop, "eindkomst", delivered, write_xpt, file)
    file = workshop.folder / "STAR_ydelser.csv"
    land_anew(workshop, "ydelser", NEWEST, star, file)
    assert len(list(workshop.landing.glob("*/*/manifest.json"))) == 11
    workshop.run()
    assert marts(workshop) == expected
