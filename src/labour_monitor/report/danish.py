"""The Danish order of names."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_LAST = {"æ": "{0", "ø": "{1", "å": "{2"}
"""After z, in this order: the character that follows z, and a digit."""


def order(name: str) -> tuple[str, str]:
    """A key that sorts names as Danish orthography has it: Æ, Ø and Å last, Aa as Å,
    other letters with marks as those without. Of two that are else alike the one with
    Å comes first."""
    lower = name.lower().replace("aa", "å")
    letters = "".join(
        _LAST.get(letter)
        or "".join(
            part
            for part in unicodedata.normalize("NFD", letter)
            if not unicodedata.combining(part)
        )
        for letter in unicodedata.normalize("NFC", lower)
    )
    return letters, name.lower().replace("aa", "å~")


def listed(names: Sequence[str], joiner: str = "og") -> str:
    """Names in a sentence: A, B og C."""
    *first, last = names
    return f"{', '.join(first)} {joiner} {last}" if first else last
