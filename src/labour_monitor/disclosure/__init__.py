"""Disclosure control (D2): which cells of the public tables are hidden, so that nobody
can work out a small count from everything ever published. `docs/disclosure.md` explains
it."""

from labour_monitor.disclosure.deciding import decide
from labour_monitor.disclosure.faults import DisclosureError

__all__ = ["DisclosureError", "decide"]
