"""Findings through runs: new, still there, solved; kept once, and never changed."""

from __future__ import annotations

import re

import pytest

from labour_monitor import summary

ALL = ("run", "--select", "+dq_finding_change")
MODELS = (
    *("run", "--select", "int_as_of", "stg_ydelser__exceptions", "int_row_exceptions"),
    "int_finding_subjects+",
)
"""What a delivery of `ydelser` changes: the other models stand as in the run before."""
CHANGES = """
select
    previous_as_of::varchar, n_new, n_solved, n_still_there,
    n_rows_new, n_rows_solved, n_rows_still_there
from marts.dq_finding_change
where source = 'ydelser' and kind = ?
"""
KEPT = """
select as_of::varchar, source, kind, is_person, count(*), min(subject_key)
from intermediate.int_finding_subjects_kept
group by all
order by all
"""


def deliver(workshop, delivered: str, n_unknown: int, n_invalid: int) -> None:
    """`ydelser` of 2020-11-27 without its own bad rows, with so many persons who have a
    benefit that is in no list, and so many rows without a valid person number."""
    sound = f"""
    select *
    from read_parquet(
        '{workshop.file("ydelser", "2020-11-27")}', hive_partitioning = false
    )
    where
        length(pnr) = 10 and fra_dato is not null and ydelse_kode is not null
        and ydelse_kode <> 'UKENDT' and (til_dato is null or til_dato >= fra_dato)
    """
    spoiled = f"""
    select
        pnr, 'UKENDT' as ydelse_kode, fra_dato, til_dato, place
        from (
            select *, row_number() over (order by pnr) as place
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


def test_a_fault_appears_stays_and_is_solved(workshop) -> None:
    deliver(workshop, "2020-12-01", n_unknown=0, n_invalid=0)
    deliver(workshop, "2020-12-02", n_unknown=3, n_invalid=2)
    deliver(workshop, "2020-12-03", n_unknown=4, n_invalid=1)
    deliver(workshop, "2020-12-04", n_unknown=0, n_invalid=0)

    assert workshop.dbt(*ALL, as_of="2020-12-01"), workshop.output
    assert changes(workshop, "unknown_code") == []
    first = workshop.query(KEPT)
    assert {row[0] for row in first} == {"2020-12-01"}
    others = workshop.query(
        "select count(*), count(previous_as_of), sum(n_new) > 0, sum(n_solved) "
        "from marts.dq_finding_change"
    )
    assert others[0][0] > 10
    assert others[0][1:] == (0, True, 0)

    assert workshop.dbt(*MODELS, as_of="2020-12-02"), workshop.output
    second = workshop.query("select * from marts.dq_finding_change order by all")
    assert changes(workshop, "unknown_code") == [("2020-12-01", 3, 0, 0, 0, 0, 0)]
    assert changes(workshop, "invalid_pnr") == [("2020-12-01", 0, 0, 0, 2, 0, 0)]

    # The same run again, with a full refresh too, gives the same and keeps nothing.
    kept = workshop.query(KEPT)
    assert [row for row in kept if row in first] == first
    assert workshop.dbt(*MODELS, "--full-refresh", as_of="2020-12-02"), workshop.output
    assert workshop.query(KEPT) == kept
    again = workshop.query("select * from marts.dq_finding_change order by all")
    assert again == second

    assert workshop.dbt(*MODELS, as_of="2020-12-03"), workshop.output
    assert changes(workshop, "unknown_code") == [("2020-12-02", 1, 0, 3, 0, 0, 0)]
    assert changes(workshop, "invalid_pnr") == [("2020-12-02", 0, 0, 0, 0, 1, 1)]

    assert workshop.dbt(*MODELS, as_of="2020-12-04"), workshop.output
    assert changes(workshop, "unknown_code") == [("2020-12-03", 0, 4, 0, 0, 0, 0)]
    assert changes(workshop, "invalid_pnr") == [("2020-12-03", 0, 0, 0, 0, 1, 0)]

    # An earlier run is compared with what was before it, and keeps nothing.
    kept = workshop.query(KEPT)
    assert workshop.dbt(*MODELS, as_of="2020-12-02"), workshop.output
    assert changes(workshop, "unknown_code") == [("2020-12-01", 3, 0, 0, 0, 0, 0)]
    assert workshop.query(KEPT) == kept
    assert workshop.dbt(*MODELS, as_of="2020-11-30"), workshop.output
    assert workshop.query(
        "select count(previous_as_of), sum(n_solved) from marts.dq_finding_change"
    ) == [(0, 0)]
    assert workshop.query(KEPT) == kept

    # The state holds keys and digests, and nothing else of anybody.
    keys = workshop.query("""
        select distinct subject_key from intermediate.int_finding_subjects_kept
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
