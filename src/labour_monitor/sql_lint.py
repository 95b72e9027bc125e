"""The lint that keeps clocks and chance out of the SQL: two runs on the same deliveries
must give the same figures, on any day and with any number of threads.

It reads the sources, macros of all engines included, and not what one engine gets to
see. Comments and strings do not count; a Jinja string does, since it is SQL by the time
it runs. Where a construct is right all the same, a comment on its line or on the line
above says so, with the reason, and is a finding itself once it is no longer needed:

    -- sql-lint: allow unordered-aggregate: array_sort puts them in order
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from labour_monitor import project

FOLDERS = ("models", "macros", "tests/sql", "analyses")
_MARKER = re.compile(r"sql-lint:\s*(?P<order>\w*)\s*(?P<rule>[\w-]*)\s*:?(?P<why>.*)")


@dataclass(frozen=True)
class Violation:
    """Something that may differ between two equal runs, and what to write instead."""

    path: Path
    line: int
    rule: str
    found: str
    advice: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.found}. {self.advice}."


@dataclass(frozen=True)
class Comment:
    start: int
    text: str


class _Reader:
    """Splits a file into its code, in which comments and strings are blanked so that
    every character keeps its place, and its comments."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._code = list(text)
        self._at = 0
        self.comments: list[Comment] = []
        self._sql(len(text))

    @property
    def code(self) -> str:
        code = "".join(self._code).lower()
        return re.sub(r'"(\w+)"(?=\s*\()', r" \1 ", code)  # a function in quotes

    def _blank(self, start: int, end: int) -> None:
        for i in range(start, end):
            if self._text[i] != "\n":
                self._code[i] = " "

    def _end_of(self, closing: str, end: int) -> int:
        """Just behind the next such text; the end where it is missing."""
        found = self._text.find(closing, self._at, end)
        return end if found < 0 else found + len(closing)

    def _comment(self, closing: str, end: int) -> None:
        start, self._at = self._at, self._end_of(closing, end)
        self._blank(start, self._at)
        self.comments.append(Comment(start, self._text[start : self._at]))

    def _sql(self, end: int) -> None:
        """SQL with Jinja in it, to the end of the file or of a Jinja string."""
        while self._at < end:
            if self._text.startswith("--", self._at):
                self._comment("\n", end)
            elif self._text.startswith("/*", self._at):
                self._comment("*/", end)
            elif self._text[self._at] == "'":
                self._string(end)
            elif not self._opened_jinja(end):
                self._at += 1

    def _opened_jinja(self, end: int) -> bool:
        opening = self._text[self._at : self._at + 2]
        if opening == "{#":
            self._comment("#}", end)
        elif opening in ("{{", "{%"):
            self._jinja("}}" if opening == "{{" else "%}", end)
        else:
            return False
        return True

    def _string(self, end: int) -> None:
        """A string of SQL is blanked, Jinja within it is not."""
        self._blank(self._at, self._at + 1)
        self._at += 1
        while self._at < end:
            is_end = self._text[self._at] == "'"
            if self._opened_jinja(end):
                continue
            self._blank(self._at, self._at + 1)
            self._at += 1
            if is_end:
                return

    def _jinja(self, closing: str, end: int) -> None:
        self._at += 2
        while self._at < end:
            if self._text.startswith(closing, self._at):
                self._at += 2
                return
            if self._text[self._at] in "'\"":
                self._jinja_string(end)
            else:
                self._at += 1

    def _jinja_string(self, end: int) -> None:
        """A string of Jinja is read as the SQL that it becomes."""
        quote, start = self._text[self._at], self._at
        inner = re.compile(rf"(?:\\.|[^\\{quote}])*", re.DOTALL)
        close = min(inner.match(self._text, start + 1).end(), end - 1)
        self._blank(start, start + 1)
        self._blank(close, close + 1)
        self._at = start + 1
        self._sql(close)
        self._at = close + 1


def _closing(code: str, opening: int) -> int:
    """The place of the parenthesis that closes the one at `opening`."""
    depth = 0
    for i in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return i
    return len(code)


def _at_own_depth(code: str) -> str:
    """The code without what stands in parentheses."""
    depth, kept = 0, []
    for character in code:
        depth -= character == ")"
        kept.append(character if depth <= 0 else " ")
        depth += character == "("
    return "".join(kept)


@dataclass(frozen=True)
class _Call:
    """A call of a function: its name, place, arguments and the code that follows."""

    name: str
    start: int
    arguments: str
    rest: str


def _calls(code: str, names: Iterable[str]) -> Iterator[_Call]:
    pattern = re.compile(rf"(?<!\w)({'|'.join(names)})\s*\(")
    for match in pattern.finditer(code):
        opening = match.end() - 1
        end = _closing(code, opening)
        yield _Call(
            match[1], match.start(), code[opening + 1 : end], code[end + 1 :].lstrip()
        )


def _is_ordered(code: str) -> bool:
    return re.search(r"\border\s+by\b", _at_own_depth(code)) is not None


def _parenthesised(rest: str, before: str) -> tuple[str | None, str]:
    """What stands in the parentheses behind some words, and the code that follows."""
    match = re.match(rf"{before}\s*\(", rest)
    if match is None:
        return None, rest
    end = _closing(rest, match.end() - 1)
    return rest[match.end() : end], rest[end + 1 :].lstrip()


Found = Iterator[tuple[int, str]]


def _words(*patterns: str) -> Callable[[str], Found]:
    pattern = re.compile(rf"(?:(?<!\w)|(?=::))(?:{'|'.join(patterns)})")

    def find(code: str) -> Found:
        for match in pattern.finditer(code):
            yield match.start(), re.sub(r"\s+", " ", match[0]).strip("( ")

    return find


def _unordered_aggregates(code: str) -> Found:
    names = (
        *("list", "array_agg", "collect_list", "collect_set", "string_agg"),
        *("group_concat", "listagg", "json_group_array", "json_group_object"),
    )
    for call in _calls(code, names):
        within, _ = _parenthesised(call.rest, r"within\s+group")
        if not _is_ordered(call.arguments) and not _is_ordered(within or ""):
            yield call.start, f"{call.name} without an order by"


def _unordered_windows(code: str) -> Found:
    names = (
        *("row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"),
        *("lag", "lead", "first_value", "last_value", "nth_value"),
    )
    for call in _calls(code, names):
        _, rest = _parenthesised(call.rest, "filter")
        rest = re.sub(r"^(ignore|respect)\s+nulls\s*", "", rest)
        window, _ = _parenthesised(rest, "over")
        named = re.match(r"over\s+(\w+)", rest)
        if named:
            defined = re.search(rf"\b{named[1]}\s+as\s*\(", code)
            window = (
                code[defined.end() : _closing(code, defined.end() - 1)]
                if defined
                else ""
            )
        if not _is_ordered(window or ""):
            yield call.start, f"{call.name} over a window without an order by"


def _unordered_limits(code: str) -> Found:
    for match in re.finditer(r'(?<![\w".])(?:limit|fetch\s+(?:first|next))\b', code):
        opening, depth = match.start(), 0
        while opening > 0 and depth <= 0:
            opening -= 1
            depth += {"(": 1, ")": -1}.get(code[opening], 0)
        before = _at_own_depth(code[opening + (depth > 0) : match.start()])
        query = re.split(r"\bselect\b", before)[-1]
        if not _is_ordered(query):
            yield match.start(), f"{' '.join(match[0].split())} without an order by"


def _ages_of_today(code: str) -> Found:
    for call in _calls(code, ["age"]):
        if "," not in _at_own_depth(call.arguments):
            yield call.start, "age to the day of today"


_EXACT = r"(?:decimal|numeric|bigint|integer|int|hugeint)\b"


def _floating_sums(code: str) -> Found:
    """A quotient is a binary fraction, whose sum depends on the order of the rows,
    until it is cast to an exact number."""
    for call in _calls(code, ["sum", "avg", "mean"]):
        arguments = call.arguments
        for cast in _calls(arguments, ["cast", "try_cast"]):
            if re.search(rf"\bas\s+{_EXACT}", _at_own_depth(cast.arguments)):
                arguments = arguments.replace(cast.arguments, "")
        if re.search(r"/(?!/)(?<!//)", arguments):
            yield call.start, f"{call.name} of a quotient"


def _both(*finders: Callable[[str], Found]) -> Callable[[str], Found]:
    def find(code: str) -> Found:
        for finder in finders:
            yield from finder(code)

    return find


_RULES: dict[str, tuple[Callable[[str], Found], str]] = {
    "clock": (
        _both(
            _words(
                r"current_(?:date|time|timestamp)\b",
                r"local(?:time|timestamp)\b",
                r"(?:sysdate|systimestamp|run_started_at)\b",
                r"(?:now|today|curdate|getdate|getutcdate|utcnow|unix_timestamp)\s*\(",
                r"(?:get_current|transaction|statement|clock)_time(?:stamp)?\s*\(",
            ),
            _ages_of_today,
        ),
        "The run's now is int_as_of: read the as-of date there",
    ),
    "chance": (
        _words(
            r"(?:random|rand|randn|uuid|uuidv4|uuidv7|gen_random_uuid|newid)\s*\(",
            r"(?:setseed|shuffle|reservoir_quantile)\s*\(",
            r"using\s+sample\b",
            r"tablesample\b",
            r"invocation_id\b",
        ),
        "Choose by the data: an order, or a digest of what identifies the row",
    ),
    "arbitrary": (
        _both(
            _words(
                r"(?:any_value|arbitrary|first|last|mode|nextval)\s*\(",
                r"(?:arg_?max|arg_?min)(?:_null)?\s*\(",
                r"(?:max|min)_by\s*\(",
                r"approx_\w+\s*\(",
                r"distinct\s+on\b",
                r"rowid\b",
            ),
        ),
        "Which row it takes is open where rows tie: take min or max of what is meant, "
        "or row_number() over an order that leaves no tie",
    ),
    "unordered-aggregate": (
        _unordered_aggregates,
        "Give it the order in which the values stand: macro ordered_concat",
    ),
    "unordered-window": (
        _unordered_windows,
        "Give the window an order by that leaves no tie",
    ),
    "unordered-limit": (
        _unordered_limits,
        "Which rows are left is open: add an order by that leaves no tie",
    ),
    "floating-sum": (
        _both(
            _floating_sums,
            _words(
                r"as\s+(?:double(?:\s+precision)?|float[48]?|real)\b",
                r"::\s*(?:double(?:\s+precision)?|float[48]?|real)\b",
                r"(?:stddev|stddev_pop|stddev_samp|variance|var_pop|var_samp)\s*\(",
                r"(?:corr|covar_pop|covar_samp|favg|fsum|kahan_sum|sumkahan)\s*\(",
                r"(?:product|geomean|geometric_mean|entropy|skewness|kurtosis)\s*\(",
            ),
        ),
        "The sum of binary fractions depends on the order of the rows: cast each to "
        "decimal first, or compute in whole numbers",
    ),
}


def violations(path: Path, text: str) -> list[Violation]:
    """What may differ between two equal runs, and markers that mark nothing."""
    reader = _Reader(text)

    def line_of(place: int) -> int:
        return text.count("\n", 0, place) + 1

    found = [
        Violation(path, line_of(place), rule, what, advice)
        for rule, (find, advice) in _RULES.items()
        for place, what in find(reader.code)
    ]
    excused: set[Violation] = set()
    for comment in reader.comments:
        marker = _MARKER.search(comment.text)
        if marker is None:
            continue
        first = line_of(comment.start + marker.start())
        after = line_of(comment.start + len(comment.text.rstrip())) + 1
        here = [
            finding
            for finding in found
            if finding.rule == marker["rule"] and first <= finding.line <= after
        ]
        excused.update(here)
        found += _doubts(path, first, marker, bool(here))
    left = [finding for finding in found if finding not in excused]
    return sorted(left, key=lambda finding: (finding.line, finding.rule))


def _doubts(
    path: Path, line: int, marker: re.Match[str], is_needed: bool
) -> list[Violation]:
    def doubt(found: str, advice: str) -> list[Violation]:
        return [Violation(path, line, "marker", found, advice)]

    if marker["order"] != "allow" or marker["rule"] not in _RULES:
        return doubt(
            "a marker of no rule",
            "Write sql-lint: allow <rule>: <reason>; the rules are "
            + ", ".join(_RULES),
        )
    if not re.search(r"\w{3}", marker["why"]):
        return doubt("a marker without a reason", "Say why it is right here")
    if not is_needed:
        return doubt(
            f"nothing here that {marker['rule']} would find", "Remove the marker"
        )
    return []


def lint(root: Path) -> tuple[int, list[Violation]]:
    """How many files were read, and the violations in them all.

    Raises:
        FileNotFoundError: a folder without SQL, where nothing could be found.
    """
    paths: list[Path] = []
    for folder in FOLDERS:
        in_folder = sorted((root / folder).rglob("*.sql"))
        if not in_folder:
            raise FileNotFoundError(f"no SQL in {root / folder}: nothing was checked")
        paths += in_folder
    return len(paths), [
        violation
        for path in paths
        for violation in violations(
            path.relative_to(root), path.read_text(encoding="utf-8")
        )
    ]


def main() -> int:
    """Print the violations; 1 where there are any."""
    n_files, found = lint(project.root())
    for violation in found:
        print(violation)
    print(f"{len(found)} violations: clocks and chance in {n_files} SQL files")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
