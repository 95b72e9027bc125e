"""Findings through runs: new, still there, solved; kept once, and never changed."""

from __future__ import annotations

import re
import shutil

import pytest

from labour_monitor import project, summary

CODES = project.root() / "seeds/code_lists/ydelse_codes.csv"
CHANGES = """
select
    previous_as_of::varchar, n_new, n_solved, n_still_there,
    n_rows_new, n_rows_solved, n_rows_still_there
from marts.dq_finding_change
where source = 'ydelser' and kind = ?
"""
FINDINGS = ["dq_finding_change"]
TABLE = "select * from marts.dq_finding_change order by all"
KEPT = """
select as_of::varchar, source, kind, is_person, count(*), min(subject_key)
from state.int_finding_subjects_kept
group by all
order by all
"""


def deliver(workshop, delivered: str, n_unknown: int, n_invalid: int) -> None:
    """`ydelser` of 2023-02-28 without its own bad rows, with so many persons who have a
    benefit that is in no list, and so many rows without a valid person number."""
    sound = f"""
    select *
    from read_parquet(
        '{workshop.file("ydelser", "2023-02-28")}', hive_partitioning = false
    )
    where
        regexp_full_match(pnr, '[0-9]{{10}}') and fra_dato is not null
        and ydelse_kode in (select ydelse_kode from read_csv('{CODES}'))
        and (til_dato is null or til_dato >= fra_dato)
    """
    spoiled = f"""
    select
        pnr, 'UKENDT' as ydelse_kode, fra_dato, til_dato, place
        from (
            select *, dense_rank() over (order by pnr) as place
            from ({sound}) qualify row_number() over (partition by pnr) = 1
        )
    """
    workshop.deliver(
        "ydelser",
        delivered,
        f"""
        {sound}
        union all
        select * exclude (place) from ({spoiled}) where place <= {n_unknown}
        union all
        select '1', 'su', date '2020-01-01' + cast(place as integer), null
        from ({spoiled}) where place <= {n_invalid}
        """,
    )


def changes(workshop, kind: str) -> list[tuple]:
    return workshop.query(CHANGES, [kind])


def test_a_fault_appears_stays_and_is_solved(workshop, february) -> None:
    """The newest delivery is the as-of date."""
    workshop.forget()
    deliver(workshop, "2023-03-01", n_unknown=0, n_invalid=2)
    workshop.run(until=FINDINGS)
    assert changes(workshop, "unknown_code") == []
    assert changes(workshop, "invalid_pnr") == [(None, 0, 0, 0, 2, 0, 0)]
    first = workshop.query(KEPT)
    assert {row[0] for row in first} == {"2023-03-01"}
    assert workshop.query(
        "select count(*) > 10, count(previous_as_of), sum(n_new) > 0, sum(n_solved) "
        "from marts.dq_finding_change"
    ) == [(True, 0, True, 0)]

    deliver(workshop, "2023-03-02", n_unknown=3, n_invalid=1)
    workshop.run(until=FINDINGS)
    assert changes(workshop, "unknown_code") == [("2023-03-01", 3, 0, 0, 0, 0, 0)]
    assert changes(workshop, "invalid_pnr") == [("2023-03-01", 0, 0, 0, 0, 1, 1)]
    second = workshop.query(TABLE)
    kept = workshop.query(KEPT)
    assert [row for row in kept if row in first] == first

    # The same run again gives the same and keeps nothing.
    workshop.run(until=FINDINGS)
    assert workshop.query(KEPT) == kept
    assert workshop.query(TABLE) == second

    deliver(workshop, "2023-03-03", n_unknown=2, n_invalid=0)
    workshop.run(until=FINDINGS)
    assert changes(workshop, "unknown_code") == [("2023-03-02", 0, 1, 2, 0, 0, 0)]
    assert changes(workshop, "invalid_pnr") == [("2023-03-02", 0, 0, 0, 0, 1, 0)]
    kept = workshop.query(KEPT)

    # Earlier runs are compared with what was before them, and keep nothing.
    for delivered, previous in (("2023-03-03", second), ("2023-03-02", None)):
        shutil.rmtree(workshop.landing / f"ydelser/delivered={delivered}")
        workshop.run(until=FINDINGS)
        assert previous is None or workshop.query(TABLE) == previous
        assert workshop.query(KEPT) == kept
    assert workshop.query(
        "select count(previous_as_of), sum(n_solved) from marts.dq_finding_change"
    ) == [(0, 0)]

    # The state holds keys and digests, and nothing else of anybody.
    keys = workshop.query("""
        select distinct subject_key from state.int_finding_subjects_kept
        where kind <> 'run'
    """)
    assert keys
    assert all(re.fullmatch("[0-9a-f]{64}", key) for (key,) in keys)


@pytest.mark.parametrize(
    ("changes", "newest", "said"),
    [
        (
            ("2021-02-25", 1200, 3, 4),
            [("bopael", "missing_start", 1100)],
            "Findings about people since the run as of 2021-02-25: 1,200 new (most: "
            "bopael missing_start 1,100), 3 solved, 4 still there "
            "(marts.dq_finding_change)",
        ),
        (
            ("2021-02-25", 0, 0, 4),
            [],
            "Findings about people since the run as of 2021-02-25: 0 new, 0 solved, 4 "
            "still there (marts.dq_finding_change)",
        ),
        (
            (None, 7, 0, 0),
            [("bopael", "missing_start", 7)],
            "Findings about people: 7, and no earlier run to compare with "
            "(marts.dq_finding_change)",
        ),
    ],
)
def test_the_summary_says_what_has_changed(changes, newest, said) -> None:
    assert summary._findings(changes, newest) == said


def test_the_summary_of_a_build_ends_with_the_findings(built) -> None:
    assert "marts.dq_finding_change" in summary.text(built.database).splitlines()[-1]


def test_a_move_away_that_arrives_late_is_found_and_is_the_cause(
    workshop, february
) -> None:
    """T5: the residence in no municipality of a named citizen, from 10 December 2020,
    in the delivery of August 2021."""
    workshop.run("2021-08-30")
    ((previous, n_new),) = workshop.query("""
        select previous_as_of::varchar, n_new from marts.dq_finding_change
        where source = 'bopael' and kind = 'residence_in_no_municipality'
    """)
    assert previous == "2021-02-28"
    assert n_new > 0
    causes = workshop.query("""
        select initiative, cause, source, n_citizens from marts.fct_revision_cause
        where
            measure = 'n_target_group' and area_code = '751'
            and data_month = date '2020-12-01'
        order by all
    """)
    assert ("afklaringspuljen", "late", "bopael", 1) in causes
    assert ("fsm2", "late", "bopael", 1) in causes
    assert workshop.query(
        "select count(*) from marts.fct_revision_cause where cause = 'rules'"
    ) == [(0,)]
