"""The files of a report are read back: every figure, symbol and mark is the report's,
and nothing that is withheld is in any of them (D2)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from labour_monitor.report import (
    content,
    csv_files,
    excel,
    numbers,
    pages,
    pdf,
)
from labour_monitor.report.document import Figure, Kind, Report, Site, State, Table
from labour_monitor.report.rendering import Wanted, beside, render

from . import example, made_part

WITHHELD = 987
"""What stands in the tables where a figure is withheld: in an edition, nothing."""
FORMULAS = ("=", "+", "-", "@")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory) -> list[Wanted]:
    """The reports of both parts of an edition, which are made by this process."""
    folder = tmp_path_factory.mktemp("edition")
    found = []
    for name, publications in (("public", 2), ("house", 1)):
        is_internal = name == "house"
        part = made_part.make(
            folder / name,
            is_internal=is_internal,
            withheld=None if is_internal else WITHHELD,
            publications=publications,
        )
        marks = made_part.marks(is_internal)
        found.append(
            Wanted(part, part / "report", marks, made_part.AS_OF, made_part.DELIVERIES)
        )
        render(found[-1])
    return found


@pytest.fixture(scope="module")
def sites(wanted) -> list[tuple[Path, Site]]:
    """What they say, and where they lie."""
    return [
        (w.into, content.site(w.part, w.marks, w.as_of, w.deliveries)) for w in wanted
    ]


@pytest.fixture(scope="module")
def reports(sites) -> list[tuple[Path, Report]]:
    """The reports with their folders."""
    return [
        (folder / pages.report_folder(report), report)
        for folder, site in sites
        for report in site.reports
    ]


def tables(report: Report) -> list[Table]:
    return [table for item in report.items for table in item.tables]


def of_excel(figure: Figure) -> object:
    if figure.state is not State.SHOWN or isinstance(figure.value, bool):
        return numbers.text(figure)
    if isinstance(figure.value, Decimal):
        return float(figure.value)
    if isinstance(figure.value, date):
        return datetime.combine(figure.value, datetime.min.time())
    return figure.value


def of_csv(figure: Figure) -> str:
    if figure.state is not State.SHOWN or isinstance(figure.value, bool):
        return numbers.text(figure)
    return str(figure.value).replace(".", ",")


def test_every_figure_of_a_report_is_in_its_csv(reports) -> None:
    n_cells = 0
    for folder, report in reports:
        files = {file.stem: file for file in (folder / "csv").iterdir()}
        assert files.keys() == {table.name for table in tables(report)}
        for table in tables(report):
            content = files[table.name].read_bytes()
            assert content.startswith(b"\xef\xbb\xbf")
            assert content.count(b"\r\n") == content.count(b"\n") == len(table.rows) + 1
            lines = content.decode("utf-8-sig").split("\r\n")
            head, *rows = csv.reader(lines[:-1], delimiter=";")
            assert len(set(head)) == len(head)
            assert len(rows) == len(table.rows)
            first = len(head) - len(table.columns) - 2
            for cells, row in zip(rows, table.rows, strict=True):
                assert cells[0] == (str(row.month) if row.month else row.header)
                wanted = [of_csv(figure) for figure in row.figures]
                assert cells[first:-2] == wanted
                assert cells[-2:] == [
                    str(report.publication_date),
                    " ".join(report.marks.lines),
                ]
                n_cells += len(wanted)
    assert n_cells > 500


def test_a_csv_has_no_formula_and_a_zero_is_no_hyphen(reports) -> None:
    for folder, _ in reports:
        for file in (folder / "csv").iterdir():
            cells = re.split("[;\r\n]+", file.read_text(encoding="utf-8-sig"))
            suspect = [cell for cell in cells if cell.startswith(FORMULAS)]
            assert all(re.fullmatch(r"-\d+(,\d+)?", cell) for cell in suspect)


def test_a_text_that_a_spreadsheet_takes_for_a_formula_is_made_a_text(tmp_path) -> None:
    for start in FORMULAS:
        figure = Figure(Kind.TEXT, f"{start}SUM(A1:A9)")
        assert csv_files.cell(figure) == f"'{start}SUM(A1:A9)"
    csv_files.write(example.report(is_synthetic=False), tmp_path)
    written = (tmp_path / "overblik.csv").read_text(encoding="utf-8-sig")
    assert "\n'=Ærø;492;0;" in written
    assert "Forbehold" not in written  # of real registers there is none


def test_every_figure_of_a_report_is_in_its_excel_file(reports) -> None:
    n_cells = 0
    for folder, report in reports:
        book = openpyxl.load_workbook(folder / f"{report.stem}.xlsx")
        assert book.sheetnames[0] == excel.FRONT
        names = book.sheetnames[1 : len(report.items) + 1]
        assert names == excel.sheet_names(report.items)
        for name, item in zip(names, report.items, strict=True):
            sheet = book[name]
            assert sheet.freeze_panes
            assert sheet.print_title_rows
            assert len(sheet._charts) == len(item.pictures)
            for table in item.tables:
                head, *rows = sheet[sheet.tables[excel.table_name(table)].ref]
                # Excel mends a file in which two heads are the same.
                assert len({cell.value.casefold() for cell in head}) == len(head)
                assert len(rows) == len(table.rows)
                first = len(head) - len(table.columns)
                for cells, row in zip(rows, table.rows, strict=True):
                    head_of_row = row.header
                    if row.month:
                        head_of_row = datetime.combine(row.month, datetime.min.time())
                    assert cells[0].value == head_of_row
                    if first == 2:
                        code = row.area_code
                        wanted = int(code) if code.isdigit() else None
                        assert cells[1].value == wanted
                    for cell, figure in zip(cells[first:], row.figures, strict=True):
                        assert cell.value == of_excel(figure)
                        is_text = isinstance(of_excel(figure), str)
                        assert isinstance(cell.value, str) == is_text
                        assert cell.number_format == excel.FORMATS[figure.kind]
                        if numbers.is_number(figure.kind):
                            assert cell.alignment.horizontal == "right"
                        n_cells += 1
    assert n_cells > 500


def test_a_chart_draws_the_figures_of_its_picture(reports) -> None:
    """In the order of the picture; what is withheld is no number."""
    n_series = 0
    for folder, report in reports:
        book = openpyxl.load_workbook(folder / f"{report.stem}.xlsx")
        for name, item in zip(
            excel.sheet_names(report.items), report.items, strict=True
        ):
            charts = book[name]._charts
            for chart, picture in zip(charts, item.pictures, strict=True):
                drawn = chart.series[: len(picture.series)]
                for one, series in zip(drawn, picture.series, strict=True):
                    heads = [cell.value for cell in cells_of(book, one.cat.numRef)]
                    heads = heads or [c.value for c in cells_of(book, one.cat.strRef)]
                    values = [cell.value for cell in cells_of(book, one.val.numRef)]
                    found = dict(zip(heads, values, strict=True))
                    for key, figure in series.points:
                        is_month = isinstance(key, date)
                        head = key
                        if is_month:
                            head = datetime.combine(key, datetime.min.time())
                        wanted = of_excel(figure)
                        if is_month and figure.state is not State.SHOWN:
                            wanted = "=NA()"
                        assert found[head] == wanted
                    n_series += 1
                levels = chart.series[len(picture.series) :]
                for one, level in zip(levels, picture.levels, strict=False):
                    values = {cell.value for cell in cells_of(book, one.val.numRef)}
                    assert values == {float(level.value)}
    assert n_series > 20


def cells_of(book: openpyxl.Workbook, reference) -> list:
    """The cells of a range; none where there is none."""
    if reference is None:
        return []
    sheet, _, place = reference.f.rpartition("!")
    first, *last = place.split(":")
    cells = book[sheet.strip("'")][f"{first}:{(last or [first])[0]}"]
    return [cell for (cell,) in cells]


def test_a_picture_is_told_in_words_beside_its_chart(reports) -> None:
    folder, report = reports[0]
    with ZipFile(folder / f"{report.stem}.xlsx") as book:
        drawings = "".join(
            book.read(name).decode()
            for name in book.namelist()
            if name.startswith("xl/drawings/drawing")
        )
    told = re.findall(r'descr="([^"]*)"', drawings)
    wanted = [picture.description for item in report.items for picture in item.pictures]
    assert told == wanted


def test_names_of_sheets_are_what_excel_allows(tmp_path) -> None:
    report = example.report()
    (item, *_) = report.items
    long = [
        excel.Item(str(n), "x", title, "")
        for n, title in enumerate(
            ("a/b: c?", "Resultatkravet i alle kommuner og i hele landet", "Forside")
        )
    ]
    names = excel.sheet_names([*report.items, *long, item, item])
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= excel.LONGEST_NAME
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert "  " not in name
        assert not name.endswith((" i", " og", " af"))
    assert "4 Resultatkravet i kommunerne" in names


@pytest.fixture(scope="module")
def of_pdf(reports) -> dict[str, str]:
    """The text of each report's PDF, by its path."""
    files = [str(folder / f"{report.stem}.pdf") for folder, report in reports]
    return {
        file: "".join(page.extract_text() for page in PdfReader(file).pages)
        for file in files
    }


def unspaced(text: str) -> str:
    """A text as it is wherever its lines end."""
    return re.sub(r"\s", "", text)


def test_every_figure_of_a_report_is_in_its_pdf(reports, of_pdf) -> None:
    """Row after row, in the order of the tables."""
    n_cells = 0
    for text, (_, report) in zip(of_pdf.values(), reports, strict=True):
        text = unspaced(text)
        for key_figure in report.key_figures:
            assert unspaced(numbers.with_unit(key_figure.figure)) in text
        place = 0
        for item in report.items:
            for said in (item.statement, *item.paragraphs):
                # A word of a paragraph may be broken at the end of a line.
                assert unspaced(said).replace("-", "") in text.replace("-", "")
            for table in item.tables:
                place = text.index(unspaced(table.caption), place)
                for row in table.rows:
                    cells = [row.header, *map(numbers.text, row.figures)]
                    wanted = unspaced("".join(cells))
                    found = text.find(wanted, place)
                    assert found >= 0, (table.name, wanted)
                    place = found + len(wanted)
                    n_cells += len(row.figures)
    assert n_cells > 500


def test_a_pdf_is_tagged_and_says_what_it_is(reports) -> None:
    for folder, report in reports:
        file = PdfReader(folder / f"{report.stem}.pdf")
        root = file.root_object
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"].startswith("da")
        metadata = root["/Metadata"].get_data().decode()
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        month = numbers.month(report.report_month)
        assert file.metadata.title == f"{report.initiative_name}, {month}"
        assert file.metadata.creation_date.date() == report.publication_date
        assert [each.title for each in file.outline if "/Title" in each][1:]
        kinds = list(structure(root["/StructTreeRoot"]))
        n_pictures = sum(len(item.pictures) for item in report.items)
        assert kinds.count("/Table") == len(tables(report))
        assert kinds.count("/Figure") >= n_pictures
        assert kinds.count("/TH") >= sum(len(t.columns) + 1 for t in tables(report))
        for page in file.pages:
            width, height = (round(float(side)) for side in page.mediabox[2:])
            assert (width, height) == (595, 842)


def structure(element) -> Iterator[str]:
    """The kinds of all elements of a tagged PDF, in the order of reading."""
    return (each["/S"] for each in elements(element))


def elements(element) -> Iterator[DictionaryObject]:
    if isinstance(element, list):
        for each in element:
            yield from elements(each.get_object())
    elif hasattr(element, "get"):
        if "/S" in element:
            yield element
        if "/K" in element:
            yield from elements(element["/K"])


def entries(tree: DictionaryObject) -> Iterator:
    """The names of a tree of names and what each stands for, in turn."""
    yield from tree.get("/Names", [])
    for branch in tree.get("/Kids", []):
        yield from entries(branch.get_object())


def attribute(cell: DictionaryObject, name: str):
    (found,) = (a[name] for a in cell["/A"] if a["/O"] == "/Table" and name in a)
    return found


def test_each_row_of_a_table_of_a_pdf_has_a_head_which_its_cells_name(reports) -> None:
    for folder, report in reports:
        root = PdfReader(folder / f"{report.stem}.pdf").root_object["/StructTreeRoot"]
        names = list(entries(root["/IDTree"]))
        assert names[::2] == sorted(names[::2])
        of_name = dict(zip(names[::2], names[1::2], strict=True))
        rows = [
            [cell.get_object() for cell in row.get_object()["/K"]]
            for body in elements(root)
            if body["/S"] == "/TBody"
            for row in body["/K"]
        ]
        assert len(rows) == sum(len(table.rows) for table in tables(report))
        for head, *cells in rows:
            assert head["/S"] == "/TH"
            assert attribute(head, "/Scope") == "/Row"
            assert of_name[head["/ID"]].get_object() == head
            for cell in cells:
                assert cell["/S"] == "/TD"
                first, *of_column = attribute(cell, "/Headers")
                assert first == head["/ID"]
                assert {of_name[n].get_object()["/S"] for n in of_column} == {"/TH"}


@pytest.fixture(scope="module")
def internal(tmp_path_factory) -> tuple[Path, Path]:
    """The PDF and the Excel file of a report that says all that one can."""
    folder = tmp_path_factory.mktemp("internal")
    report = example.report(is_internal=True)
    pdf.write(report, folder / "report.pdf")
    excel.write(report, folder / "report.xlsx")
    return folder / "report.pdf", folder / "report.xlsx"


def test_a_table_that_goes_on_has_its_head_on_each_page(internal) -> None:
    found = [page.extract_text() for page in PdfReader(internal[0]).pages]
    with_rows = [text for text in found if re.search(r"^Ærø \d+ 1", text, re.M)]
    assert len(with_rows) > 1
    for text in with_rows:
        assert "Virksomhedsrettet" in text
    for number, text in enumerate(found, start=1):
        assert f"side {number} af {len(found)}" in text


def test_each_page_sheet_and_file_says_what_the_report_says_of_itself(
    internal, tmp_path
) -> None:
    marks = example.marks(is_internal=True).lines
    assert len(marks) == 3
    file, book = PdfReader(internal[0]), openpyxl.load_workbook(internal[1])
    for page in file.pages:
        text = unspaced(page.extract_text())
        assert unspaced("".join(marks)) in text
    for mark in marks:
        assert mark in file.metadata.subject
        assert mark in book.properties.description
        for sheet in book:
            assert mark in sheet.oddHeader.left.text
            assert mark in {cell.value for (cell, *_) in sheet.iter_rows(max_row=8)}
    plain = example.report(is_synthetic=False)
    excel.write(plain, tmp_path / "plain.xlsx")
    assert not openpyxl.load_workbook(tmp_path / "plain.xlsx").properties.description


def test_nothing_that_is_withheld_is_in_any_file(wanted, of_pdf) -> None:
    public, _ = wanted
    said = {
        str(file): of_pdf.get(str(file)) or text_of(file)
        for file in sorted(public.into.rglob("*"))
        if file.is_file()
    }
    assert {Path(name).suffix for name in said} == {
        *(".html", ".css", ".pdf", ".xlsx", ".csv"),
    }
    symbols = 0
    for name, text in said.items():
        assert not re.search(rf"(?<![\d.,]){WITHHELD}(?!\d)", text), name
        symbols += text.count(numbers.HIDDEN)
    assert symbols > 100


def text_of(file: Path) -> str:
    """All that a file says, packed or not."""
    if file.suffix == ".xlsx":
        with ZipFile(file) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return file.read_text(encoding="utf-8-sig")


def test_the_same_tables_make_the_same_files_in_any_number_of_processes(
    wanted, tmp_path
) -> None:
    again = [replace(w, into=tmp_path / w.part.name) for w in wanted]
    with beside(2) as begin:
        for each in again:
            begin(each)
    for before, after in zip(wanted, again, strict=True):
        one, other = contents(before.into), contents(after.into)
        assert one.keys() == other.keys()
        assert [name for name in one if one[name] != other[name]] == []


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_an_excel_file_says_when_it_was_published_and_nothing_of_today(reports) -> None:
    folder, report = reports[0]
    content = (folder / f"{report.stem}.xlsx").read_bytes()
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.properties.created.date() == report.publication_date
    with ZipFile(BytesIO(content)) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
