"""Synthetic registers: lives of made-up citizens as twelve registers would show them."""

from labour_monitor.synthetic.landing import DEFAULT, NATION, Summary, generate

__all__ = ["DEFAULT", "NATION", "Summary", "generate"]
