"""dbt reads large registers narrowed, and what it makes of them is what reading them
whole makes (`landing/narrowing.py`)."""

from __future__ import annotations

import duckdb

from labour_monitor import project
from labour_monitor.landing import narrowing

GONE = "9999999999"
MADE = ("stg_eindkomst__kept_rows", "int_cohort_benefit_weeks")


def of_narrowed_registers(workshop) -> list[bytes]:
    return workshop.csv(
        "select * from staging.stg_eindkomst__kept_rows",
        "select * from intermediate.int_cohort_benefit_weeks",
    )


def with_news(workshop) -> None:
    """People who are monitored since, some of whom are not in the newest DREAM any
    more, and one whose reports are kept who is in none; and reports, half of which
    replace others."""
    visited = workshop.file("visitation", workshop.deliveries("visitation")[-1])
    everybody = f"select * replace (5 as personkategori_kode) from '{visited}'"
    workshop.deliver("visitation", "2021-03-10", everybody)
    paid = workshop.file("eindkomst", workshop.deliveries("eindkomst")[-1])
    workshop.deliver(
        "eindkomst",
        "2021-03-10",
        "select * replace (ajo_loentimer + 1 as ajo_loentimer, case when hash(pnr) % 2 "
        "= 0 then 'new ' else '' end || indberetning_id as indberetning_id) "
        f"from '{paid}' union all (select * replace ('of nobody in DREAM' as "
        f"indberetning_id, '{GONE}' as pnr) from '{paid}' limit 1)",
    )
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute(
            "insert into landing.kept_citizens select hash(? || ?), keeping_number "
            "from landing.kept_citizens limit 1",
            [project.DEMONSTRATION_SECRET, GONE],
        )
    known = workshop.file("dream", workshop.deliveries("dream")[-1])
    fewer = f"select * from '{known}' where hash(pnr) % 10 <> 0"
    workshop.deliver("dream", "2021-03-10", fewer)


def test_dbt_keeps_what_reading_all_keeps(workshop, february) -> None:
    """A first run, and one with deliveries, people and reports that came since."""
    narrowed = of_narrowed_registers(workshop)
    workshop.forget()
    workshop.run("2021-02-28", until=MADE)
    assert narrowed == of_narrowed_registers(workshop)
    with_news(workshop)
    workshop.run("2021-03-15", until=MADE)
    whole = of_narrowed_registers(workshop)
    workshop.restore(workshop.made.parent / "february")
    with_news(workshop)
    folder = narrowing.folder_of(workshop.database)
    folder.mkdir()
    (folder / "of_a_run_that_was_killed.parquet").write_text("")
    run = ("run", "--select", *(f"+{name}" for name in MADE))
    assert workshop.dbt(*run, as_of="2021-03-15"), workshop.output
    assert "is read whole" not in workshop.output
    assert of_narrowed_registers(workshop) == whole
    assert not folder.exists(), "no copy is left, nor one of a run that was killed"
    for view in ("eindkomst", "dream_weeks"):
        counts = workshop.query(
            f"select count(*) from landing.{view} union all "
            f"select count(*) from landing.{view}_narrowed"
        )
        assert counts[0] == counts[1] != (0,), f"{view} has all rows again"
