"""What is in the report of a part of an edition (D2): all items, from shown values
alone, and nothing that is not in the part."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from labour_monitor import project
from labour_monitor.landing import contract
from labour_monitor.report import content, numbers, reading
from labour_monitor.report.content.registers import REGISTERS
from labour_monitor.report.document import (
    Figure,
    Kind,
    MadeBy,
    Report,
    Site,
    State,
    Table,
)

from . import made_part
from .made_part import BIG, FULL, LOWER, OUTSIDE, PARTLY, REQUIREMENT, SMALL


def site(part: Path, is_internal: bool = False) -> Site:
    marks, read = made_part.marks(is_internal), made_part.DELIVERIES
    return content.site(part, marks, made_part.AS_OF, read)


@pytest.fixture(scope="module")
def public(tmp_path_factory) -> Site:
    return site(made_part.make(tmp_path_factory.mktemp("report") / "public"))


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Site:
    folder = tmp_path_factory.mktemp("report") / "house"
    return site(made_part.make(folder, is_internal=True), is_internal=True)


def of(site: Site, initiative: str) -> list[Report]:
    """The reports of an initiative, the newest first."""
    return [report for report in site.reports if report.initiative == initiative]


def everything(thing: Any) -> Iterator[Any]:
    """All that a document is made of."""
    yield thing
    if dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from everything(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for each in thing:
            yield from everything(each)


def words(thing: Any) -> str:
    """All texts in a document."""
    return "\n".join(
        each.replace("\u00a0", " ")
        for each in everything(thing)
        if isinstance(each, str)
    )


def municipality(site: Site, code: str):
    (found,) = (each for each in site.municipalities if each.code == code)
    return found


def table(tables: Any, name: str) -> Table:
    (found,) = (
        each
        for each in everything(tables)
        if isinstance(each, Table) and each.name == name
    )
    return found


def test_the_items_of_afklaringspuljen_are_those_of_boks_1(public):
    newest, *_ = of(public, "afklaringspuljen")
    *numbered, last = newest.items
    assert [item.number for item in numbered] == ["1", "2", "3", "4", "5", "6"]
    assert (last.number, last.title) == ("", "Datagrundlag")
    for word, item in zip(
        (
            "overblik",
            "målgruppe",
            "opfyldelse",
            "resultatkravet",
            "anden ydelse",
            "afgået",
        ),
        numbered,
        strict=True,
    ):
        assert word in item.title.lower()
        assert item.statement
        assert item.pictures
        assert item.tables
    parts = [
        [
            column.header
            for column in item.tables[0].columns
            if column.header[1:2] == "."
        ]
        for item in numbered
    ]
    assert [[header[0] for header in those] for those in parts] == [
        [],
        [],
        [],
        ["a", "b", "c"],
        ["a", "b", "c"],
        ["a", "b", "c", "d"],
    ]


def test_flere_skal_med_2_has_flow_categories_both_steps_and_development(public):
    newest, *_ = of(public, "fsm2")
    flow, categories, requirement, development, _ = newest.items
    assert {"n_previous", "n_new", "n_left"} <= keys(flow.tables[0])
    assert len(categories.pictures[0].series) >= 3
    assert {"reached_lower", "reached_full"} <= keys(requirement.tables[0])
    levels = [int(level.value) for level in requirement.pictures[0].levels]
    assert levels == [LOWER, FULL]
    assert len(development.tables[0].rows) == len(made_part.MONTHS)


def keys(of_table: Table) -> set[str]:
    return {column.key for column in of_table.columns}


def test_the_requirements_are_those_of_the_edition(public):
    said = words((public.reports, public.news, public.municipalities))
    assert f"{REQUIREMENT} pct." in said
    assert f"{LOWER} pct." in said
    assert f"{FULL} pct." in said
    assert not re.search(r"\b(80|15|20) pct\. (som|,)|(til|nået) (80|15|20) pct", said)


def test_who_has_never_heard_of_the_requirement_is_told_what_it_is(public):
    told = [
        *public.reports,
        *(each for of_one in public.municipalities for each in of_one.initiatives),
    ]
    for each in told:
        full, lower = {"afklaringspuljen": (76, None), "fsm2": (23, 11)}[
            each.initiative
        ]
        assert f"mindst {full}\u00a0pct. af de målte borgere" in each.requirement
        assert lower is None or f"{lower}\u00a0pct. og mindst" in each.requirement
        assert "De målte er de borgere i målgruppen, der" in each.requirement


def test_a_column_means_something_where_nothing_stands_above_it(public, house):
    """In files, and as the head of a row on the page of a municipality."""
    for report in (*public.reports, *house.reports):
        for item in report.items:
            for each in item.tables:
                assert all(column.alone for column in each.columns if column.group)
                names = [column.name for column in each.columns]
                assert len(set(names)) == len(names)


def test_before_its_first_month_nobody_has_met_a_requirement(public):
    newest, *_, first = of(public, "afklaringspuljen")
    met = re.compile(
        r"har nået|nåede|met_requirement|first_month_met|n_municipalities_met"
    )
    assert not met.search(words(first))
    assert "gælder ikke endnu" in words(first)
    assert met.search(words(newest))
    assert "gælder ikke endnu" not in words(newest)


def test_a_first_publication_has_no_development(public):
    *_, first = of(public, "afklaringspuljen")
    assert "første måned" in words(first)
    assert "gjort op på ny" not in words(first)
    assert not re.search(
        r"steget|faldet|højere end i|lavere end i nov", words(first.items[2])
    )


def test_a_first_publication_has_no_revisions(tmp_path):
    part = made_part.make(tmp_path / "part", is_internal=True, publications=1)
    assert "så ingen tal er rettet" in words(site(part, is_internal=True).news)


@pytest.mark.parametrize("is_internal", [False, True])
def test_a_report_holds_nothing_of_another_publication(tmp_path, is_internal):
    """Its files stay the same in every later edition (P4)."""
    alone, among = (
        site(
            made_part.make(tmp_path / f"{n}", is_internal, publications=n), is_internal
        )
        for n in (1, 3)
    )
    for initiative in ("afklaringspuljen", "fsm2"):
        assert of(alone, initiative)[0] == of(among, initiative)[-1]


def test_nothing_is_derived_of_what_is_withheld(tmp_path, public):
    """Whatever is withheld, the report is the same: it says nothing of it (D2)."""
    for value in (3, 87):
        planted = made_part.make(tmp_path / f"{value}", withheld=value)
        assert site(planted) == public


def test_what_is_withheld_in_all_tables_is_withheld_in_all_that_is_derived(tmp_path):
    def all_of_it(table, row, measure):
        return True

    hidden = site(made_part.make(tmp_path / "hidden", hides=all_of_it))
    figures = [
        each
        for report in hidden.reports
        for each in everything((report.key_figures, report.items[:-1]))
        if isinstance(each, Figure)
    ]
    first_month = Figure(Kind.MONTH, made_part.IN_FORCE_FROM)  # of dim_initiative
    shown = [each for each in figures if each.state is State.SHOWN]
    assert set(shown) == {first_month}
    assert "offentliggøres ikke" in words(hidden.reports)
    assert not re.search(
        r"\d pct\. opfylder|Ingen opfylder|Alle opfylder", words(hidden)
    )


def test_figures_that_are_not_derived_are_those_of_the_edition(tmp_path):
    part = reading.read(made_part.make(tmp_path / "part"), is_internal=False)
    report, *_ = of(site(tmp_path / "part"), "afklaringspuljen")
    rows = {
        row.code: row
        for row in part.of(
            "rpt_afklaringspuljen_requirement_by_municipality", report.publication_date
        )
    }
    found = table(report, "resultatkrav")
    assert {row.area_code for row in found.rows} == set(rows)
    for row in found.rows:
        for column, figure in zip(found.columns, row.figures, strict=True):
            if not figure.is_derived:
                assert figure == rows[row.area_code][column.key]


def test_all_municipalities_have_a_page_in_the_danish_order(public):
    assert [each.code for each in public.municipalities] == [
        BIG,
        SMALL,
        PARTLY,
        OUTSIDE,
    ]


def test_the_page_of_a_municipality_has_its_line_of_every_item(public):
    for made in municipality(public, BIG).initiatives:
        (report, *_) = of(public, made.initiative)
        assert [item.slug for item in made.items] == [
            item.slug for item in report.items[:-1]
        ]
        for item in made.items:
            found = item.tables[0]
            beside = {row.area_code for row in found.rows} | {
                column.key.rsplit("_", 1)[-1] for column in found.columns
            }
            assert {BIG} < beside, found.name
        assert sum(len(item.pictures) for item in made.items) == 1


def test_a_page_says_at_once_how_far_it_is_and_what_it_is_made_of(public):
    for made in municipality(public, BIG).initiatives:
        said = "\n".join(made.paragraphs)
        assert made.key_figures[0].figure.state is State.SHOWN
        assert made.key_figures[1].figure.is_derived
        assert "procentpoint" in said
        assert "Andelen består af" in said
    assert "Andelen består af" not in words(municipality(public, SMALL))


def test_a_page_says_in_what_a_municipality_takes_no_part(public):
    assert municipality(public, BIG).others == ()
    outside = municipality(public, OUTSIDE)
    assert outside.initiatives == ()
    assert outside.others == ("Afklaringspuljen", "Flere skal med 2")


def test_where_most_is_withheld_a_page_says_why(public):
    for made in municipality(public, SMALL).initiatives:
        assert "offentliggøres ikke" in made.headline
        (why,) = (text for text in made.paragraphs if "holdt tilbage" in text)
        assert why.startswith("De fleste")
        assert f"1 til {made_part.LIMIT - 1}" in why
    assert "Nogle af tallene" in words(municipality(public, PARTLY))
    assert "holdt tilbage" not in words(municipality(public, BIG))


def test_a_picture_without_the_municipality_says_what_it_shows(public):
    for made in municipality(public, SMALL).initiatives:
        (picture,) = (picture for item in made.items for picture in item.pictures)
        assert picture.title.startswith("I de deltagende kommuner: fra november 2031")


def test_parts_that_are_withheld_of_a_shown_share_are_one_part_together(public):
    report, *_ = of(public, "afklaringspuljen")
    (picture,) = report.items[5].pictures
    rest = dict(picture.series[-1].points)
    assert rest["Aabenraa"].state is State.SHOWN
    assert rest["Aabenraa"].is_derived
    assert rest["København"].state is State.NOT_APPLICABLE
    assert rest["Læsø"].state is State.HIDDEN


def test_municipalities_stand_by_name_in_tables_and_by_value_in_pictures(public):
    report, *_ = of(public, "fsm2")
    item = report.items[2]
    assert [row.header for row in item.tables[0].rows] == [
        "Deltagende kommuner",
        "København",
        "Læsø",
        "Aabenraa",
    ]
    names = [name for name, _ in item.pictures[0].series[0].points]
    assert names[0] == "Deltagende kommuner"
    assert names[-1] == "Læsø"


def test_names_of_tables_tell_them_apart(public, house):
    for made in (public, house):
        for report in made.reports:
            names = Counter(
                each.name for each in everything(report) if isinstance(each, Table)
            )
            assert set(names.values()) == {1}
            for each in everything(report):
                if isinstance(each, Table):
                    assert len(keys(each)) == len(each.columns)
                    assert all(
                        len(row.figures) == len(each.columns) for row in each.rows
                    )


def test_the_front_page_says_what_changed_and_the_house_why(public, house):
    for made in (public, house):
        assert [each.report.initiative for each in made.news] == [
            "afklaringspuljen",
            "fsm2",
        ]
        assert all(each.changes and each.pictures for each in made.news)
    assert "rettelser" not in words(public.news)
    said = words(house.news)
    assert "Årsag: der er kommet nye oplysninger fra eIndkomst." in said
    assert "Årsag: reglerne er ændret." in said
    (revised,) = table(house.news, "rettelser_afklaringspuljen").rows
    before, now, change, causes = (figure.value for figure in revised.figures)
    assert (before, now, change) == (554, 557, 3)
    assert causes == (
        "nye oplysninger fra eIndkomst (2 borgere); ændrede regler (1 borger)"
    )
    assert "Ingen tal for tidligere måneder er rettet" in words(house.news[1].changes)


def test_the_house_withholds_nothing_and_knows_all_months(house):
    figures = [each for each in everything(house) if isinstance(each, Figure)]
    assert all(figure.state is not State.HIDDEN for figure in figures)
    made, _ = municipality(house, SMALL).initiatives
    by_month, requirement = (
        table(made.items, name) for name in ("opfyldelse", "resultatkrav")
    )
    assert [row.month for row in by_month.rows] == list(reversed(made_part.MONTHS))
    place = [column.key for column in requirement.columns].index(SMALL)
    (share,) = (
        row.figures[place] for row in requirement.rows if row.header == "Opfylder, pct."
    )
    assert by_month.rows[0].figures[0].value == share.value


def test_the_page_of_a_municipality_has_a_row_for_each_figure(public):
    """It has few areas and many figures, and is read on a phone too."""
    for made in municipality(public, BIG).initiatives:
        (report, *_) = of(public, made.initiative)
        found = table(made.items, "resultatkrav")
        of_all = table(report.items, "resultatkrav")
        keys = [column.key for column in found.columns]
        assert keys[:2] == [BIG, "participating"]
        assert [row.header for row in found.rows] == [
            each.alone or each.header for each in of_all.columns
        ]
        for row in of_all.rows:
            code = row.area_code
            code = {"deltagere": "participating", "hele_landet": "country"}.get(
                code, code
            )
            if code in keys:
                place = keys.index(code)
                assert row.figures == tuple(each.figures[place] for each in found.rows)


def test_the_public_knows_a_municipality_in_the_months_of_its_publications(public):
    made, _ = municipality(public, BIG).initiatives
    (found,) = made.items[2].tables
    assert len(found.rows) == len(made_part.PUBLISHED)
    assert any("kun rapportens egen måned offentliggjort" in x for x in found.notes)


def test_a_part_is_not_taken_for_the_other(tmp_path):
    for is_internal in (True, False):
        part = made_part.make(tmp_path / f"{is_internal}", is_internal)
        with pytest.raises(reading.ReadingError, match="state"):
            site(part, not is_internal)


def test_the_guides_cite_every_rule_and_no_other(public):
    text = (project.root() / "docs/rules.md").read_text(encoding="utf-8")
    rules = set(re.findall(r"^### ([A-Z]\d+) ", text, re.MULTILINE))
    cited = {
        rule
        for group in re.findall(r"\(([A-Z]\d+(?:, [A-Z]\d+)*)\)", words(public.guides))
        for rule in group.split(", ")
    }
    assert cited == rules


def test_the_definitions_say_what_the_rule_data_say(public):
    file = project.root() / "seeds/rules/initiatives.csv"
    rows = {
        row["initiative"]: row for row in csv.DictReader(file.open(encoding="utf-8"))
    }
    said = words(public.guides[0])
    locked = rows["afklaringspuljen"]
    assert {row["min_age"] for row in rows.values()} == {"30"}
    assert "fyldt 30 år" in said
    assert locked["cohort_window_pct"] == "80"
    assert "mindst 80 pct. af ugerne" in said
    assert locked["cohort_lock_date"] == "2020-10-01"
    assert "1. oktober 2020" in said
    assert locked["cohort_reference_date"] == "2020-08-02"
    assert "uge 31 i 2020" in said
    assert {row["publication_lag_months"] for row in rows.values()} == {"2"}


def test_every_register_has_a_name(house):
    assert list(REGISTERS) == list(contract.sources())
    accounts = table(house.guides, "raekker")
    assert [row.header for row in accounts.rows] == ["DREAM"] * 2 + ["eIndkomst"] * 2


def test_house_and_public_are_told_alike_when_what_was_delivered(public, house):
    for name in ("leveringer", "udgivelser"):
        assert table(public.guides, name) == table(house.guides, name)
    assert "30. april 2032" in words(public.guides[1])
    assert [
        (row.header, *(figure.value for figure in row.figures))
        for row in table(public.guides, "leveringer").rows
    ] == [
        ("DREAM", date(2032, 4, 29), True, True),
        ("eIndkomst", date(2031, 9, 30), True, True),
        ("eIndkomst", date(2032, 4, 28), True, True),
    ]
    assert len(table(public.guides, "udgivelser").rows) == 2 * len(made_part.PUBLISHED)
    for ours, theirs in zip(public.reports, house.reports, strict=True):
        assert ours.items[-1] == theirs.items[-1]
        published = ours.publication_date
        assert [
            (row.header, *(figure.value for figure in row.figures))
            for row in table(ours, "datagrundlag").rows
        ] == [
            ("DREAM", 1, published - timedelta(1), published - timedelta(1)),
            ("eIndkomst", 2, date(2031, 9, 30), published - timedelta(2)),
        ]
        assert numbers.day(published - timedelta(1)) in ours.items[-1].statement


def test_of_rows_of_a_delivery_the_public_is_told_nothing(public):
    assert "Afvist" not in words(public)
    assert not [each for each in everything(public) if each == "n_delivered"]


def test_where_deliveries_are_not_written_down_the_report_says_so(tmp_path):
    part = made_part.make(tmp_path / "part")
    made = content.site(part, made_part.marks(False), made_part.AS_OF)
    for report in made.reports:
        assert report.items[-1].statement.endswith("er ikke skrevet ned.")
        assert not report.items[-1].tables
    assert "Hvilke leveringer der er læst" in words(made.guides[1])
    for row in table(made.guides, "udgivelser").rows:
        assert row.figures[-1].state is State.NOT_APPLICABLE


def test_what_parts_are_together_stands_beside_their_bar(public):
    for code, place in (("afklaringspuljen", 3), ("afklaringspuljen", 5), ("fsm2", 2)):
        report, *_ = of(public, code)
        item = report.items[place]
        (picture,) = item.pictures
        key = "afgang_pct" if place == 5 else "fulfilled_pct"
        (column,) = (
            n for n, each in enumerate(item.tables[0].columns) if each.key == key
        )
        by_name = {row.header: row.figures[column] for row in item.tables[0].rows}
        assert dict(picture.totals) == by_name
    (whole,) = of(public, "fsm2")[0].items[1].pictures
    assert whole.totals == ()  # each is 100 pct.


def test_a_bar_of_a_withheld_share_has_no_parts(tmp_path):
    def total_alone(table, row, measure):
        return row.get("area_code") == PARTLY and measure == "fulfilled_pct"

    part = made_part.make(tmp_path / "part", hides=total_alone)
    report, *_ = of(site(part), "afklaringspuljen")
    (picture,) = report.items[3].pictures
    for series in picture.series:
        assert dict(series.points)["Aabenraa"].state is State.HIDDEN


def test_a_page_tells_what_was_met_from_what_is_met_now(tmp_path):
    """The requirement is met by one month, whatever comes after it (R3)."""

    def met_before(table, row):
        if "met_requirement" in row and row["report_month"] >= made_part.IN_FORCE_FROM:
            row["met_requirement"] = row["area_code"] != PARTLY
            if row["met_requirement"]:
                row["first_month_met"] = made_part.IN_FORCE_FROM

    made = site(made_part.make(tmp_path / "part", change=met_before))
    for code, said in (
        (BIG, "det blev nået første gang i januar 2032"),
        (PARTLY, "det er ikke nået"),
        (SMALL, "det blev nået første gang i januar 2032"),
    ):
        texts = municipality(made, code).initiatives[0].paragraphs
        (found,) = (text for text in texts if "Kravet sk" in text)
        assert said in found
        assert ("procentpoint" in found) is (code != SMALL)


def test_a_list_of_participants_that_is_an_example_is_said_where_it_is_used(public):
    said = "Deltagerlisten for Afklaringspuljen er et eksempel."
    assert said in public.marks.lines
    assert all(said in each.marks.lines for each in of(public, "afklaringspuljen"))
    assert not any("eksempel" in words(each.marks.lines) for each in of(public, "fsm2"))


def test_a_publication_is_told_by_what_was_required_when_it_was_kept(tmp_path):
    """P4: whatever is required today, which holds of one that does not say it."""
    oldest, middle, newest = made_part.PUBLISHED.values()
    other, since = REQUIREMENT - 7, made_part.MONTHS[1]
    required = (other, None, since, made_part.MONTHS[-1])
    rules = (
        MadeBy("afklaringspuljen", middle, "notat", True, *required),
        MadeBy("fsm2", newest, "notat", False, FULL - 3, None, since, since),
    )
    part = made_part.make(tmp_path / "part")
    read = reading.read(part, is_internal=False, rules=rules)
    today = read.initiatives["afklaringspuljen"]
    for day in (oldest, newest):
        assert read.initiative_of("afklaringspuljen", day) == today
    told = read.initiative_of("afklaringspuljen", middle)
    assert (told.requirement, told.requirement_first_month) == (other, since)
    marks, deliveries = made_part.marks(False), made_part.DELIVERIES
    made = content.site(part, marks, made_part.AS_OF, deliveries, rules)
    for report in of(made, "afklaringspuljen"):
        is_other = report.publication_date == middle
        assert (f"Afstand til {other} pct." in words(report)) is is_other
        assert (f"Afstand til {REQUIREMENT} pct." in words(report)) is not is_other
    for report in of(made, "fsm2"):
        is_other = report.publication_date == newest
        assert (f"{LOWER} pct." in words(report)) is not is_other, "no lower step then"


def test_counts_of_the_house_add_up_by_the_categories_of_their_publication(tmp_path):
    """P4: a scheme that was changed since says nothing of them. A part of a version
    that kept no categories has those of its day alone."""

    def read(folder, changed):
        def change(table, row):
            if table == changed and row["status"] == "fleksjob":
                row["category"] = "anden_ydelse"

        made_part.make(tmp_path / folder, is_internal=True, change=change)
        return reading.read(tmp_path / folder, is_internal=True).municipality_months

    kept = read("kept", None)
    assert {row["measure"] for row in kept} >= {"afgang", "anden_ydelse"}
    assert read("scheme", "dim_status") == kept
    assert read("publication", "dim_publication_status") != kept
    (tmp_path / "scheme/dim_publication_status.parquet").unlink()
    before = reading.read(tmp_path / "scheme", is_internal=True).municipality_months
    assert before != kept


def test_a_publication_says_by_which_lists_it_was_made(tmp_path):
    """Whatever the lists of today are: that of participants is an example here. What
    was not kept of the oldest is told by today's, or not at all."""
    oldest, middle, newest = made_part.PUBLISHED.values()
    rules = (
        MadeBy("afklaringspuljen", oldest, None, None),
        MadeBy("afklaringspuljen", middle, "notat", True),
        MadeBy("afklaringspuljen", newest, "faq", False),
        *(MadeBy("fsm2", day, "notat", False) for day in (oldest, middle, newest)),
    )
    part = made_part.make(tmp_path / "part")
    marks, read = made_part.marks(False), made_part.DELIVERIES
    made = content.site(part, marks, made_part.AS_OF, read, rules)
    said = "Deltagerlisten for Afklaringspuljen er et eksempel."
    assert [said in each.marks.lines for each in of(made, "afklaringspuljen")] == [
        *(False, True, True),
    ]
    assert said in made.marks.lines, "pages of the whole have months of all"
    exempt = [each.items[-1].statement for each in of(made, "afklaringspuljen")]
    assert "listen i FAQ om visitation (X2, V2)" in exempt[0]
    assert "listen i notatet om Afklaringspuljen (X2, V2)" in exempt[1]
    assert "listen" not in exempt[2]
    for each in of(made, "fsm2"):
        assert "listen i notatet" in each.items[-1].statement
        assert not any("eksempel" in line for line in each.marks.lines)


def test_the_list_of_an_initiative_without_a_publication_is_said_to_be_an_example(
    tmp_path,
):
    """As in the first months, of which Flere skal med 2 alone has one: its list is in
    the edition, as README.txt says."""
    part = made_part.make(tmp_path / "part")
    for file in part.glob("rpt_afklaringspuljen_*.parquet"):
        parquet.write_table(parquet.read_table(file).slice(0, 0), file)
    made = site(part)
    assert not of(made, "afklaringspuljen")
    said = "Deltagerlisten for Afklaringspuljen er et eksempel."
    assert said in made.marks.lines
    assert not any("eksempel" in words(each.marks.lines) for each in of(made, "fsm2"))


def test_a_report_of_nobody_says_so(tmp_path):
    def nobody(table, row):
        for name in row:
            if name.startswith("n_") and name != "n_municipalities":
                row[name] = 0
            elif name.endswith("_pct") and table.startswith("rpt_"):
                row[name] = None

    made = site(made_part.make(tmp_path / "part", change=nobody))
    for report in made.reports:
        assert report.headline.startswith("Ingen borgere måles")
        assert "Ingen borgere er i målgruppen" in words(report)
        assert not re.search(r"\d+(,\d+)? pct\. opfylder", words(report.items))
    assert "holdt tilbage" not in words(municipality(made, BIG))


def test_before_a_cohort_is_drawn_there_is_only_flere_skal_med_2(tmp_path):
    """A run with an early as-of date has no tables of Afklaringspuljen (C1)."""
    part = made_part.make(tmp_path / "part")
    for file in part.glob("rpt_afklaringspuljen_*.parquet"):
        parquet.write_table(parquet.read_table(file).slice(0, 0), file)
    made = site(part)
    assert {each.initiative for each in made.reports} == {"fsm2"}
    assert [each.report.initiative for each in made.news] == ["fsm2"]
    assert [each.initiative for each in municipality(made, BIG).initiatives] == ["fsm2"]
