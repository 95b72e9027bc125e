"""A record that is no longer in a newer snapshot is gone from that as-of date on; what
was published with it stays (P3, P4)."""

from __future__ import annotations

BENEFIT, STATUS = "ressourceforloebsydelse", "ressourceforloeb"
COUNTED = f"""
select count(*) from marts.fct_citizen_month
where has_{STATUS} and data_month <= date '2020-12-01'
"""
PUBLISHED = """
select * from marts.fct_publication where publication_date <= date '2021-02-28'
order by all
"""


def test_a_deleted_record_counts_no_more_and_stays_where_it_was_published(
    workshop, february
) -> None:
    published = workshop.query(PUBLISHED)
    assert workshop.query(COUNTED)[0][0] > 0
    newest = workshop.file("ydelser", "2021-08-30")
    workshop.deliver(
        *("ydelser", "2021-09-10"),
        f"select * from read_parquet('{newest}') where ydelse_kode <> '{BENEFIT}'",
    )
    workshop.run("2021-09-15")

    assert workshop.query(COUNTED) == [(0,)]
    assert workshop.query(PUBLISHED) == published
    (revision,) = workshop.query(f"""
        select value, previous_value, publication_date, previous_publication_date
        from marts.fct_revision
        where
            initiative = 'afklaringspuljen' and area_code = 'hele_landet'
            and data_month = date '2020-12-01' and measure = 'status:{STATUS}'
    """)
    assert revision[0] == 0 < revision[1]
    assert [str(day) for day in revision[2:]] == ["2021-08-31", "2021-02-28"]
