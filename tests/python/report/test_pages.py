"""The pages of the report, without a browser: figures, links, symbols, marks."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from labour_monitor.report import content, numbers, pages
from labour_monitor.report.document import (
    Column,
    Item,
    KeyFigure,
    Kind,
    Site,
    Table,
)

from . import example, example_site, made_part, reading_pages
from .reading_pages import Page

Read = dict[str, Page]


@pytest.fixture(scope="module", params=["example", "public", "house"])
def site(request: pytest.FixtureRequest, tmp_path_factory) -> Site:
    """A site with all that one can have, and those of a small edition's parts."""
    if request.param == "example":
        return example_site.site()
    is_internal = request.param == "house"
    part = tmp_path_factory.mktemp("edition") / request.param
    made_part.make(part, is_internal=is_internal)
    return content.site(part, made_part.marks(is_internal), made_part.AS_OF)


@pytest.fixture(scope="module")
def folder(site: Site, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    pages.write(site, folder)
    return folder


@pytest.fixture(scope="module")
def read(folder: Path) -> Read:
    return {
        file.relative_to(folder).as_posix(): reading_pages.read(file)
        for file in sorted(folder.rglob("*.html"))
    }


def rows(table: Table) -> list[list[str]]:
    return [[row.header, *map(numbers.text, row.figures)] for row in table.rows]


def written(page: Page, tables: Sequence[Table]) -> None:
    assert page.tables == [(table.caption, rows(table)) for table in tables]


def stripped(texts: Sequence[str]) -> list[str]:
    return [text.strip() for text in texts]


def alone(figures: Sequence[KeyFigure]) -> list[str]:
    """Key figures, whose unit may stand below where there is no room beside."""
    return [
        numbers.with_unit(each.figure).replace(numbers.SPACE, " ") for each in figures
    ]


def tables_of(items: Sequence[Item]) -> list[Table]:
    return [table for item in items for table in item.tables]


def test_every_figure_of_a_report_stands_in_its_cell(site: Site, read: Read):
    for report in site.reports:
        page = read[f"{pages.report_folder(report)}/index.html"]
        written(page, tables_of(report.items))
        assert stripped(page.key_figures) == alone(report.key_figures)


def test_every_figure_of_a_municipality_stands_in_its_cell(site: Site, read: Read):
    for municipality in site.municipalities:
        page = read[f"kommuner/{municipality.code}.html"]
        written(
            page,
            [t for each in municipality.initiatives for t in tables_of(each.items)],
        )
        assert stripped(page.key_figures) == alone(
            [key for each in municipality.initiatives for key in each.key_figures]
        )


def test_every_figure_of_the_front_page_and_of_guides_stands_in_its_cell(site, read):
    written(read["index.html"], [table for news in site.news for table in news.tables])
    for guide in site.guides:
        written(
            read[f"{guide.slug}.html"],
            [table for each in guide.texts for table in each.tables],
        )


def test_links_and_anchors_resolve(site: Site, folder: Path, read: Read):
    files = {
        f"{pages.report_folder(report)}/{file}"
        for report in site.reports
        for _, file in pages.downloads(report)
    }
    for address, page in read.items():
        for link in page.links:
            to, _, anchor = link.partition("#")
            target = (folder / address).parent / to if to else folder / address
            name = target.resolve().relative_to(folder.resolve()).as_posix()
            assert name in read or name in files, f"{address}: {link}"
            assert not anchor or anchor in read[name].ids, f"{address}: {link}"


def test_every_page_is_reached_from_the_front_page(folder: Path, read: Read):
    reached, waiting = set(), ["index.html"]
    while waiting:
        address = waiting.pop()
        if address in read and address not in reached:
            reached.add(address)
            for link in read[address].links:
                target = (folder / address).parent / link.partition("#")[0]
                waiting.append(
                    target.resolve().relative_to(folder.resolve()).as_posix()
                )
    assert reached == set(read)


def test_a_page_has_its_ids_once_and_its_headings_in_order(read: Read):
    for address, page in read.items():
        assert len(page.ids) == len(set(page.ids)), address
        levels = [level for level, _ in page.headings]
        assert levels[0] == 1, address
        assert levels.count(1) == 1, address
        steps = itertools.pairwise(levels)
        assert all(lower <= upper + 1 for upper, lower in steps), address


def test_titles_tell_pages_apart_and_the_language_is_danish(read: Read):
    titles = [page.title for page in read.values()]
    assert len(set(titles)) == len(titles)
    assert {page.language for page in read.values()} == {"da"}


def test_nothing_is_loaded_but_the_stylesheet(folder: Path, read: Read):
    for address, page in read.items():
        root = "../" * address.count("/")
        assert page.loaded == ["data:,", f"{root}report.css"], address
        assert "script" not in page.tags, address
        assert not any("//" in link or ":" in link for link in page.links), address
    stylesheet = (folder / "report.css").read_text()
    assert "url(" not in stylesheet
    assert "@import" not in stylesheet


def test_a_page_explains_the_symbols_that_it_uses(site: Site, read: Read):
    used, is_internal = set(), site.marks.is_internal
    for address, page in read.items():
        cells = stripped(page.key_figures)
        for _, table in page.tables:
            cells += [cell for row in table for cell in row]
        for sign, meaning in numbers.MEANINGS.items():
            if sign in cells:
                used.add(sign)
                assert meaning in page.text, f"{address}: {sign}"
                assert f"{meaning}.." not in page.text, address
            if sign in page.drawn:
                assert any(f"{sign} " in text for text in page.drawn), address
    assert used >= set(numbers.MEANINGS) - ({numbers.HIDDEN} if is_internal else set())


def test_every_page_says_what_it_must_say_of_itself(
    site: Site, folder: Path, read: Read
):
    own = {f"{pages.report_folder(e)}/index.html": e.marks for e in site.reports}
    own |= {f"kommuner/{each.code}.html": each.marks for each in site.municipalities}
    for address, page in read.items():
        lines = own.get(address, site.marks).lines
        assert lines
        for line in lines:
            assert line in page.text, address
        # On paper they stand at the top of every sheet.
        head, _, _ = (folder / address).read_text().partition("</style>")
        assert " ".join(lines) in head


def test_a_page_of_real_registers_says_nothing_of_made_up_ones(tmp_path: Path):
    marks = example.marks(is_internal=True, is_synthetic=False)
    report = dataclasses.replace(example.report(), marks=marks)
    site = dataclasses.replace(example_site.site(report), marks=marks)
    pages.write(site, tmp_path)
    for address in ("index.html", f"{pages.report_folder(report)}/index.html"):
        page = reading_pages.read(tmp_path / address)
        assert "Til intern brug" in page.text
        assert "intern" in page.title
        assert "Opdigtede" not in page.text


@pytest.mark.parametrize("site", ["example"], indirect=True)
def test_municipalities_are_found_in_danish_order(read: Read):
    page = read["kommuner/index.html"]
    letters = [said for level, said in page.headings if level == 2]
    assert letters == ["A", "K", "L", "Æ", "Å"]
    codes = [link for link in page.links if link.endswith(".html") and "/" not in link]
    assert codes[-2:] == ["492.html", "580.html"]
    assert "Navne, der begynder med Aa, står under Å." in page.text
    assert "deltager ikke" in page.text


@pytest.mark.parametrize("site", ["example"], indirect=True)
def test_a_municipality_that_takes_part_in_nothing_says_so(read: Read):
    assert "Læsø deltager ikke" in read["kommuner/825.html"].text
    assert "Deltager ikke i Fsm2." in read["kommuner/165.html"].text


def test_a_publication_is_the_same_in_every_later_edition(tmp_path: Path):
    earlier = example_site.earlier()
    address = f"{pages.report_folder(earlier)}/index.html"
    for name, reports in (("first", [earlier]), ("next", [example.report(), earlier])):
        pages.write(example_site.site(*reports), tmp_path / name)
    first, later = (tmp_path / name / address for name in ("first", "next"))
    assert first.read_bytes() == later.read_bytes()


def test_the_same_site_has_the_same_bytes(site: Site, folder: Path, tmp_path: Path):
    pages.write(site, tmp_path)
    for file in _files(folder):
        assert (tmp_path / file).read_bytes() == (folder / file).read_bytes()


def _files(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.relative_to(folder)


@pytest.mark.parametrize("site", ["example"], indirect=True)
def test_words_are_words_and_never_html(folder: Path, read: Read):
    address = "kommuner/165.html"
    assert "<b>under" not in (folder / address).read_text()
    assert example_site.AWKWARD in read[address].text


def test_each_column_and_row_of_a_table_has_its_head():
    upper, lower = pages.heads(example.overview())
    assert [(head.text, head.n_columns, head.n_rows) for head in upper] == [
        ("Område", 1, 2),
        ("Antal borgere", 2, 1),
        ("Andel i pct.", 1, 1),
        ("Afstand til 80 pct.", 1, 2),
        ("Ændring", 1, 2),
        ("Har opfyldt kravet", 1, 2),
        ("Første gang", 1, 2),
    ]
    assert [head.text for head in lower] == ["I målgruppen", "Opfylder", "Opfylder"]
    (only,) = pages.heads(example.development())
    assert [head.text for head in only] == ["Måned", "Opfylder", "Andel i pct."]


def test_a_long_word_goes_on_in_the_next_line():
    """Few browsers know where a Danish word may be parted."""
    assert pages._broken("Virksomhedspraktik") == "Virksomheds\u00adpraktik"
    assert pages._broken("c. Virksomheder, praktik") == "c. Virksomheder, praktik"


def test_the_columns_of_the_municipality_whose_page_it_is_stand_out() -> None:
    table = Table(
        *("tal", "Tal", "Måned"),
        (
            Column("101", "København", Kind.COUNT),
            Column("country", "Hele landet", Kind.COUNT),
            Column("x_pct_101", "Pct.", Kind.PCT, "København"),
            Column("reached_101", "Nået", Kind.FLAG, "Har nået"),
            Column("met_101", "Fuldt", Kind.FLAG, "Har nået"),
            Column("use", "Tekst", Kind.TEXT),
        ),
        (),
    )
    looks = [[head.look for head in row] for row in pages.heads(table, "101")]
    assert looks == [
        ["", "n own", "n", "group n own", "group own t", ""],
        ["n own", "t own", "t own"],
    ]
    looks = [[head.look for head in row] for row in pages.heads(table)]
    assert looks == [["", "n", "n", "group n", "group t", ""], ["n", "t", "t"]]
