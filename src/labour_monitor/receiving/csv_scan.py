"""One pass over the bytes of a CSV file, before anything is read from it: is it text,
in which encoding, does each line end, and how many records must a reader find?

The number of records is counted here independently of the reader, so that nothing can
be lost or invented between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from labour_monitor.receiving.reading import Progress, Say
from labour_monitor.receiving.text import UTF8_IN_WINDOWS

BLOCK = 16 * 2**20
LONGEST_LINE = 4 * 2**20
BOM = b"\xef\xbb\xbf"
_LF, _CR, _QUOTE = 10, 13, 34
_BARE_CR = re.compile(rb"\r(?!\n)")
_WINDOWS = re.compile(rb"[\x80-\x9f]")
"""What Windows-1252 has where Latin-1 has nothing."""
_UTF8 = re.compile(UTF8_IN_WINDOWS.encode("latin-1"))
_NO_ASCII = re.compile(rb"[\x80-\xff]")


@dataclass
class Scan:
    """What the bytes say. Numbers of lines count from 1, the header; None = nowhere.

    `n_records` counts the header and the rows, not blank lines. A `mark_inside` is a
    byte order mark that is not at the start of the file. A `stray_quote` is one that
    opens a value in the middle of it, or closes one that goes on. A `row_inside` is a
    line that begins inside of a value and is a row of its own. An `unclosed_quote` is
    the line on which the first value begins that goes over a line's end, where the last
    of them never ends. Of a file that is not UTF-8 as a whole, `utf8_line` is the first
    line with letters in UTF-8 all the same, of `n_utf8_lines`, and `windows_line` the
    first with other letters.
    """

    is_utf8: bool = True
    has_bom: bool = False
    has_quotes: bool = False
    n_records: int = 0
    n_lines: int = 0
    ends_with_line_end: bool = True
    nul: int | None = None
    mark_inside: int | None = None
    too_long: int | None = None
    bare_cr: int | None = None
    stray_quote: int | None = None
    row_inside: int | None = None
    unclosed_quote: int | None = None
    is_windows: bool = False
    utf8_line: int | None = None
    n_utf8_lines: int = 0
    windows_line: int | None = None

    @property
    def encoding(self) -> str:
        if self.is_utf8:
            return "UTF-8"
        return "Windows-1252" if self.is_windows else "Latin-1"

    @property
    def lines_are_records(self) -> bool:
        return self.n_lines == self.n_records


@dataclass
class _Pass:
    """Where the pass over the blocks is: inside of quotes, in a record begun or not.
    `has_person`: before the value that goes over a line's end its record has a person
    number."""

    inside: bool = False
    has_person: bool = False
    first_over_a_line: int | None = None
    record_is_blank: bool = True


def _blocks(path: Path, progress: Progress) -> Iterator[bytes]:
    """The file in blocks of whole lines."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if not block.endswith(b"\n"):
                block += file.readline(LONGEST_LINE)
            progress.add(len(block) // 2**20)
            yield block


def _line(before: int, block: bytes, position: int) -> int:
    return before + block.count(b"\n", 0, position) + 1


def scan(path: Path, delimiter: str, names: Sequence[str], say: Say) -> Scan:
    """Pass over the whole file once; twice where it is not UTF-8. The names are those
    of the header: by them a line is a row, also inside of quotes."""
    found, so_far = Scan(), _Pass()
    rows = _Rows.of(delimiter, names)
    megabytes = path.stat().st_size // 2**20
    for block in _blocks(path, Progress(say, f"{path.name}: checked", "MB", megabytes)):
        if found.n_lines == 0:
            found.has_bom = block.startswith(BOM)
            block = block.removeprefix(BOM)
        _scan_block(found, so_far, block, delimiter, rows)
        if found.too_long:
            return found
    if so_far.inside:
        found.unclosed_quote = so_far.first_over_a_line or found.n_lines
    if not found.is_utf8:
        doing = f"{path.name}: checked as Windows-1252"
        _scan_windows(found, path, Progress(say, doing, "MB", megabytes))
    return found


@dataclass(frozen=True)
class _Rows:
    """What a line looks like that is a whole row, one that begins as a row does, up to
    its person number, and one that has such a number anywhere. In the place of the
    number are six digits or more and no letter: a number may be in another form, and a
    text over several lines has words."""

    whole: re.Pattern[bytes]
    begun: re.Pattern[bytes]
    number: re.Pattern[bytes]

    @classmethod
    def of(cls, delimiter: str, names: Sequence[str]) -> Self:
        is_pnr = [name.lower() == "pnr" for name in names]
        if not any(is_pnr):
            never = re.compile(b"(?!)")
            return cls(never, never, never)
        between = re.escape(delimiter)
        end = rf"(?={between}|[\r\n]|\Z)"
        # In quotes where they close at its end; else a quote is a letter like others.
        quoted = rf'"(?:[^"\r\n]|"")*+"{end}'
        value = rf"(?>{quoted}|[^{between}\r\n]*+)"
        digits = rf"(?=(?:[^{between}\r\n0-9]*+[0-9]){{6}})"
        number = rf"{digits}[^A-Za-z\x80-\xff{between}\r\n]*+"
        values = [number if of_pnr else value for of_pnr in is_pnr]
        patterns = (
            between.join(values) + r"(?=[\r\n]|\Z)",
            between.join(values[: is_pnr.index(True) + 1]) + end,
            rf'[^\r\n]*{between}[ "]*[0-9]{{6}}-?[0-9]{{4}}[ "]*{end}',
        )
        return cls(*(re.compile(pattern.encode("latin-1")) for pattern in patterns))


def _scan_block(
    found: Scan, so_far: _Pass, block: bytes, delimiter: str, rows: _Rows
) -> None:
    before = found.n_lines
    if found.nul is None and (position := block.find(b"\0")) >= 0:
        found.nul = _line(before, block, position)
    if found.bare_cr is None and block.count(b"\r") != block.count(b"\r\n"):
        found.bare_cr = _line(before, block, _BARE_CR.search(block).start())
    if found.is_utf8 and not block.isascii():
        if found.mark_inside is None and (position := block.find(BOM)) >= 0:
            found.mark_inside = _line(before, block, position)
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            found.is_utf8 = False
    found.ends_with_line_end = block.endswith(b"\n")
    if not found.ends_with_line_end and len(block) > LONGEST_LINE:
        last = block.rfind(b"\n")
        if len(block) - last > LONGEST_LINE:
            found.too_long = _line(before, block, len(block))
    _count_records(found, so_far, block, delimiter, rows)
    found.n_lines += block.count(b"\n") + (not found.ends_with_line_end)


def _count_records(
    found: Scan, so_far: _Pass, block: bytes, delimiter: str, rows: _Rows
) -> None:
    """Count the records that end in the block, and look at its quotes."""
    bytes_ = np.frombuffer(block, np.uint8)
    ends = bytes_ == _LF
    if so_far.inside or b'"' in block:
        found.has_quotes = True
        is_quote = bytes_ == _QUOTE
        # The count wraps at 256, which leaves odd odd and even even.
        counted = np.cumsum(is_quote, dtype=np.uint8) + np.uint8(so_far.inside)
        is_inside = (counted & 1).astype(bool)
        over = np.flatnonzero(ends & is_inside)
        if len(over) and so_far.first_over_a_line is None:
            so_far.first_over_a_line = _line(found.n_lines, block, int(over[0]))
        if found.stray_quote is None:
            _find_stray_quote(found, block, bytes_, is_quote, is_inside, delimiter)
        if found.row_inside is None:
            _find_row_inside(found, so_far, block, over.tolist(), rows)
        ends &= ~is_inside
        so_far.inside = bool(is_inside[-1])
    positions = np.flatnonzero(ends)
    starts = np.concatenate([[0], positions + 1])
    lengths = np.append(positions, len(block)) - starts
    blank = lengths == 0
    one = lengths == 1
    blank[one] = bytes_[starts[one]] == _CR
    # A record may have begun in an earlier block: then its first part was not blank.
    blank[0] &= so_far.record_is_blank
    found.n_records += int((~blank[:-1]).sum())
    so_far.record_is_blank = bool(blank[-1])
    if not so_far.record_is_blank and not block.endswith(b"\n"):
        found.n_records += 1
        so_far.record_is_blank = True


def _find_stray_quote(
    found: Scan,
    block: bytes,
    bytes_: np.ndarray,
    is_quote: np.ndarray,
    is_inside: np.ndarray,
    delimiter: str,
) -> None:
    """Remember the first quote that opens where no value begins, or closes where none
    ends. Of two that are one quote inside of a value, the first closes before the other
    and the other opens behind it."""
    borders = np.isin(bytes_, [ord(delimiter), _LF, _CR, _QUOTE])
    before = np.concatenate([[True], borders[:-1]])
    after = np.concatenate([borders[1:], [True]])
    stray = np.flatnonzero(is_quote & np.where(is_inside, ~before, ~after))
    if len(stray):
        found.stray_quote = _line(found.n_lines, block, int(stray[0]))


def _find_row_inside(
    found: Scan, so_far: _Pass, block: bytes, over: Sequence[int], rows: _Rows
) -> None:
    """Remember the first of the lines that begin inside of quotes and are a row: a
    quote that belongs to a value opened it, and one of a later row closed it.

    A record has one person number. Where its value began before that, the line has the
    number that was still to come; behind it, another one.

    Args:
        over: where lines end inside of quotes.
    """
    inside = 0 if so_far.inside else None
    for end in [*over, None]:
        if inside is not None and so_far.has_person and rows.whole.match(block, inside):
            found.row_inside = _line(found.n_lines, block, inside)
            return
        if end is None:
            return
        line = block.rfind(b"\n", 0, end) + 1
        if line != inside:
            so_far.has_person = rows.begun.match(block, line) is not None
        elif rows.number.match(block, line):
            so_far.has_person = True
        inside = end + 1 if end + 1 < len(block) else None


def _scan_windows(found: Scan, path: Path, progress: Progress) -> None:
    """Windows-1252 gives nearly every byte a character, so look for what no text in it
    has: letters of two bytes each as UTF-8 writes them, in lines of their own."""
    before = 0
    for block in _blocks(path, progress):
        found.is_windows |= _WINDOWS.search(block) is not None
        if match := _UTF8.search(block):
            found.utf8_line = found.utf8_line or _line(before, block, match.start())
            found.n_utf8_lines += sum(
                1 for line in block.splitlines() if _UTF8.search(line)
            )
        if found.windows_line is None:
            others = _UTF8.sub(b"", block)  # which takes no line end with it
            if match := _NO_ASCII.search(others):
                found.windows_line = _line(before, others, match.start())
        before += block.count(b"\n")
