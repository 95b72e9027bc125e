"""The 98 municipalities with the weights of the model.

``population_thousands`` is the population of 1 January 2020, rounded.
``benefit_factor`` is cash-benefit receivers per inhabitant relative to the country,
set so that København, Aarhus, Odense, Aalborg, Vejle and Esbjerg hold about the 17, 8,
6, 4, 2 and 2 pct. of the answer to ft.dk L 12 (2024-25) no. 16; the others are guesses.
``has_fsm2_markers`` marks the jobcentres that set markers of Flere skal med 2.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np


@dataclass(frozen=True)
class Places:
    """Municipalities in the order of their codes; arrays of the same length."""

    codes: tuple[str, ...]
    population: np.ndarray
    benefit: np.ndarray
    has_fsm2_markers: np.ndarray

    def index(self, code: str) -> int:
        return self.codes.index(code)


@cache
def places() -> Places:
    """Read the weights once."""
    text = (files(__package__) / "municipality_weights.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    population = np.array([float(r["population_thousands"]) for r in rows])
    benefit = population * np.array([float(r["benefit_factor"]) for r in rows])
    return Places(
        codes=tuple(r["municipality_code"] for r in rows),
        population=population / population.sum(),
        benefit=benefit / benefit.sum(),
        has_fsm2_markers=np.array([r["has_fsm2_markers"] == "1" for r in rows]),
    )
