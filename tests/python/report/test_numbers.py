"""How figures are written in Danish."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from labour_monitor.report import numbers
from labour_monitor.report.document import Figure, Kind, State


@pytest.mark.parametrize(
    ("kind", "value", "written", "alone"),
    [
        (Kind.COUNT, 18_639, "18.639", "18.639"),
        (Kind.COUNT, 1_234_567, "1.234.567", "1.234.567"),
        (Kind.COUNT, 0, "-", "0"),
        (Kind.PCT, Decimal("30.4"), "30,40", "30,40 pct."),
        (Kind.PCT, Decimal(100), "100,00", "100,00 pct."),
        (Kind.PCT, Decimal("0.00"), "-", "0,00 pct."),
        (Kind.PCT, Decimal("0.004"), "-", "0,00 pct."),
        (Kind.PCT, Decimal("0.005"), "0,01", "0,01 pct."),
        (Kind.POINTS, Decimal("-12.3"), "\u221212,30", "\u221212,30 procentpoint"),
        (Kind.POINTS, Decimal("4.5"), "+4,50", "+4,50 procentpoint"),
        (Kind.POINTS, Decimal("-0.001"), "0,00", "0,00 procentpoint"),
        (Kind.CHANGE, -1_200, "\u22121.200", "\u22121.200"),
        (Kind.CHANGE, 7, "+7", "+7"),
        (Kind.CHANGE, 0, "0", "0"),
        (Kind.FLAG, True, "Ja", "Ja"),
        (Kind.FLAG, False, "Nej", "Nej"),
        (Kind.MONTH, date(2022, 5, 1), "maj 2022", "maj 2022"),
        (Kind.DATE, date(2023, 2, 28), "28. februar 2023", "28. februar 2023"),
        (Kind.TEXT, "-", "-", "-"),
    ],
)
def test_a_figure_is_written_as_in_a_danish_publication(kind, value, written, alone):
    figure = Figure(kind, value)
    assert numbers.text(figure) == written
    # What belongs together is never parted at the end of a line.
    assert numbers.with_unit(figure).replace(numbers.SPACE, " ") == alone


@pytest.mark.parametrize("kind", Kind)
def test_what_is_not_shown_is_its_symbol_alone(kind):
    for state, sign in ((State.HIDDEN, "•"), (State.NOT_APPLICABLE, ".")):
        figure = Figure(kind, None, state)
        assert numbers.text(figure) == numbers.with_unit(figure) == sign
        assert numbers.symbol(figure) == sign


def test_the_symbols_that_are_used_are_explained_in_one_order():
    hidden, none = (
        Figure(Kind.PCT, None, State(s)) for s in ("hidden", "not_applicable")
    )
    used = numbers.symbols([none, hidden, Figure(Kind.COUNT, 0), hidden])
    assert [sign for sign, _ in used] == ["-", "•", "."]
    # A hyphen that is a word is no zero.
    assert not numbers.symbols([Figure(Kind.TEXT, "-"), Figure(Kind.COUNT, 3)])


def test_short_names_of_months_are_those_of_danish_orthography():
    months = [numbers.short_month(date(2022, month, 1)) for month in (1, 5, 6, 9)]
    assert months == ["jan. 2022", "maj 2022", "juni 2022", "sep. 2022"]
