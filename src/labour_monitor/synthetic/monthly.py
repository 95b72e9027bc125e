"""DREAM every month, as it is really released: a landing of which every publication can
be made on its day. The other registers stay as they were delivered."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from labour_monitor.synthetic.calendar import (
    DELIVERY_DATES,
    WEEK_COLUMNS,
    weeks_in_delivery,
)
from labour_monitor.synthetic.writing import COMPRESSION, delivery_file

_NO_NEWS = timedelta(days=10)
"""So soon after a delivery there is no other one."""


def monthly_dates() -> list[date]:
    """The ends of the months between the deliveries that the generator draws."""
    first, last = DELIVERY_DATES[0], DELIVERY_DATES[-1]
    dates = []
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, month = number // 12, number % 12 + 1
        day = date(year, month, calendar.monthrange(year, month)[1])
        newest = max((d for d in DELIVERY_DATES if d <= day), default=None)
        if newest and day - newest > _NO_NEWS and day < last:
            dates.append(day)
    return dates


def deliver_monthly_dream(landing: Path) -> list[date]:
    """Write the deliveries in between: the next one drawn, with the weeks that a DREAM
    of that day would have. Row group by row group, so that memory stays bounded."""
    dates = monthly_dates()
    for delivered in dates:
        drawn = min(d for d in DELIVERY_DATES if d > delivered)
        columns = ["pnr", *WEEK_COLUMNS[: weeks_in_delivery(delivered)]]
        path = delivery_file(landing, "dream", delivered)
        path.parent.mkdir(parents=True)
        with pq.ParquetFile(delivery_file(landing, "dream", drawn)) as file:
            schema = file.schema_arrow.empty_table().select(columns).schema
            with pq.ParquetWriter(
                path,
                schema,
                compression=COMPRESSION,
                store_schema=False,
                write_statistics=False,
            ) as writer:
                for number in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(number, columns=columns))
    return dates
