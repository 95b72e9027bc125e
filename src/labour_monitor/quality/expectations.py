"""What is expected of the rows of a delivery: generated from the contract of the
landing and the code lists, so that a column or a code is written in one place."""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date

from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.paths import literal
from labour_monitor.landing.row_rules import (
    RowRule,
    breaks,
    code_list,
    conflict_reason,
    is_digits,
    row_rules,
)

_SET_ASIDE = "each such row is set aside ({reason}) and counts for nobody"
_UNLISTED = "in no code list"
NUMBER = "[0-9]+([.,]0+|([.,][0-9]+)?[eE][+-]?[0-9]+)"
"""How a number looks that was to be a text: 123.0, 6,10E+09."""
_NO_VALUE = ("NULL", "NA", "N/A", "#N/A", "NAN", "NONE", "\\N", ".", "-", "?")
_NO_LETTER = "[^0-9a-zæøå]"
_AGAIN = "ask for a corrected delivery under a new date"
LONGEST_WORD = max(map(len, _NO_VALUE))
"""How many characters a word for no value has at most."""


@dataclass(frozen=True)
class RowExpectation:
    """What every row should be like.

    `name` is the metric that counts the rows which are not; `condition` is SQL that is
    true for such a row, None where rows are to be compared with each other. `column` is
    what the condition is about: a column that may be empty, of whose filled values
    (`is_of_values`) or rows a share is taken, or None. `check` is how the column is
    looked at, and `sets_aside` whether staging rejects such a row.
    """

    name: str
    condition: str | None
    expected: str
    meaning: str
    advice: str
    column: str | None = None
    check: str | None = None
    sets_aside: bool = True

    @property
    def is_of_values(self) -> bool:
        return self.column is not None and self.check != "missing"


def unknown_codes(column: Column) -> str:
    """The metric that counts the codes of a column which are in no list."""
    return f"{column.name}: {_UNLISTED}"


def row_expectations(source: Source) -> list[RowExpectation]:
    """What the contract says about the rows of a source, by its columns; what rows have
    together comes last."""
    position = {column.name: number for number, column in enumerate(source.columns)}
    rules = [rule for rule in row_rules(source) if not _is_of_several(rule)]
    rules.sort(key=lambda rule: position[rule.columns[0]])
    together = [rule for rule in row_rules(source) if _is_of_several(rule)]
    return [
        *(_of_rule(source, rule) for rule in rules),
        *(found for column in source.columns for found in _forms(column)),
        *(found for column in source.columns for found in _weeks(column)),
        *(_of_rule(source, rule) for rule in together),
        _identity(source),
    ]


def _is_of_several(rule: RowRule) -> bool:
    return rule.check == "missing" and len(rule.columns) > 1


def about(rule: RowRule) -> str:
    """What an expectation is about that says what a rule does: a column, or several."""
    return " and ".join(rule.columns) if _is_of_several(rule) else rule.columns[0]


def _of_rule(source: Source, rule: RowRule) -> RowExpectation:
    """The words for the case that rows fail the check."""
    name, advice = about(rule), _AGAIN
    match rule.check:
        case "digits":
            what = f"not {_number(rule.digits)} digits"
            expected = f"text of exactly {_number(rule.digits)} digits"
            advice = (
                "ask whether leading zeros were lost when the file was written, and "
                f"{_AGAIN}"
            )
        case "missing" if len(rule.columns) > 1:
            what = "both missing"
            expected = f"{' or '.join(rule.columns)} in every row"
        case "missing":
            what, expected = "missing", "a value in every row"
        case "before":
            what = f"before {rule.columns[1]}"
            expected = f"no end before {rule.columns[1]}"
        case "bounds":
            first, last = rule.bounds
            (role,) = (c.role for c in source.columns if c.name == name)
            what = f"outside {first}-{last}"
            expected = f"a {role} from {first} to {last}"
        case "listed":
            what, expected = _UNLISTED, f"a code of {file_of(rule.codes)}"
            advice = (
                "ask whether the code is new; if it is, add it to the list (README, A "
                f"new code), and if not, {_AGAIN}"
            )
            if rule.reason == "unknown_municipality":
                advice = (
                    "ask why: a residence abroad is no row, and this one ends the one "
                    f"before it. Then {_AGAIN}"
                )
    return RowExpectation(
        name=f"{name}: {what}",
        condition=breaks(rule),
        expected=expected,
        meaning=_SET_ASIDE.format(reason=rule.reason),
        advice=advice,
        column=name,
        check=rule.check,
    )


def _forms(column: Column) -> list[RowExpectation]:
    """What makes a value suspect and sets no row aside: the form of a text that is in
    no code list, and a day that is hardly one."""
    name, found = column.name, []
    has_form = column.digits and column.role not in ("pnr", "weeks")
    if has_form and not column.codes:
        digits = _number(column.digits)
        found.append(
            RowExpectation(
                name=f"{name}: not {digits} digits",
                condition=f"{name} is not null and "
                f"not {is_digits(name, column.digits)}",
                expected=f"text of exactly {digits} digits",
                meaning="such a row is accepted, and no rule knows the value (finding "
                "unusual_form)",
                advice="ask whether leading zeros were lost when the file was written, "
                f"and {_AGAIN}",
                column=name,
                check="digits",
                sets_aside=False,
            )
        )
    if column.data_type == "varchar" and not (column.digits or column.codes):
        found.append(
            RowExpectation(
                name=f"{name}: in the form of a number",
                condition=_where(
                    f"{name} < ':'", f"regexp_full_match({name}, '{NUMBER}')"
                ),
                expected="text without the decimals or the exponent of a number",
                meaning="such a row is accepted, and its text is none that another "
                "delivery or a list would have",
                advice=f"ask whether the column went through a number, and {_AGAIN}",
                column=name,
                check="number",
                sets_aside=False,
            )
        )
    if column.data_type == "varchar" and not (column.digits or column.codes):
        found.append(_missing(name))
    if column.names:
        found.append(_name(column))
    if column.plausible:
        first, last = column.plausible
        sql, until = f"date '{last}'", f"{last}"
        if isinstance(last, int):
            sql = f"cast(delivered_date + interval {last} year as date)"
            until = "the day of the delivery"
            if last:
                until = f"{_number(last)} years after the delivery"
        found.append(
            RowExpectation(
                name=f"{name}: hardly a day",
                condition=f"{name} not between date '{first}' and {sql}",
                expected=f"a day from {first} to {until}",
                meaning="such a row is accepted as it is, and counts for a time in "
                "which nobody lives",
                advice=f"ask how the day was meant, and {_AGAIN}",
                column=name,
                check="plausible",
                sets_aside=False,
            )
        )
    return found


def _missing(name: str) -> RowExpectation:
    """What programs write where there is no value: to the contract it is one."""
    words = ", ".join(map(literal, _NO_VALUE))
    return RowExpectation(
        name=f"{name}: a word for no value",
        condition=_where(
            f"length({name}) <= {LONGEST_WORD}", f"upper({name}) in ({words})"
        ),
        expected="nothing where there is no value",
        meaning="such a row is accepted as if it had a value",
        advice=f"ask for nothing in the place of such words (NULL, NA), and {_AGAIN}",
        column=name,
        check="word",
        sets_aside=False,
    )


def _where(quick: str, slow: str) -> str:
    """SQL: a slow condition, asked only where a quick one leaves it open. A hundred
    million texts are held against it; `and` gives no order."""
    return f"case when {quick} then {slow} else false end"


def _name(column: Column) -> RowExpectation:
    """A name that a rule looks for, written otherwise: nobody would have it."""
    names = set(code_list(column.names))
    listed = ", ".join(literal(name) for name in sorted(names))
    nearly = ", ".join(literal(plain) for plain in sorted(map(_plain, names)))
    plain = f"regexp_replace(lower({column.name}), '{_NO_LETTER}', '', 'g')"
    seed = column.names.split(".")[0]
    return RowExpectation(
        name=f"{column.name}: nearly a name of {seed}",
        condition=f"{column.name} not in ({listed}) and {plain} in ({nearly})",
        expected=f"the names of seeds/rules/{seed}.csv as they are written there",
        meaning="such a row is accepted, and no rule knows the name, which has other "
        "letters (upper and lower case), blanks or signs",
        advice=f"ask for the names as they were, and {_AGAIN}; where they were changed "
        "for good, change the list",
        column=column.name,
        check="names",
        sets_aside=False,
    )


def _plain(name: str) -> str:
    """A name by its letters and digits alone."""
    return re.sub(_NO_LETTER, "", name.lower())


def _number(digits: int) -> str:
    """A small number in words, as the messages have it."""
    words = {2: "two", 3: "three", 8: "eight", 10: "ten"}
    return words.get(digits, str(digits))


def _weeks(column: Column) -> list[RowExpectation]:
    if column.known_codes is None:
        return []
    return [
        RowExpectation(
            name=unknown_codes(column),
            condition=None,
            expected=f"a code of {file_of(column.known_codes)} in the newest weeks",
            meaning="such a week counts as one without benefit; the row is kept "
            "(finding unknown_dream_code)",
            advice="ask what the code stands for, and add it to the list (README, A "
            "new code)",
        )
    ]


def _identity(source: Source) -> RowExpectation:
    match source.identity:
        case "pnr":
            return RowExpectation(
                name="pnr: more than one row",
                condition=None,
                expected="one row a person",
                meaning="of rows that are alike one stays; rows of a person that "
                f"differ are all set aside ({conflict_reason(source)})",
                advice=f"ask which row holds, and {_AGAIN}",
            )
        case "report":
            (report,) = source.named("report")
            return RowExpectation(
                name=f"{report}: more than one row",
                condition=None,
                expected="one row a report in a delivery",
                meaning="of rows that are alike one stays; rows of a report that "
                f"differ are all set aside ({conflict_reason(source)})",
                advice=f"ask which row holds, and {_AGAIN}",
            )
        case _:
            return RowExpectation(
                name="row: more than once",
                condition=None,
                expected="no row twice",
                meaning="one of them stays, the others count as duplicates; many of "
                "them are a sign that a file was delivered twice",
                advice="ask whether a part of the register was written twice",
            )


def plausible_days(column: Column, delivered: date) -> tuple[date, date]:
    """The first and the last day that a date of a delivery may well be."""
    first, last = column.plausible
    if isinstance(last, int):
        year = delivered.year + last
        is_leap_day = (delivered.month, delivered.day) == (2, 29) and not isleap(year)
        last = delivered.replace(year=year, day=28 if is_leap_day else delivered.day)
    return first, last


def file_of(codes: str) -> str:
    """The file of a code list, from the project's root."""
    return f"seeds/code_lists/{codes.split('.')[0]}.csv"
