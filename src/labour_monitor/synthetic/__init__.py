"""Synthetic registers: lives of made-up citizens as twelve registers show them."""

from labour_monitor.synthetic.faults import (
    FAULTS,
    STOP_MESSAGES,
    Injectable,
    Injected,
    inject,
)
from labour_monitor.synthetic.landing import DEFAULT, NATION, Summary, generate
from labour_monitor.synthetic.named import Expectation, NamedCitizen, named_citizens

__all__ = [
    "DEFAULT",
    "FAULTS",
    "NATION",
    "STOP_MESSAGES",
    "Expectation",
    "Injectable",
    "Injected",
    "NamedCitizen",
    "Summary",
    "generate",
    "inject",
    "named_citizens",
]
