"""Publications through runs (P3, P4): kept once, never changed, each in its order."""

from __future__ import annotations

import pytest

SHOWN = ["fct_revision", "fct_publication", "fct_area_month"]
KEPT = """
select initiative, publication_date, as_of, count(*), sum(value)
from marts.fct_publication
group by all
order by all
"""


@pytest.fixture
def late_wage_report(workshop, february) -> str:
    """A delivery of eindkomst after that of February 2021, about December 2020: a wage
    for everybody who had none, under ids of its own."""
    workshop.forget()
    sql = f"""
    select
        'late-' || pnr as indberetning_id, pnr, '99999999' as ajo_cvr_nr,
        2020 as vmo_basis_aar, 12 as vmo_basis_maaned, '00' as vmo_indkomst_type_kode,
        cast(10 as decimal(18, 2)) as ajo_loentimer,
        cast(1500 as decimal(18, 2)) as ajo_smalt_loenbeloeb,
        'O' as ansaettelse_kode, cast(null as varchar) as vmo_tilbagefoersel_kode
    from read_parquet('{workshop.file("dream", "2020-09-28")}')
    where regexp_full_match(pnr, '[0-9]{{10}}')
    """
    workshop.deliver("eindkomst", "2021-03-15", sql)
    return "2021-08-30"


def test_a_publication_is_kept_once_and_a_later_one_shows_what_is_new(
    workshop, late_wage_report
) -> None:
    workshop.run("2021-02-27", until=SHOWN)
    first = workshop.query(KEPT)
    assert [(row[0], str(row[1])) for row in first] == [("fsm2", "2021-01-31")]

    workshop.run("2021-02-28", until=SHOWN)
    second = workshop.query(KEPT)
    assert [row for row in second if row in first] == first
    assert {(row[0], str(row[1])) for row in second} == {
        ("fsm2", "2021-01-31"),
        ("fsm2", "2021-02-28"),
        ("afklaringspuljen", "2021-02-28"),
    }
    assert workshop.query(
        "select count(*) from marts.fct_revision where initiative = 'afklaringspuljen'"
    ) == [(0,)]

    workshop.run(late_wage_report, until=SHOWN)
    third = workshop.query(KEPT)
    assert [row for row in third if row in second] == second
    assert ("afklaringspuljen", "2021-07-31") in {(r[0], str(r[1])) for r in third}
    (revision,) = workshop.query("""
        select value, previous_value, publication_date, previous_publication_date
        from marts.fct_revision
        where
            initiative = 'afklaringspuljen' and area_code = 'hele_landet'
            and data_month = date '2020-12-01' and measure = 'n_fulfilled'
    """)
    assert revision[0] > revision[1]
    assert [str(day) for day in revision[2:]] == ["2021-07-31", "2021-02-28"]

    # A run with an earlier as-of date keeps nothing: its figures are in the facts only.
    workshop.run("2021-02-26", until=SHOWN)
    assert workshop.query(KEPT) == third
    assert workshop.query(
        "select max(data_month)::varchar from marts.fct_area_month"
    ) == [("2020-11-01",)]


RECORDS_OF_RUNS = {"int_runs", "int_run_inputs"}
"""State that says when a run was and what it read: of every run."""


def test_the_same_run_again_keeps_nothing_even_with_a_full_refresh(
    workshop, february
) -> None:
    """Whatever is kept, of publications and of all else."""
    state = workshop.tables("state")
    assert all(table.count(b"\n") > 1 for table in state.values())
    refreshed = workshop.dbt("run", "--full-refresh", as_of="2021-02-28")
    assert refreshed, workshop.output
    after = workshop.tables("state")
    assert {name for name in state if after[name] != state[name]} <= RECORDS_OF_RUNS
    assert workshop.figures() == february
