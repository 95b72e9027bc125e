"""What the values of a column mean: one form for all of them, or a fault.

A form is chosen only where it is the only one that all values of the column fit, or
where all that fit give the same values. So `1.234` alone is refused, since it may be a
thousand or a little more than one, while beside `12,5` it is a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from labour_monitor.landing import inspection
from labour_monitor.landing.contract import Column
from labour_monitor.landing.faults import Fault
from labour_monitor.landing.inspection import quoted

_ASK = "ask the sender for the column as expected, in one form"
_AS_TEXT = (
    "ask the sender for the column as text (in SAS: a character variable), since a "
    "number has lost its leading zeros"
)
_NO_TEXT = "ask the sender for the column as text (in Parquet: a string)"
_CODES = "ask the sender for the codes as text of three digits, such as 130"
_SAS_DAYS = (
    "ask the sender for days with a format of days, such as DATE9. (the DATEPART of a "
    "date-time)"
)
_DAY_FIRST = ("DD-MM-YYYY", "DD.MM.YYYY")
_EXPECTED = {
    "date": "dates in one form: YYYY-MM-DD, DD-MM-YYYY, DD.MM.YYYY or 01JAN2020",
    "integer": "whole numbers",
    "decimal(18,2)": "decimals with one decimal sign, comma or point, that fit "
    "DECIMAL(18,2)",
    "boolean": "true and false in one form: 1/0, true/false, sand/falsk, ja/nej or J/N",
}
_FEW = 5
"""As many short numbers may be slips, in however small a delivery."""
_DIGITS_OF_CVR = 8
"""The number of an employer never begins with zero: none could be lost."""


@dataclass(frozen=True)
class Form:
    """A way to read a column: SQL of the value, and SQL that is true where it fits.
    `label` is what the user is told; None where there is nothing to tell."""

    label: str | None
    expression: str
    fits: str


@dataclass(frozen=True)
class Read:
    """How the columns of a file are read: SQL by name, and what to tell of it."""

    expressions: dict[str, str]
    read_as: dict[str, str]


def _full_match(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, '{pattern}')"


def _date_forms(text: str) -> list[Form]:
    forms = []
    for label, pattern, written in (
        ("YYYY-MM-DD", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "%Y-%m-%d"),
        ("DD-MM-YYYY", "[0-9]{2}-[0-9]{2}-[0-9]{4}", "%d-%m-%Y"),
        ("DD.MM.YYYY", "[0-9]{2}[.][0-9]{2}[.][0-9]{4}", "%d.%m.%Y"),
        ("DDMMMYYYY", "[0-9]{2}[A-Za-z]{3}[0-9]{4}", "%d%b%Y"),
    ):
        parsed = f"try_strptime({text}, '{written}')"
        fits = f"({_full_match(text, pattern)} and year({parsed}) >= 1)"
        forms.append(Form(label, f"cast({parsed} as date)", fits))
    return forms


def _decimal_forms(text: str) -> list[Form]:
    forms = []
    for label, sign, thousands in (
        ("decimal comma", ",", "."),
        ("decimal point", ".", ","),
    ):
        whole = f"([0-9]+|[1-9][0-9]{{0,2}}([{thousands}][0-9]{{3}})+)"
        pattern = f"[+-]?({whole}([{sign}][0-9]+)?|[{sign}][0-9]+)"
        plain = f"replace(replace({text}, '{thousands}', ''), '{sign}', '.')"
        number = f"cast({plain} as decimal(18,2))"
        fits = f"({_full_match(text, pattern)} and try_{number} is not null)"
        forms.append(Form(label, number, fits))
    return forms


def _boolean_forms(text: str) -> list[Form]:
    return [
        Form(
            f"{yes}/{no}",
            f"lower({text}) = '{yes}'",
            f"lower({text}) in ('{yes}', '{no}')",
        )
        for yes, no in (
            *(("1", "0"), ("1.0", "0.0"), ("true", "false")),
            *(("sand", "falsk"), ("ja", "nej"), ("j", "n")),
        )
    ]


def _integer_forms(text: str) -> list[Form]:
    """Decimals that are none, as in 2020.0 or 2020,00, are dropped; of three zeros
    nobody knows whether they are decimals or thousands."""
    number = f"cast(regexp_replace({text}, '[.,]0{{1,2}}$', '') as bigint)"
    pattern = "[+-]?[0-9]+([.,]0{1,2})?"
    fits = f"({_full_match(text, pattern)} and try_{number} is not null)"
    return [Form(None, number, fits)]


def _forms(column: Column, found: str) -> list[Form] | None:
    """The ways in which a column may be read; None where the in-door's is the only
    one, since the type of the values says what they mean."""
    value = quoted(column.name)
    is_number = inspection.is_number(found)
    is_integer = inspection.is_integer(found)
    match column.data_type:
        case "date" if found == "VARCHAR":
            return _date_forms(value)
        case "decimal(18,2)" if found == "VARCHAR":
            return _decimal_forms(value)
        case "boolean" if found == "VARCHAR":
            return _boolean_forms(value)
        case "boolean" if is_number:
            return [Form("1/0", f"{value} = 1", f"{value} in (0, 1)")]
        case "integer" if found == "VARCHAR":
            return _integer_forms(value)
        case "integer" if is_number and not is_integer:
            number = f"cast({value} as bigint)"
            fits = f"{value} = floor({value}) and try_{number} is not null"
            return [Form(None, number, f"coalesce({fits}, false)")]
    return None


def read(
    connection,
    path: Path,
    columns: list[Column],
    here: Fault,
    told: dict[str, str],
) -> tuple[Read, list[Fault]]:
    """How each column of a Parquet file is read, where its text is trimmed and blanks
    are null; and a fault for each that cannot be, with what is told of the column."""
    scan = inspection.scan(path)
    delivered, _ = inspection.delivered_columns(connection, path)
    types = dict(delivered)
    forms: dict[str, list[Form]] = {}
    expressions: dict[str, str] = {}
    for column in columns:
        found = types[column.name]
        if column.data_type == "varchar" and found == "VARCHAR":
            expressions[column.name] = quoted(column.name)
        elif (ways := _forms(column, found)) is not None:
            forms[column.name] = ways
        else:
            expression, doubt = inspection.typed(column, column.name, found)
            fits = f"not ({doubt})" if doubt else "true"
            forms[column.name] = [Form(None, expression, fits)]
    read_as: dict[str, str] = {}
    faults: list[Fault] = []
    counted = _count(connection, scan, forms)
    weeks: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for column in columns:
        if column.name not in forms:
            continue
        ways = forms[column.name]
        if column.role == "weeks" and (n_bad := counted[f"{column.name} none"]):
            weeks[types[column.name]].append((column.name, n_bad))
            continue
        form, fault = _choose(column, types[column.name], ways, counted, here)
        if fault:
            fault = _with_first_row(connection, scan, column, fault, ways)
            if more := told.get(column.name):
                fault = replace(fault, found=f"{fault.found}: {more}")
                if column.data_type == "date":
                    fault = replace(fault, advice=_SAS_DAYS)
            faults.append(fault)
            continue
        expressions[column.name] = form.expression
        if form.label:
            read_as[column.name] = form.label
    here_weeks = replace(here, advice=_CODES)
    faults += [inspection.week_fault(here_weeks, of, weeks[of]) for of in weeks]
    faults += _day_first(connection, scan, read_as, here)
    faults += _lost_zeros(connection, scan, columns, types, here)
    ordered = {c.name: expressions[c.name] for c in columns if c.name in expressions}
    return Read(ordered, read_as), faults


def _filled(name: str) -> str:
    return f"{quoted(name)} is not null"


def _fits_none(ways: list[Form]) -> str:
    return " and ".join(f"not coalesce({form.fits}, false)" for form in ways)


def _count(connection, scan: str, forms: dict[str, list[Form]]) -> dict[str, int]:
    """In one pass: how many values each column has, how many of them fit each form and
    how many none; of two forms, for how many values both fit but differ."""
    wanted: dict[str, str] = {}
    for name, ways in forms.items():
        wanted[name] = _filled(name)
        for number, form in enumerate(ways):
            wanted[f"{name} {number}"] = f"{_filled(name)} and {form.fits}"
        wanted[f"{name} none"] = f"{_filled(name)} and {_fits_none(ways)}"
        if len(ways) == 2:
            first, second = ways
            wanted[f"{name} differ"] = (
                f"case when {first.fits} and {second.fits} "
                f"then {first.expression} <> {second.expression} else false end"
            )
    if not wanted:
        return {}
    counts = ", ".join(f"count(*) filter (where {sql})" for sql in wanted.values())
    found = connection.execute(f"select {counts} from {scan}").fetchall()[0]
    return dict(zip(wanted, found, strict=True))


def _choose(
    column: Column, found: str, ways: list[Form], counted: dict[str, int], here: Fault
) -> tuple[Form | None, Fault | None]:
    """The form that all values of a column fit, or the fault where there is none."""
    name = column.name
    n_filled = counted[name]
    fit = [counted[f"{name} {number}"] for number in range(len(ways))]
    fitting = [form for form, n in zip(ways, fit, strict=True) if n == n_filled]
    expected = _EXPECTED.get(column.data_type, inspection.EXPECTED[column.data_type])
    if found == "DATE":
        expected = inspection.EXPECTED["date"]
    here = replace(here, column=name, expected=expected, advice=_ASK)
    if n_filled == 0:
        return Form(None, f"cast(null as {column.data_type})", "true"), None
    if len(fitting) == 1:
        return fitting[0], None
    if fitting:
        if counted[f"{name} differ"] == 0:
            return replace(fitting[0], label=None), None
        what = (
            f"{counted[f'{name} differ']:,} values that are another number with "
            f"{ways[0].label} than with {ways[1].label}, and none that tells which"
        )
        advice = "ask the sender for the column without thousands separators"
        return None, replace(here, found=what, advice=advice)
    n_bad = counted[f"{name} none"]
    if not n_bad:
        some = [(form.label, n) for form, n in zip(ways, fit, strict=True) if n]
        each = ", ".join(f"{n:,} as {label}" for label, n in some)
        what = f"several forms: of {n_filled:,} values {each}"
        return None, replace(here, found=what)
    kind = "text" if found == "VARCHAR" else found
    what = f"{kind}, with {n_bad:,} value{'s'[: n_bad != 1]} that cannot be read so"
    if column.data_type == "varchar":
        is_number = inspection.is_number(found)
        here = replace(here, advice=_AS_TEXT if is_number else _NO_TEXT)
    return None, replace(here, found=what)


def _with_first_row(
    connection, scan: str, column: Column, fault: Fault, ways: list[Form]
) -> Fault:
    """The fault with the first row whose value fits none of the forms, if there is."""
    first = connection.execute(
        f"select min(file_row_number) + 1 from {scan} "
        f"where {_filled(column.name)} and {_fits_none(ways)}"
    ).fetchall()[0][0]
    if first is None:
        return fault
    return replace(fault, found=f"{fault.found} (the first in row {first:,})")


def _day_first(
    connection, scan: str, read_as: dict[str, str], here: Fault
) -> list[Fault]:
    """A file in which no day is later than the twelfth may have its months first."""
    names = [name for name, label in read_as.items() if label in _DAY_FIRST]
    if not names:
        return []
    late = " or ".join(f"left({quoted(name)}, 2) > '12'" for name in names)
    differ = ", ".join(
        f"count(*) filter (where left({quoted(name)}, 2) <> "
        f"substring({quoted(name)}, 4, 2))"
        for name in names
    )
    n_late, *n_differ = connection.execute(
        f"select count(*) filter (where {late}), {differ} from {scan}"
    ).fetchall()[0]
    if n_late:
        return []
    return [
        replace(
            here,
            column=name,
            expected=_EXPECTED["date"],
            found=f"{n:,} values that may have the day or the month first, and none in "
            "the file that tells which it is",
            advice="ask the sender for dates as YYYY-MM-DD",
        )
        for name, n in zip(names, n_differ, strict=True)
        if n
    ]


def _lost_zeros(
    connection, scan: str, columns: list[Column], types: dict[str, str], here: Fault
) -> list[Fault]:
    """A column of digits of which many are short, and none begins with zero, was a
    number on its way, also where most of its values had no zero to lose; a single short
    one is a row for staging to judge."""
    faults = []
    for column in columns:
        if column.digits in (None, _DIGITS_OF_CVR) or types[column.name] != "VARCHAR":
            continue
        if column.role == "weeks":
            continue
        value = quoted(column.name)
        short = _full_match(value, f"[0-9]{{1,{column.digits - 1}}}")
        n_short, n_zero, n_all = connection.execute(
            f"select count(*) filter (where {short}), "
            f"count(*) filter (where left({value}, 1) = '0' and not {short}), "
            f"count({value}) from {scan}"
        ).fetchall()[0]
        if n_short > max(_FEW, n_all / 10) and not n_zero:
            faults.append(
                replace(
                    here,
                    column=column.name,
                    expected=f"text of {column.digits} digits",
                    found=f"{n_short:,} of {n_all:,} values of fewer than "
                    f"{column.digits} digits, and none that begins with 0",
                    advice=f"{_AS_TEXT}; nothing was landed",
                )
            )
    return faults
