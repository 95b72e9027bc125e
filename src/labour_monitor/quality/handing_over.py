"""What a check has found in order, for the run that follows it (`landing.checked`)."""

from __future__ import annotations

from labour_monitor.landing.checked import Passed
from labour_monitor.landing.contract import Source
from labour_monitor.landing.row_rules import form_name, row_rules, suspect_form
from labour_monitor.quality.expectations import about, row_expectations
from labour_monitor.quality.metrics import Figures


def passed(source: Source, figures: Figures) -> Passed:
    """What was found of a delivery, by the figures of all its rows. A check that the
    figures say nothing of may be failed by any row."""
    *of_rows, identity = row_expectations(source)
    n_bad = {
        (e.column, e.check, e.sets_aside): figures.bad_rows.get(e.name) for e in of_rows
    }
    checks = {r.name: (about(r), r.check, True) for r in row_rules(source)}
    checks |= {
        form_name(column): (column.name, "digits", False)
        for column in source.columns
        if suspect_form(column)
    }
    return Passed(
        source=source.name,
        delivered=figures.delivered,
        failed=frozenset(name for name, key in checks.items() if n_bad.get(key) != 0),
        is_each_once=figures.bad_rows.get(identity.name) == 0,
    )
