"""Two builds from the same deliveries give the same bytes: in another database, with
other numbers of threads, and whatever the order of the rows within the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import yaml

from labour_monitor import project

AS_OF = "2021-02-28"


def profiles(folder: Path, dbt_threads: int, duckdb_threads: int) -> Path:
    """The project's profile with other numbers of threads."""
    document = yaml.safe_load((project.root() / "profiles/profiles.yml").read_text())
    output = document["labour_monitor"]["outputs"]["duckdb"]
    output["threads"] = dbt_threads
    output["config_options"]["threads"] = duckdb_threads
    (folder / "profiles.yml").write_text(yaml.safe_dump(document))
    return folder


def in_another_order(file: Path) -> None:
    """The same rows in another order, in many small row groups."""
    table = pq.read_table(file)
    order = np.random.default_rng(2021).permutation(table.num_rows)
    pq.write_table(table.take(order), file, row_group_size=997)


def test_another_build_from_the_same_rows_gives_the_same_bytes(
    workshop, february, tmp_path
) -> None:
    """In a new database, with four threads of dbt and of DuckDB, where February was
    made with one of dbt's."""
    workshop.reset()
    for file in workshop.landing.rglob("*.parquet"):
        in_another_order(file)
    folder = profiles(tmp_path, dbt_threads=4, duckdb_threads=4)
    assert workshop.dbt("run", "--profiles-dir", str(folder), as_of=AS_OF), (
        workshop.output
    )
    assert "Concurrency: 4 threads" in workshop.output
    figures = workshop.figures()
    # Files with their rows in another order are other files, and the receipts say so.
    assert {name for name in february if figures.get(name) != february[name]} == {
        "what was read"
    }
    assert set(figures) == set(february)


def test_no_figure_is_a_binary_fraction(workshop, february) -> None:
    """Its sum would depend on the order of the rows; the lint sees only where it is
    made, this sees wherever it gets to."""
    found = workshop.query("""
        select schema_name, table_name, column_name from duckdb_columns()
        where not internal and regexp_matches(data_type, 'FLOAT|DOUBLE')
    """)
    assert found == []
