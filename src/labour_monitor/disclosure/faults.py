"""What stops the decision."""

from __future__ import annotations


class DisclosureError(Exception):
    """Nothing can be published as it is. One line: where (initiative, table, area,
    month, measure), and what to do; never a value."""
