"""Sentences that are computed: each case that figures can be in (R3, R4, D2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from labour_monitor.report.content import derived, sentences
from labour_monitor.report.content.parts import Stack
from labour_monitor.report.document import Figure, Kind, Look, State
from labour_monitor.report.reading import Record

HIDDEN, NONE = "hidden", "none"
MONTHS = (date(2022, 10, 1), date(2022, 11, 1), date(2022, 12, 1))
DECEMBER = MONTHS[-1]


def figure(kind: Kind, value) -> Figure:
    if value == HIDDEN:
        return Figure(kind, None, State.HIDDEN)
    if value == NONE:
        return Figure(kind, None, State.NOT_APPLICABLE)
    return Figure(kind, Decimal(value) if kind is Kind.PCT else value)


def pct(value) -> Figure:
    return figure(Kind.PCT, value)


def count(value) -> Figure:
    return figure(Kind.COUNT, value)


def area(share, fulfilled=HIDDEN, measured=HIDDEN) -> Record:
    return Record(
        {"area_type": "municipality", "area_code": "1", "area_name": "A"},
        {
            "fulfilled_pct": pct(share),
            "n_fulfilled": count(fulfilled),
            "n_measured": count(measured),
        },
    )


def municipalities(kind: Kind, measure: str, **values) -> list[Record]:
    return [
        Record(
            {"area_type": "municipality", "area_code": name, "area_name": name},
            {measure: figure(kind, value)},
        )
        for name, value in values.items()
    ]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("share", "counts", "said"),
    [
        ("65.30", (653, 1000), "65 pct. opfylder resultatkravet i december 2022"),
        ("79.96", (1999, 2500), "79,96 pct. opfylder"),  # is not 80
        ("79.60", (398, 500), "79,6 pct. opfylder"),
        ("80.00", (800, 1000), "80 pct. opfylder"),
        ("80.04", (2001, 2500), "80,04 pct. opfylder"),
        ("0.30", (3, 1000), "0,3 pct. opfylder"),  # is not nobody
        ("0.00", (1, 30000), "Under 0,01 pct. opfylder"),
        ("0.00", (0, 1000), "Ingen opfylder resultatkravet i december 2022"),
        ("99.70", (997, 1000), "99,7 pct. opfylder"),
        ("100.00", (29999, 30000), "Over 99,99 pct. opfylder"),
        ("100.00", (7, 7), "Alle opfylder"),
        (
            HIDDEN,
            (HIDDEN, 20),
            "Andelen, der opfylder resultatkravet i december 2022, ",
        ),
        (NONE, (0, 0), "Ingen borgere måles i december 2022"),
    ],
)
def test_a_headline(share, counts, said):
    headline = sentences.fulfilled(area(share, *counts), DECEMBER, [80])
    assert plain(headline).startswith(said)


@pytest.mark.parametrize(
    ("share", "counts", "said"),
    [
        ("71.10", (711, 1000), "9 procentpoint under 80 pct."),
        ("79.96", (1999, 2500), "0,04 procentpoint under 80 pct."),
        ("83.90", (839, 1000), "4 procentpoint over 80 pct."),
        ("80.00", (800, 1000), "præcis 80 pct."),  # met exactly
        ("80.00", (79999, 100000), "lige under 80 pct."),  # and missed by one
        ("80.00", (80001, 100000), "lige over 80 pct."),
        ("80.00", (HIDDEN, 100000), "afrundet 80 pct."),
        (HIDDEN, (HIDDEN, HIDDEN), ""),
        (NONE, (0, 0), ""),
    ],
)
def test_the_distance_to_a_requirement(share, counts, said):
    assert plain(sentences.to_requirement(area(share, *counts), 80)) == said


@pytest.mark.parametrize(
    ("fulfilled", "measured", "missing", "said"),
    [
        (711, 1000, 89, "der mangler 89 borgere i den måned"),
        (799, 1000, 1, "der mangler 1 borger i den måned"),
        (2, 3, 1, "der mangler 1 borger i den måned"),
        (800, 1000, 0, ""),
        (999, 1000, 0, ""),
        (0, 0, None, ""),
        (HIDDEN, 1000, None, ""),
        (5, HIDDEN, None, ""),
    ],
)
def test_how_many_are_missing(fulfilled, measured, missing, said):
    found = derived.missing(count(measured), count(fulfilled), 80)
    assert (found.value, sentences.missing(found)) == (missing, said)


@pytest.mark.parametrize(
    ("share", "counts", "meets"),
    [
        ("80.00", (80, 100), True),
        ("80.00", (79999, 100000), False),
        ("79.99", (HIDDEN, HIDDEN), False),
        ("80.01", (HIDDEN, HIDDEN), True),
        ("80.00", (HIDDEN, HIDDEN), None),
        (NONE, (0, 0), None),
    ],
)
def test_whether_a_requirement_is_met_by_whole_numbers(share, counts, meets):
    fulfilled, measured = map(count, counts)
    assert derived.meets(pct(share), measured, fulfilled, 80) is meets


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (
            ["31.29", "50", "71.10"],
            "Fra oktober 2022 til december 2022 er andelen, der opfylder "
            "resultatkravet, steget fra 31 til 71 pct.",
        ),
        (
            ["50", "60", "40"],
            "Fra oktober 2022 til december 2022 er andelen, der opfylder "
            "resultatkravet, faldet fra 50 til 40 pct.",
        ),
        (
            ["50", "60", "50"],
            "Andelen, der opfylder resultatkravet, er den samme i december 2022 som i "
            "oktober 2022: 50 pct.",
        ),
        (["50.10", "60", "50.30"], "steget fra 50,1 til 50,3 pct."),
        (["50.10", "60", "79.97"], "steget fra 50,10 til 79,97 pct."),  # is not 80
        ([HIDDEN, "60", "50"], "Fra november 2022 til december 2022 er"),
        (["60", "50", HIDDEN], "Fra oktober 2022 til november 2022 er"),
        ([HIDDEN, "60", HIDDEN], "er 60 pct. i november 2022, den eneste måned"),
        ([HIDDEN] * 3, "Udviklingen i andelen, der opfylder resultatkravet, offentlig"),
        (
            [NONE] * 3,
            "Ingen borgere måles, så andelen, der opfylder resultatkravet, kan",
        ),
        ([HIDDEN, NONE, NONE], "offentliggøres ikke"),
        (
            ["60"],
            "Andelen, der opfylder resultatkravet, er 60 pct. i oktober 2022, den ",
        ),
        (["60"], "den første måned"),
    ],
)
def test_a_development(months, said):
    points = [(month, pct(value)) for month, value in zip(MONTHS, months, strict=False)]
    found = sentences.development(points, sentences.FULFILLING, [80])
    assert said in plain(found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("70.02", "71.10", "Andelen er 1,1 procentpoint højere end i november 2022"),
        ("71.10", "70.02", "Andelen er 1,1 procentpoint lavere end i november 2022"),
        ("71.10", "71.10", "Andelen er den samme som i november 2022"),
        ("71.10", "71.12", "Andelen er 0,02 procentpoint højere end i november 2022"),
        (HIDDEN, "71.12", ""),
        ("71.12", HIDDEN, ""),
        (NONE, "71.12", ""),
    ],
)
def test_a_change_since_the_month_before(old, new, said):
    months = [(MONTHS[1], pct(old)), (MONTHS[2], pct(new))]
    assert plain(sentences.since_before(months)) == said


def test_a_first_month_has_no_month_before():
    assert "første måned" in sentences.since_before([(DECEMBER, pct("1"))])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (10, 1210, "1.200 flere end før"),
        (10, 9, "1 færre end før"),
        (10, 10, "det samme som før"),
        (HIDDEN, 10, ""),
        (10, HIDDEN, ""),
    ],
)
def test_a_change_of_a_count(old, new, said):
    assert sentences.change_of_count(count(new), count(old), "før") == said


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (
            "71.10",
            "70.76",
            "højere i de deltagende kommuner (71,1 pct.) end i hele landet",
        ),
        (
            "70.76",
            "71.10",
            "lavere i de deltagende kommuner (70,8 pct.) end i hele landet",
        ),
        ("70", "70", "den samme i de deltagende kommuner som i hele landet: 70 pct."),
        ("79.98", "70", "(79,98 pct.)"),
        (HIDDEN, "70", "kan ikke sammenlignes"),
        ("70", HIDDEN, "kan ikke sammenlignes"),
    ],
)
def test_the_participants_beside_the_country(ours, theirs, said):
    assert said in plain(sentences.beside(pct(ours), pct(theirs), [80]))


@pytest.mark.parametrize(
    ("own", "other", "said"),
    [
        ("62.25", "71.10", "62 pct. opfylder resultatkravet mod 71 pct. i landet"),
        ("71.25", "71.10", "71,3 pct. opfylder resultatkravet mod 71,1 pct. i landet"),
        ("71.10", "71.10", "71 pct. opfylder resultatkravet mod 71 pct. i landet"),
        (HIDDEN, "71.10", ""),
        ("62.25", HIDDEN, ""),
    ],
)
def test_a_municipality_beside_others(own, other, said):
    found = sentences.beside_others(pct(own), [("i landet", pct(other))], [80])
    assert plain(found) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"A": "10", "B": "30", "C": "20"},
            "B har den højeste andel (30 pct.), og A den laveste (10 pct.)",
        ),
        (
            {"A": "10", "B": "30", "C": HIDDEN},
            "Blandt de viste kommuner har B den højeste andel (30 pct.), og A den "
            "laveste (10 pct.)",
        ),
        (
            {"A": "30", "B": "30", "C": "10"},
            "A og B har den højeste andel (30 pct.), og C den laveste (10 pct.)",
        ),
        (
            {"A": "30", "B": "0", "C": "0", "D": "0", "E": "0"},
            "A har den højeste andel (30 pct.), og fire kommuner den laveste (0 pct.)",
        ),
        ({"A": "30.1", "B": "30.2"}, "B har den højeste andel (30,2 pct.)"),
        ({"A": "30", "B": "79.7"}, "B har den højeste andel (79,7 pct.)"),
        ({"A": "30", "B": "30"}, "Alle de viste kommuner har samme andel: 30 pct."),
        ({"A": "30", "B": HIDDEN}, "Der vises for få kommuner til at sammenligne dem"),
        ({"A": NONE, "B": NONE}, "Der vises for få kommuner til at sammenligne dem"),
    ],
)
def test_who_is_highest_and_lowest(values, said):
    records = municipalities(Kind.PCT, "share", **values)
    assert plain(sentences.extremes(records, "share", "andel", [80])).startswith(said)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"A": 1200, "B": 1},
            "A har den største gruppe (1.200 borgere), og B den mindste (1)",
        ),
        ({"A": 7, "B": 7}, "Alle de viste kommuner har lige stor gruppe: 7 borgere"),
        ({"A": 7, "B": 5, "C": HIDDEN}, "Blandt de viste kommuner har A den største"),
        ({"A": 7, "B": HIDDEN}, "Der vises for få kommuner til at sammenligne dem"),
    ],
)
def test_who_has_the_most(values, said):
    records = municipalities(Kind.COUNT, "n", **values)
    assert sentences.largest(records, "n", "gruppe").startswith(said)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([True, False, False], "én af 3 kommuner har nået 80 pct."),
        ([True] * 3, "alle 3 kommuner har nået 80 pct."),
        ([False] * 3, "ingen af de 3 kommuner har nået 80 pct."),
        (
            [True, False, HIDDEN],
            "mindst én af 3 kommuner har nået 80 pct. (for én offentliggøres det ikke)",
        ),
    ],
)
def test_how_many_have_met_a_requirement(flags, said):
    records = municipalities(
        Kind.FLAG, "met", **{f"m{n}": flag for n, flag in enumerate(flags)}
    )
    assert plain(sentences.steps_met(records, [("met", 80)])) == said
    n, note = sentences.n_met(records, "met")
    assert n.value == flags.count(True)
    assert ("offentliggøres" in note) is (HIDDEN in flags)


def test_how_many_have_met_each_of_two_steps():
    records = [
        record.plus(full=figure(Kind.FLAG, full))
        for record, full in zip(
            municipalities(Kind.FLAG, "lower", A=True, B=True, C=False),
            (True, False, False),
            strict=True,
        )
    ]
    said = sentences.steps_met(records, [("lower", 15), ("full", 20)])
    assert plain(said) == "to af 3 kommuner har nået 15 pct., og én har nået 20 pct."


@pytest.mark.parametrize(
    ("n_met", "n", "said"),
    [
        (10, 56, "Ti af 56 kommuner har nået 80 pct."),
        (13, 56, "13 af 56 kommuner har nået 80 pct."),
        (0, 56, "Ingen af de 56 kommuner har nået 80 pct."),
        (56, 56, "Alle 56 kommuner har nået 80 pct."),
        (HIDDEN, 56, "Hvor mange kommuner der har nået 80 pct., offentliggøres ikke"),
    ],
)
def test_how_many_have_met_by_the_overview(n_met, n, said):
    assert plain(sentences.municipalities_met(count(n_met), count(n), 80)) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "Ingen nye kommuner nåede 80 pct. i december 2022"),
        (["A"], "A nåede 80 pct. for første gang i december 2022"),
        (["A", "B", "C"], "A, B og C nåede 80 pct. for første gang i december 2022"),
        (list("ABCDEFG"), "Syv kommuner nåede 80 pct. for første gang i december 2022"),
    ],
)
def test_who_met_a_requirement_now(names, said):
    assert plain(sentences.met_now(names, 80, DECEMBER)) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "nåede ingen nye 80 pct. i december 2022"),
        (["A"], "nåede A 80 pct. for første gang i december 2022"),
    ],
)
def test_who_met_a_requirement_now_of_those_that_are_shown(names, said):
    found = plain(sentences.met_now(names, 80, DECEMBER, is_of_all=False))
    assert found == f"Blandt de kommuner, hvor det offentliggøres, {said}"


@pytest.mark.parametrize(
    ("first", "second", "total", "said"),
    [
        ("34.4", "28.6", "63", "34 pct. uddannelse og 29 pct. fleksjob"),
        ("0.4", "28.6", "29", "0,4 pct. uddannelse og 28,6 pct. fleksjob"),
        # 23 and 2 are not 24
        ("22.6", "1.64", "24.24", "22,6 pct. uddannelse og 1,6 pct. fleksjob"),
        (
            "34.4",
            HIDDEN,
            "40",
            "34 pct. uddannelse; andelen for fleksjob offentliggøres",
        ),
        ("34.4", "28.6", HIDDEN, "34 pct. uddannelse og 29 pct. fleksjob"),
        (HIDDEN, HIDDEN, "40", ""),
        (NONE, NONE, NONE, ""),
    ],
)
def test_what_a_share_is_made_of(first, second, total, said):
    stacks = (
        Stack("x", "a. Uddannelse", Look.FIRST),
        Stack("y", "b. Fleksjob", Look.SECOND),
    )
    record = Record({}, {"x": pct(first), "y": pct(second), "total": pct(total)})
    found = plain(sentences.made_of(record, stacks, "total"))
    assert found.removesuffix(" ikke") == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"A": "1", "B": "2"}, ""),
        ({"A": HIDDEN, "B": "2"}, "For én af 2 kommuner er et eller flere tal holdt"),
    ],
)
def test_how_many_have_withheld_figures(values, said):
    records = municipalities(Kind.PCT, "share", **values)
    assert sentences.withheld(records, ["share"]).startswith(said)


DERIVED = {
    "distance": lambda a, _: derived.distance(a, 80),
    "share": derived.share,
    "difference": derived.difference,
    "rest": lambda a, b: derived.rest(a, [b, Figure(Kind.PCT, None, State.HIDDEN)]),
}


@pytest.mark.parametrize("work", DERIVED.values(), ids=DERIVED)
def test_what_is_derived_of_a_withheld_figure_is_withheld(work):
    hidden, shown = pct(HIDDEN), pct("40")
    assert work(hidden, shown).state is State.HIDDEN
    assert work(hidden, shown).value is None
    assert work(shown, shown).state is State.SHOWN
    assert work(pct(NONE), shown).state is State.NOT_APPLICABLE


def test_what_is_left_of_a_share_by_its_shown_parts():
    total, part, hidden = pct("40.00"), pct("15.50"), pct(HIDDEN)
    assert derived.rest(total, [part, hidden, hidden]).value == Decimal("24.50")
    assert derived.rest(total, [part, pct("24.51"), hidden]).value == 0
    assert derived.rest(total, [part, part]).state is State.NOT_APPLICABLE
    assert derived.rest(hidden, [part, hidden]).state is State.HIDDEN


def test_a_sentence_ends_once():
    assert sentences.joined("a", "", "10 pct.") == "A. 10 pct."
