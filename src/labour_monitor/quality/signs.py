"""Why the values of a column are not as the contract says, where most of them are not:
what they have in common, and what to ask the sender for. Never a value itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labour_monitor.landing.contract import Column
from labour_monitor.landing.paths import literal
from labour_monitor.landing.row_rules import code_list
from labour_monitor.quality import expectations

AS_TEXT = "ask the sender for the column as text (in SAS: a character variable)"
_LETTER = "[A-Za-zÆØÅæøåÄÖÜäöüÉé]"
_UNSEEN = "[\\s\\x{00A0}\\x{200B}\\x{FEFF}]"
"""Blanks of every kind: those around a text are gone before this is asked."""
_QUOTES = "[='`\"\\x{2019}]"


@dataclass(frozen=True)
class Sign:
    """What values have in common: `condition` is SQL that is true for such a value;
    `found` goes on after 'values', and `request` says what to ask for. `is_of_column`
    tells what becomes of a whole column on its way from what may be a slip."""

    condition: str
    found: str
    request: str
    is_of_column: bool = True


def signs(column: Column, check: str) -> list[Sign]:
    """The signs of values that fail a check of their column, in the order in which
    they are tried: of the first that fits a value it is counted."""
    match check:
        case "digits" | "listed" if column.data_type == "varchar":
            return [*_of_text(column)]
        case "number":
            return [
                Sign(
                    "true",
                    "as a number has it (such as .0 or 6,10E+09)",
                    f"{AS_TEXT}, since it went through a number",
                )
            ]
        case "bounds":
            return _of_periods(column.name, column.role)
        case "plausible":
            return _of_dates(column)
    return []


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"


def _without(text: str, pattern: str) -> str:
    return f"regexp_replace({text}, {literal(pattern)}, '', 'g')"


def _of_text(column: Column) -> Iterator[Sign]:
    value, digits = column.name, column.digits
    codes = code_list(column.codes) if column.codes else ()
    listed = expectations.file_of(column.codes) if column.codes else None

    def is_right(text: str, codes: tuple[str, ...] = codes) -> str:
        if codes:
            return f"{text} in ({', '.join(literal(code) for code in codes)})"
        return _matches(text, f"[0-9]{{{digits}}}")

    is_number = digits is not None or all(code.isdigit() for code in codes)
    longest = digits or max(len(code) for code in codes)
    if is_number:
        yield Sign(
            _matches(value, f"[0-9]{{1,{longest}}}[.,]0+"),
            "with the decimals of a number (such as .0)",
            f"{AS_TEXT}, since it went through a number, which also loses leading "
            "zeros",
        )
        yield Sign(
            _matches(value, "[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+"),
            "in the number format of a spreadsheet (such as 6,10E+09)",
            f"{AS_TEXT}: the digits that the number format dropped cannot be had back "
            "from this file",
        )
        yield Sign(
            is_right(_without(value, "[.,]"))
            + f" and {_matches(value, '[0-9]{1,3}([.,][0-9]{3})+')}",
            "with thousands separators",
            f"{AS_TEXT}, without thousands separators",
        )
    yield Sign(
        is_right(_without(value, "-")),
        "with a hyphen in them",
        "ask the sender for the column without hyphens",
    )
    yield Sign(
        is_right(_without(value, _UNSEEN)),
        "with blanks in them",
        "ask the sender for the column without blanks inside or around the values",
    )
    yield Sign(
        is_right(_without(value, _QUOTES)),
        "with the apostrophes, quotes or formulas by which a spreadsheet marks a text",
        "ask the sender for the column without apostrophes, quotes and formulas",
    )
    if is_number and longest > 1:
        yield Sign(
            _matches(value, f"[0-9]{{1,{longest - 1}}}"),
            f"of fewer than {longest} digits",
            f"{AS_TEXT}, since a number has lost its leading zeros",
        )
    if is_number:
        yield Sign(
            is_right(_without(value, "^0+")),
            f"with zeros in front of {longest} digits",
            f"ask the sender for {longest} digits, without zeros in front",
        )
        yield Sign(
            _matches(value, "[0-9]+"),
            "of digits that are no code" if codes else f"of more than {longest} digits",
            f"ask the sender for the codes of {listed}"
            if codes
            else f"ask the sender for {longest} digits in each value",
            is_of_column=False,
        )
        yield Sign(
            _matches(value, "[0-9]+[xX*]+"),
            "of which some digits are hidden",
            "ask the sender for the whole numbers, or for pseudonyms in their form",
        )
        yield Sign(
            is_right(_without(value, f"^{_LETTER}{{1,3}}")),
            "with letters in front of the digits",
            "ask the sender for the digits alone",
        )
        yield Sign(
            is_right(f"regexp_extract({value}, '^[0-9]+')"),
            "with a text behind the digits",
            "ask the sender for the digits alone, without the name",
        )
    if codes and not is_number:
        lower = tuple(code.lower() for code in codes)
        yield Sign(
            is_right(f"lower({value})", lower),
            "in other letters than the list has (upper and lower case differ)",
            "ask the sender for the codes in the letters of the list, upper and lower "
            "case as there",
        )
        plain = f"lower({value})"
        for letter, written in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
            plain = f"replace({plain}, '{letter}', '{written}')"
        yield Sign(
            is_right(f"regexp_replace({plain}, '[ -]+', '_', 'g')", lower),
            "with Danish letters or blanks, where the list has ae, oe, aa and _",
            "ask the sender for the codes as the list writes them",
        )
    yield Sign(
        f"regexp_matches({value}, {literal(_LETTER)})",
        "with letters: a name instead of a code, or another list"
        if codes
        else "with letters in them",
        f"ask the sender for the codes of {listed}, not for names"
        if codes
        else "ask the sender for the digits alone",
        is_of_column=False,
    )


def _of_periods(value: str, role: str | None) -> list[Sign]:
    return [
        Sign(
            f"{value} between 190001 and 210012",
            "that are a year and a month in one number",
            f"ask the sender for the {role} in a column of its own",
        ),
        Sign(
            f"{value} between 0 and 99",
            "of two digits or fewer",
            "ask the sender for the year in four digits"
            if role == "year"
            else "ask the sender for the month as 1 to 12",
        ),
    ]


def _of_dates(column: Column) -> list[Sign]:
    value, first = column.name, column.plausible[0]
    how = (
        "ask the sender how the dates were written: days counted from another day, or "
        "seconds, may have been taken for days"
    )
    return [
        Sign(
            f"extract(year from {value}) between 0 and 99",
            "with a year of two digits or fewer",
            "ask the sender for the years in four digits",
        ),
        Sign(f"{value} < date '{first}'", f"before {first}", how, is_of_column=False),
        Sign("true", "later than that", how, is_of_column=False),
    ]
