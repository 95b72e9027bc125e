"""The shares of the reports are rounded half up from the exact quotient (M2)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .rendering import macro

counts = st.integers(1, 2000).flatmap(
    lambda measured: st.tuples(st.integers(0, measured), st.just(measured))
)
areas = st.lists(counts, min_size=1, max_size=98)
NEXT_TO_A_TIE = [(29, 212), (11, 293), (11, 228), (280, 295), (207, 269)]
"""The mean is 38.82499999957 pct."""
A_TIE = [(1, 20000)]
A_TIE_OF_THIRDS = [(1, 3), (2, 3), (1, 20000)]
"""The mean is 33.335 pct., and no third has a last decimal."""


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        yield connection


def half_up(share: Fraction) -> Decimal:
    """A share of one in pct., with two decimals."""
    return Decimal(int(share * 10000 + Fraction(1, 2))) / 100


@settings(max_examples=200, deadline=None, derandomize=True)
@given(areas)
@example(NEXT_TO_A_TIE)
@example(A_TIE)
@example(A_TIE_OF_THIRDS)
def test_a_mean_is_rounded_as_the_exact_one(connection, areas) -> None:
    rows = ", ".join(f"({n}, {measured})" for n, measured in areas)
    (found,) = connection.execute(
        f"select {macro('mean_pct')('n', 'measured')} "
        f"from (values {rows}) as areas (n, measured)"
    ).fetchone()
    mean = sum(Fraction(n, measured) for n, measured in areas) / len(areas)
    assert found == half_up(mean)
