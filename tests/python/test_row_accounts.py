"""Nothing is lost: every delivered row is accepted, rejected or a duplicate."""

from __future__ import annotations

from collections import Counter

import pyarrow.parquet as pq

from labour_monitor.landing import contract
from labour_monitor.landing.deliveries import delivered_dates
from labour_monitor.synthetic.named import named_citizens


def test_every_row_of_every_delivery_read_is_in_the_account(built) -> None:
    accounts = {
        (source, delivered): (n, accepted + rejected + duplicates)
        for source, delivered, n, accepted, rejected, duplicates in built.query(
            "select * from marts.dq_row_account"
        )
    }
    for (source, delivered), (n_delivered, n_found) in accounts.items():
        folder = built.landing / source / f"delivered={delivered}"
        in_files = sum(pq.read_metadata(f).num_rows for f in folder.glob("*.parquet"))
        assert in_files == n_delivered == n_found, (source, delivered)
    assert {source for source, _ in accounts} == set(contract.sources())


def test_all_deliveries_of_an_increment_are_read(built) -> None:
    for source in ("eindkomst", "socialt_frikort"):
        read = built.query(
            "select delivered from marts.dq_row_account where source = ? order by all",
            [source],
        )
        assert [day for (day,) in read] == delivered_dates(built.landing, source)


def test_of_a_cohort_source_two_deliveries_are_read(built) -> None:
    read = Counter(
        source for (source,) in built.query("select source from marts.dq_row_account")
    )
    for source in contract.sources().values():
        if source.kind == "snapshot":
            assert read[source.name] == (2 if source.is_cohort_source else 1)


def test_the_rows_that_named_citizens_get_rejected_are_set_aside(built) -> None:
    wanted = Counter(
        (record.source, record.rejected)
        for citizen in named_citizens()
        for record in citizen.records
        if record.rejected
    )
    assert wanted
    found = Counter(built.query("select source, reason from marts.dq_rejected_row"))
    assert all(found[key] >= n for key, n in wanted.items())
