"""DREAM's weeks: codes of three digits as text, in whatever form their sender wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from labour_monitor.landing import inspection
from labour_monitor.landing.faults import Fault
from labour_monitor.receiving.text import is_text, trimmed_codes

KEPT_AS = pa.dictionary(pa.int32(), pa.string())
_CODES = tuple(f"{code:03d}" for code in range(1000))
_CODE = "^[0-9]{3}$"
_WEEKS = "weeks"


def is_number(kind: pa.DataType) -> bool:
    """Whether a sender wrote the codes of a week as numbers, which lost their zeros."""
    return any(
        is_kind(kind)
        for is_kind in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    )


def can_hold_codes(kind: pa.DataType) -> bool:
    """Whether codes can be read from a week of the type; of others the in-door says
    what is wrong."""
    return is_text(kind) or is_number(kind)


class WeekCodes:
    """The weeks of a file as text, and a count of what in them is no code.

    A single text that is none is staging's to judge. Where most of a week are so
    (`130.0`, `11`), the sender wrote them in another form, and nobody would have had a
    benefit.
    """

    def __init__(self, kinds: Iterable[pa.DataType]) -> None:
        self._are_numbers = any(is_number(kind) for kind in kinds)
        self._filled: Counter[str] = Counter()
        self._no_numbers: Counter[str] = Counter()
        self._no_texts: Counter[str] = Counter()

    def read(self, name: str, values: pa.Array) -> pa.DictionaryArray:
        """The codes of a week column in a batch of rows."""
        if is_number(values.type):
            codes, n_bad = _of_numbers(values)
            self._no_numbers[name] += n_bad
        else:
            codes = trimmed_codes(values)
        codes = codes.cast(KEPT_AS)
        self._filled[name] += len(codes) - codes.null_count
        is_code = pc.match_substring_regex(codes.dictionary, _CODE)
        if not pc.all(is_code).as_py():
            is_bad = pc.invert(is_code).take(codes.indices)
            self._no_texts[name] += pc.sum(is_bad).as_py() or 0
        return codes

    def read_as(self) -> dict[str, str]:
        """What to tell of how the weeks were read; nothing of text, which is as
        expected."""
        form = "numbers, written with three digits"
        return {_WEEKS: form} if self._are_numbers else {}

    def faults(self, here: Fault) -> list[Fault]:
        """A fault for weeks with numbers that are no codes, and one for weeks of such
        texts."""
        expected = "codes of three digits (a number from 0 to 999 is written so)"
        faults = []
        if numbers := [name for name, n in self._no_numbers.items() if n]:
            found = f"{sum(self._no_numbers.values()):,} numbers that are none"
            column = inspection.some(numbers)
            faults.append(replace(here, column=column, expected=expected, found=found))
        texts = [n for n in self._no_texts if 2 * self._no_texts[n] > self._filled[n]]
        if texts:
            n_bad = sum(self._no_texts[name] for name in texts)
            n_filled = sum(self._filled[name] for name in texts)
            faults.append(
                replace(
                    here,
                    column=inspection.some(texts),
                    expected="text of three digits",
                    found=f"{n_bad:,} of {n_filled:,} values that are none, with which "
                    "nobody would count as having a benefit",
                    advice="ask the sender for the codes as text of three digits, such "
                    "as 011 or 130",
                )
            )
        return faults


def _of_numbers(numbers: pa.Array) -> tuple[pa.DictionaryArray, int]:
    """Numbers as codes of three digits, and how many of them are none."""
    doubles = numbers.cast(pa.float64())
    doubles = pc.if_else(pc.is_nan(doubles), None, doubles)  # as some write a blank
    is_code = pc.and_(
        pc.equal(doubles, pc.floor(doubles)),
        pc.and_(pc.greater_equal(doubles, 0.0), pc.less(doubles, 1000.0)),
    )
    n_bad = len(doubles) - doubles.null_count - (pc.sum(is_code).as_py() or 0)
    codes = pc.if_else(is_code, doubles, None).cast(pa.int32()).dictionary_encode()
    found = pa.array(_CODES).take(codes.dictionary)
    return pa.DictionaryArray.from_arrays(codes.indices, found), n_bad
