"""The report as web pages: HTML without JavaScript, and one stylesheet.

All links are relative, so that the pages can lie anywhere, and be opened as files.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import jinja2

from labour_monitor.report import numbers
from labour_monitor.report.document import (
    Column,
    Figure,
    Item,
    KeyFigure,
    Kind,
    Marks,
    Municipality,
    Report,
    Site,
    State,
    Table,
)
from labour_monitor.report.pictures import SHORT_MEANINGS, svg

SITE_NAME = "Monitorering af beskæftigelsesindsatser"
STYLESHEET = "report.css"
FRONT = "index.html"
MUNICIPALITIES = "kommuner/index.html"

_FOLDER = Path(__file__).parent


def write(site: Site, folder: Path) -> None:
    """Write all pages of a site below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_FOLDER / STYLESHEET, folder / STYLESHEET)
    codes = frozenset(each.code for each in site.municipalities)
    pages = [
        _front(site),
        *(_publications(site, code) for code in _initiatives(site)),
        *(_report(report, codes) for report in site.reports),
        _municipalities(site),
        *(_municipality(each) for each in site.municipalities),
        *_guides(site),
    ]
    for page in pages:
        page.write(folder)


def write_municipality(site: Site, code: str, folder: Path) -> None:
    """Write the page of one municipality, to be looked at by itself: what it links to
    is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_FOLDER / STYLESHEET, folder / STYLESHEET)
    (own,) = (each for each in site.municipalities if each.code == code)
    _municipality(own).write(folder)


def address_of(code: str) -> str:
    """The page of a municipality, below the folder of the site."""
    return f"kommuner/{code}.html"


def report_folder(report: Report) -> str:
    """Where the page of a report and its files lie, below the folder of the site."""
    return f"{report.initiative}/{report.publication_date}"


def downloads(report: Report) -> tuple[tuple[str, str], ...]:
    """The files beside the page of a report: what each is, and its address there."""
    tables = [table for item in report.items for table in item.tables]
    return (
        ("PDF til udskrift", f"{report.stem}.pdf"),
        ("Excel med alle tabeller", f"{report.stem}.xlsx"),
        *((f"CSV: {each.caption}", f"csv/{each.name}.csv") for each in tables),
    )


@dataclass(frozen=True)
class _Page:
    """A page: its address below the folder, and what its template is given."""

    address: str
    template: str
    title: str
    marks: Marks
    trail: tuple[tuple[str, str], ...]
    """The pages above it, from the front page on: the name and address of each."""
    content: dict[str, object]

    def write(self, folder: Path) -> None:
        file = folder / self.address
        file.parent.mkdir(parents=True, exist_ok=True)
        depth = len(PurePosixPath(self.address).parents) - 1
        html = _TEMPLATES.get_template(self.template).render(
            root="../" * depth,
            address=self.address,
            title=self.title,
            marks=self.marks,
            trail=self.trail,
            **self.content,
        )
        file.write_text(html, encoding="utf-8", newline="\n")


_HOME = ("Forside", FRONT)


def _initiatives(site: Site) -> dict[str, str]:
    """The name of each initiative by its code."""
    return {each.initiative: each.initiative_name for each in site.reports}


def _front(site: Site) -> _Page:
    title = " og ".join(_initiatives(site).values())
    return _Page(
        FRONT,
        "front.html",
        title,
        site.marks,
        (),
        {"site": site, "letters": [letter for letter, _ in _by_letter(site)]},
    )


def _publications(site: Site, code: str) -> _Page:
    name = _initiatives(site)[code]
    reports = [each for each in site.reports if each.initiative == code]
    return _Page(
        f"{code}/{FRONT}",
        "publications.html",
        f"{name}: alle udgivelser",
        site.marks,
        (_HOME,),
        {"name": name, "reports": reports},
    )


def _report(report: Report, codes: frozenset[str]) -> _Page:
    """It says nothing of other publications, and is the same in every later edition."""
    month = numbers.month(report.report_month)
    return _Page(
        f"{report_folder(report)}/{FRONT}",
        "report.html",
        f"{report.initiative_name}, {month}",
        report.marks,
        (_HOME, (report.initiative_name, f"{report.initiative}/{FRONT}")),
        {"report": report, "codes": codes, "month": month},
    )


def _municipalities(site: Site) -> _Page:
    return _Page(
        MUNICIPALITIES,
        "municipalities.html",
        "Find din kommune",
        site.marks,
        (_HOME,),
        {"letters": _by_letter(site), "names": _initiatives(site)},
    )


def _municipality(municipality: Municipality) -> _Page:
    return _Page(
        address_of(municipality.code),
        "municipality.html",
        f"{municipality.name}: kommunens tal",
        municipality.marks,
        (_HOME, ("Kommuner", MUNICIPALITIES)),
        {"municipality": municipality},
    )


def _guides(site: Site) -> Iterator[_Page]:
    for guide in site.guides:
        yield _Page(
            f"{guide.slug}.html",
            "guide.html",
            guide.title,
            guide.marks,
            (_HOME,),
            {"guide": guide},
        )


def _by_letter(site: Site) -> list[tuple[str, list[Municipality]]]:
    """The municipalities by the letter under which they are looked for: Aa is Å."""

    def letter(municipality: Municipality) -> str:
        name = municipality.name
        return "Å" if name.lower().startswith("aa") else name[0].upper()

    grouped = itertools.groupby(site.municipalities, letter)
    return [(first, list(each)) for first, each in grouped]


@dataclass(frozen=True)
class _Head:
    """A cell of the head of a table."""

    text: str
    look: str = ""
    """Its classes: as those of the cells below it."""
    n_columns: int = 1
    n_rows: int = 1


def heads(table: Table, own: str = "") -> list[list[_Head]]:
    """The rows of the head of a table: with groups of columns two, else one.

    Args:
        table: it.
        own: the code of the municipality whose columns stand out.
    """
    has_groups = any(column.group for column in table.columns)
    n_rows = 2 if has_groups else 1
    upper = [_Head(table.row_header, n_rows=n_rows)]
    lower = []
    for group, columns in itertools.groupby(table.columns, lambda each: each.group):
        below = [
            _Head(_head_text(each.header), _look_of(each, own)) for each in columns
        ]
        if group:
            shared = set.intersection(*(set(each.look.split()) for each in below))
            if len(below) > 1:
                shared -= {"n"}  # above several columns it begins where they do
            look = " ".join(["group", *sorted(shared)])
            upper.append(_Head(group, look, len(below)))
            lower += below
        else:
            upper += [_Head(each.text, each.look, n_rows=n_rows) for each in below]
    return [upper, lower] if has_groups else [upper]


def _looks_of(table: Table, own: str) -> list[str]:
    """The classes of the cells of each column."""
    return [_look_of(column, own) for column in table.columns]


def _look_of(column: Column, own: str) -> str:
    """The classes of a cell: numbers stand to the right, what else is short stands
    apart from them, and the municipality whose page it is stands out."""
    looks = []
    if numbers.is_number(column.kind):
        looks.append("n")
    elif column.kind is not Kind.TEXT:
        looks.append("t")
    if own and column.key.rsplit("_", 1)[-1] == own:
        looks.append("own")
    return " ".join(looks)


def _broken(text: str) -> str:
    """A text whose long words can go on in the next line of a narrow column: few
    browsers know Danish well enough to part one."""
    return _COMPOUND.sub(rf"\1{_SOFT_HYPHEN}", text)


def _head_text(head: str) -> str:
    """The head of a column. A letter with a full stop stays before its word."""
    return _broken(re.sub(r"^(\w\.) ", rf"\1{numbers.SPACE}", head))


def _cell(figure: Figure) -> tuple[str, str]:
    """A figure as it stands in a table, and what is said of a symbol aloud."""
    written, symbol = numbers.text_and_symbol(figure)
    return written, SHORT_MEANINGS[symbol] if symbol else ""


def _key_symbols(key_figures: Iterable[KeyFigure]) -> tuple[tuple[str, str], ...]:
    """Beside them stands no zero as a symbol: there a figure has its unit."""
    return numbers.symbols(
        each.figure for each in key_figures if each.figure.state is not State.SHOWN
    )


def _css_text(lines: Sequence[str]) -> str:
    """Texts as one of a stylesheet within a page."""
    said = " ".join(lines).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + said.replace("<", "\\3c ") + '"'


_SOFT_HYPHEN = "\u00ad"
"""Where a word may be parted."""
_COMPOUND = re.compile(
    r"(virksomheds|rehabiliterings|fritagelses|integrations|introduktions"
    r"|beskæftigelses|hjemrejse|persongruppe|selv|administra)(?=[a-zæøå]{5})",
    re.IGNORECASE,
)
"""The first part of long words in tables."""
_PAGE = 1200
_BESIDE = 680
"""Pixels for a table: alone on a wide screen, and beside a picture."""
_SHORT = 12
"""Rows of a table that is not parted on paper."""


def _letters(table: Table) -> list[int]:
    """How many letters wide the columns of a table must be: each as wide as the longest
    word of its head and the longest of its cells. Texts go on in the next line."""
    columns = [
        [*table.row_header.split(), *(row.header for row in table.rows)],
        *(_pieces(column.header) for column in table.columns),
    ]
    for row in table.rows:
        for cells, figure in zip(columns[1:], row.figures, strict=True):
            written = numbers.text(figure)
            cells += _pieces(written) if figure.kind is Kind.TEXT else [written]
    return [max(map(len, cells)) for cells in columns]


def _pieces(text: str) -> list[str]:
    """What of a text stays together at the end of a line."""
    return _broken(text).replace(_SOFT_HYPHEN, "- ").replace("-", "- ").split()


def _width(letters: Iterable[int]) -> float:
    """About how many pixels wide a table is on a wide screen."""
    return sum(9 * each + 24 for each in letters)


@dataclass(frozen=True)
class _Room:
    """The room that a table takes."""

    fits: bool
    """A wide screen shows all of it, so that it need not be scrolled."""
    is_short: bool
    """It stands on one sheet of paper."""


def room_of(table: Table) -> _Room:
    """The room that a table takes."""
    letters = _letters(table)
    return _Room(
        _width(letters) <= _PAGE,
        len(table.rows) <= _SHORT,
    )


def _is_beside(item: Item) -> bool:
    """Whether a table is narrow enough to stand beside its picture on a wide screen."""
    is_pair = len(item.pictures) == 1 and len(item.tables) == 1
    return is_pair and _width(_letters(item.tables[0])) <= _BESIDE


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.globals.update(
    numbers=numbers,
    svg=svg,
    heads=heads,
    cell=_cell,
    looks_of=_looks_of,
    broken=_broken,
    key_symbols=_key_symbols,
    is_beside=_is_beside,
    room_of=room_of,
    css_text=_css_text,
    downloads=downloads,
    report_folder=report_folder,
    site_name=SITE_NAME,
    stylesheet=STYLESHEET,
    menu=(
        _HOME,
        ("Kommuner", MUNICIPALITIES),
        ("Definitioner", "definitioner.html"),
        ("Datakilder", "datakilder.html"),
        ("Metode", "metode.html"),
    ),
)
