"""dbt reads large registers narrowed, and what it makes of them is what reading them
whole makes (`landing/narrowing.py`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from labour_monitor import hooks, project
from labour_monitor.landing import contract, narrowing
from labour_monitor.landing.checked import Checked
from labour_monitor.quality import counting
from labour_monitor.quality.examined import examine
from labour_monitor.quality.kept_figures import KeptFigures

GONE = "9999999999"
MADE = (
    *("stg_eindkomst__kept_rows", "int_cohort_benefit_weeks"),
    *("stg_dream__exceptions", "stg_bopael__exceptions", "stg_personer__exceptions"),
)


def of_narrowed_registers(workshop) -> list[bytes]:
    return workshop.csv(
        "select * from staging.stg_eindkomst__kept_rows",
        "select * from intermediate.int_cohort_benefit_weeks",
        *(f"select * from staging.{name}" for name in MADE[2:]),
    )


def checked(workshop, as_of: str) -> Checked:
    """What a check of the deliveries has found."""
    kept = KeptFigures(workshop.folder / "figures.json")
    counting.count(examine(workshop.landing, as_of).sources, kept=kept)
    return kept.checked(contract.sources())


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
    fewer = (
        f"select * from '{known}' where hash(pnr) % 10 <> 0 "
        "qualify count(*) over (partition by pnr) = 1 order by pnr"
    )
    workshop.deliver("dream", "2021-03-10", fewer)


def test_dbt_keeps_what_reading_all_keeps(workshop, february, monkeypatch) -> None:
    """A first run, and one with deliveries, people and reports that came since: this
    after a check, whose findings it does not look for again."""
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
    monkeypatch.setattr(hooks, "checked", checked(workshop, "2021-03-15"))
    copies, told = narrowing.copies, []

    def noted(source, read, kept, asked, database) -> dict[Path, Path | None]:
        told.append({day for name, day in asked.found if name == source.name})
        return copies(source, read, kept, asked, database)

    monkeypatch.setattr(narrowing, "copies", noted)
    run = ("run", "--select", *(f"+{name}" for name in MADE))
    assert workshop.dbt(*run, as_of="2021-03-15"), workshop.output
    assert "is read whole" not in workshop.output
    assert [date(2021, 3, 10) in days for days in told] == [True, True]
    assert of_narrowed_registers(workshop) == whole
    assert not folder.exists(), "no copy is left, nor one of a run that was killed"
    (n_suspects,) = workshop.query(
        "select count(*) filter (where is_as_of_delivery), "
        "count(*) filter (where not is_as_of_delivery) from landing.dream_suspects"
    )
    known = workshop.query("select count(*) from landing.dream where is_as_of_delivery")
    assert n_suspects[0] <= 1 < known[0][0], "each once: who has no number alone"
    assert n_suspects[1] > 1, "some are there twice: all"
    for view in ("eindkomst", "dream_weeks"):
        counts = workshop.query(
            f"select count(*) from landing.{view} union all "
            f"select count(*) from landing.{view}_narrowed"
        )
        assert counts[0] == counts[1] != (0,), f"{view} has all rows again"
