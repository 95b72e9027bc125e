"""Pictures: what they draw, that it can be read, and that no two texts meet."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from labour_monitor.report import pictures
from labour_monitor.report.document import (
    Figure,
    Kind,
    Level,
    Look,
    Picture,
    Series,
    Shape,
    State,
)
from labour_monitor.report.drawing import FONT, width_of
from labour_monitor.report.looks import BAND, FAINT, INK, STYLES

from . import example

SVG = "{http://www.w3.org/2000/svg}"
HIDDEN = Figure(Kind.PCT, None, State.HIDDEN)
MONTHS = [date(2020 + n // 12, n % 12 + 1, 1) for n in range(30)]
REQUIREMENT = Level("Krav: 80 pct.", Look.REQUIREMENT, Decimal(80))
TOGETHER = [
    (Look.PARTICIPATING, Look.COUNTRY, Look.MUNICIPALITY),
    (Look.ANDEN_YDELSE, Look.AFGANG, Look.VIRKSOMHEDSRETTET, Look.WITHHELD),
    (Look.INDSATSGRUPPE, Look.REHABILITERINGSGRUPPE, Look.FRITAGELSESGRUPPE),
    (Look.FIRST, Look.SECOND, Look.THIRD, Look.FOURTH, Look.WITHHELD),
]
"""Looks that stand in one picture."""


def pct(value: float) -> Figure:
    return Figure(Kind.PCT, Decimal(f"{value:.2f}"))


def lines(*series: tuple[str, Look, list[Figure]], levels=(REQUIREMENT,)) -> Picture:
    return Picture(
        *("lines", Shape.LINES, "Titel", "Beskrivelse", "pct."),
        tuple(
            Series(name, look, tuple(zip(MONTHS, figures, strict=False)))
            for name, look, figures in series
        ),
        levels,
    )


def bars(names, figures, look=Look.MUNICIPALITY, levels=(REQUIREMENT,)) -> Picture:
    points = tuple(zip(names, figures, strict=True))
    return Picture(
        *("bars", Shape.BARS, "Titel", "Beskrivelse", "pct."),
        (Series("Kommuner", look, points),),
        levels,
    )


def drawn(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(pictures.svg(picture))


def texts(picture: Picture) -> list[str]:
    return [each.text for each in drawn(picture).iter(f"{SVG}text")]


def boxes(svg: ElementTree.Element) -> list[tuple[str, float, float, float, float]]:
    """The texts, each with where it begins and ends across and down."""
    found = []
    for each in svg.iter(f"{SVG}text"):
        wide = width_of(each.text, each.get("font-weight") == "bold")
        x, base = float(each.get("x")), float(each.get("y"))
        left = x - {None: 0, "middle": wide / 2, "end": wide}[each.get("text-anchor")]
        found.append((each.text, left, left + wide, base - 0.75 * FONT, base))
    return found


def readable(picture: Picture) -> None:
    """No two texts meet, and none is cut."""
    svg = drawn(picture)
    left, top, width, height = map(float, svg.get("viewBox").split())
    found = boxes(svg)
    for text, start, end, high, low in found:
        assert left <= start + 0.6, text
        assert end <= left + width + 0.6, text
        assert top <= high, text
        assert low <= top + height, text
    for one, other in itertools.combinations(found, 2):
        across = min(one[2], other[2]) - max(one[1], other[1])
        down = min(one[4], other[4]) - max(one[3], other[3])
        assert across <= 0 or down <= 0, (one[0], other[0])


def test_what_a_picture_shows_is_told_to_who_cannot_see_it():
    svg = drawn(lines(("Læsø", Look.MUNICIPALITY, [pct(1), pct(2)])))
    assert svg.get("role") == "img"
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert (title.text, description.text) == ("Titel", "Beskrivelse")
    assert svg.get("aria-labelledby") == title.get("id")
    assert svg.get("aria-describedby") == description.get("id")


def test_the_same_picture_has_the_same_bytes_and_its_ids_are_those_of_its_key():
    for picture in example.pictures():
        assert pictures.svg(picture, "a") == pictures.svg(picture, "a")
        ids = re.findall(r'id="([^"]*)"', pictures.svg(picture, "a"))
        assert all(each.startswith("a-") for each in ids)
        assert len(ids) == len(set(ids))


def test_a_text_is_11_pixels_high_on_a_phone():
    svg = drawn(example.pictures()[0])
    assert float(svg.get("font-size")) * 340 / pictures.WIDTH >= 11
    assert "font-size" not in "".join(
        pictures.svg(p).split(">", 1)[1] for p in example.pictures()
    )


def test_a_line_is_broken_where_a_figure_is_withheld_and_the_month_is_marked():
    figures = [pct(10), pct(20), HIDDEN, pct(40), pct(50)]
    picture = lines(("Læsø", Look.MUNICIPALITY, figures))
    colour = STYLES[Look.MUNICIPALITY].colour
    svg = drawn(picture)
    pieces = [p for p in svg.iter(f"{SVG}path") if p.get("stroke") == colour]
    assert len(pieces) == 2
    assert [r.get("fill") for r in svg.iter(f"{SVG}rect")] == [BAND]
    assert "•" in texts(picture)
    assert any("holdt tilbage" in text for text in texts(picture))


def test_a_month_without_a_figure_has_no_mark_of_withholding():
    none = Figure(Kind.PCT, None, State.NOT_APPLICABLE)
    assert "•" not in texts(lines(("Læsø", Look.MUNICIPALITY, [pct(10), none, pct(3)])))


def test_months_lie_as_far_apart_as_they_are_and_no_line_says_what_was_between():
    picture = Picture(
        *("lines", Shape.LINES, "Titel", "Beskrivelse", "pct."),
        (
            Series(
                "Læsø",
                Look.MUNICIPALITY,
                tuple((date(2021, month, 1), pct(10)) for month in (1, 2, 12)),
            ),
        ),
    )
    colour = STYLES[Look.MUNICIPALITY].colour
    between, line = (
        p for p in drawn(picture).iter(f"{SVG}path") if p.get("stroke") == colour
    )

    def ends(path: ElementTree.Element) -> list[float]:
        return [float(x) for x in re.findall(r"[ML]([\d.]+) ", path.get("d"))]

    (first, second), (start, last) = ends(line), ends(between)
    assert start == second
    assert (line.get("stroke-width"), line.get("stroke-dasharray")) == ("2.5", None)
    assert between.get("stroke-width") == "0.8"
    assert between.get("stroke-dasharray") == "2 5"
    assert (last - first) / (second - first) == pytest.approx(11, rel=0.02)


def test_a_month_alone_between_months_of_nothing_is_marked():
    months = [date(2020, month, 1) for month in range(1, 13)]
    points = tuple((month, pct(10)) for month in (*months, date(2021, 6, 1)))
    later = tuple((date(2022, month, 1), pct(10)) for month in range(6, 13))
    picture = Picture(
        *("lines", Shape.LINES, "Titel", "Beskrivelse", "pct."),
        (Series("Læsø", Look.PARTICIPATING, (*points, *later)),),
    )
    assert len(months) + 1 + len(later) > pictures.MOST_MARKED
    assert len([*drawn(picture).iter(f"{SVG}circle")]) == 5


def test_the_first_and_the_last_month_are_named():
    for n in (2, 3, 12, 13, 24, 25, 30):
        picture = lines(("Læsø", Look.MUNICIPALITY, [pct(1)] * n))
        first, *_, last = pictures._named(
            {m: 250 * k / n for k, m in enumerate(MONTHS[:n])}
        )
        assert (first, last) == (MONTHS[0], MONTHS[n - 1])
        readable(picture)
    # Three of which two are near each other.
    places = {MONTHS[0]: 5.0, MONTHS[5]: 50.0, MONTHS[24]: 245.0}
    assert pictures._named(places) == list(places)


def test_a_single_month_is_a_mark_with_its_name():
    picture = lines(("Deltagende kommuner", Look.PARTICIPATING, [pct(30.4)]))
    assert {"30,40", "jan.", "2020", "Krav: 80 pct."} <= set(texts(picture))
    assert drawn(picture).find(f"{SVG}circle") is not None


def test_a_bar_has_its_figure_and_begins_at_zero():
    picture = bars(
        ["Læsø", "Ærø", "Fanø", "Samsø"], [pct(0), HIDDEN, pct(84.5), pct(40)]
    )
    svg = drawn(picture)
    large, half = (float(r.get("width")) for r in svg.iter(f"{SVG}rect"))
    assert half / large == pytest.approx(40 / 84.5, rel=0.02)
    assert {"-", "•", "84,50", "40,00"} <= set(texts(picture))
    assert "- nul\u2003• holdt tilbage" in texts(picture)


@pytest.mark.parametrize(("value", "is_crossed"), [(78, True), (38, True), (80, False)])
def test_no_line_runs_through_the_figure_of_a_bar(value, is_crossed):
    """There is a level at 80, and a line at each 10."""
    _, *behind = drawn(bars(["Læsø"], [pct(value)])).iter(f"{SVG}rect")
    assert [rect.get("fill") for rect in behind] == ["#fff"] * is_crossed


def test_a_level_is_not_hidden_by_the_figure_of_a_bar_before_it():
    """It stands within the bar, where white text can be read on it."""
    for look, share, colour in (
        (Look.PARTICIPATING, 78, "#fff"),
        (Look.PARTICIPATING, 50, INK),
        (Look.MUNICIPALITY, 78, INK),
    ):
        svg = drawn(bars(["Læsø"], [pct(share)], look))
        (figure,) = (t for t in svg.iter(f"{SVG}text") if t.text == f"{share},00")
        assert figure.get("fill") == colour


def test_what_parts_are_together_stands_at_the_right():
    names = ("Læsø", "Ærø", "Fanø")
    figures = (pct(78), HIDDEN, pct(0))
    picture = dataclasses.replace(
        bars(names, figures),
        shape=Shape.STACKED,
        series=tuple(
            Series(name, look, tuple(zip(names, figures, strict=True)))
            for name, look in (
                ("Afgange", Look.AFGANG),
                ("Fordeling vises ikke", Look.WITHHELD),
            )
        ),
        totals=tuple(zip(names, figures, strict=True)),
    )
    readable(picture)
    ends = {text: end for text, _, end, _, _ in boxes(drawn(picture))}
    assert ends["I alt"] == ends["78,00"] == ends["•"] == ends["-"]
    assert texts(picture).count("•") == 1
    assert "- nul\u2003• holdt tilbage" in texts(picture)


def test_only_what_stands_among_lines_has_an_edge():
    """In a PDF each letter of it is a drawing, which takes a hundred times the room."""
    (edged,) = drawn(bars(["Læsø"], [pct(50)])).iter(f"{SVG}g")
    assert edged.get("paint-order") == "stroke"
    texts = {text.text for text in edged}
    assert {"Krav: 80 pct.", "0", "80"} <= texts
    assert not {"Læsø", "50,00"} & texts
    assert not list(drawn(bars(["Læsø"], [pct(50)], levels=())).iter(f"{SVG}g"))


def test_differences_go_to_both_sides_of_zero():
    figures = [Figure(Kind.POINTS, Decimal(n)) for n in (4, -12)]
    rects = drawn(bars(["Læsø", "Ærø"], figures, levels=())).iter(f"{SVG}rect")
    right, left = (rect for rect in rects if rect.get("fill") != "#fff")
    assert float(left.get("x")) < float(right.get("x"))


def test_parts_are_laid_end_to_end_and_a_withheld_one_leaves_its_symbol():
    names = ("Læsø", "Ærø")
    picture = Picture(
        *("parts", Shape.STACKED, "Titel", "Beskrivelse", "pct."),
        (
            Series(
                "Anden ydelse",
                Look.ANDEN_YDELSE,
                ((names[0], pct(30)), (names[1], pct(20))),
            ),
            Series("Afgange", Look.AFGANG, ((names[0], pct(10)), (names[1], HIDDEN))),
        ),
    )
    *bars_drawn, _, _ = (r for r in drawn(picture).iter(f"{SVG}rect") if r.get("x"))
    first, second, _ = bars_drawn
    end = float(first.get("x")) + float(first.get("width"))
    assert float(second.get("x")) == pytest.approx(end, abs=1)
    assert texts(picture).count("•") == 1
    assert {"Anden ydelse", "Afgange"} <= set(texts(picture))


def test_shares_that_were_rounded_do_not_lengthen_the_axis():
    assert "120" not in texts(bars(["Læsø"], [pct(100.02)], levels=()))


@pytest.mark.parametrize("seed", range(12))
def test_no_two_texts_of_lines_meet(seed: int):
    chance = random.Random(seed)
    n_months = chance.choice([1, 2, 3, 12, 13, 25, 30])
    names = [
        "Ringkøbing-Skjern",
        "Deltagende kommuner",
        "Hele landet",
        "a. Ressourceforløb",
    ]
    looks = (Look.MUNICIPALITY, Look.PARTICIPATING, Look.COUNTRY, Look.FIRST)
    series = []
    for name, look in list(zip(names, looks, strict=True))[: chance.randint(1, 4)]:
        start, slope = chance.uniform(0, 90), chance.uniform(-2, 3)
        values = [min(max(start + n * slope, 0), 100) for n in range(n_months)]
        figures = [HIDDEN if chance.random() < 0.15 else pct(value) for value in values]
        series.append((name, look, figures))
    readable(lines(*series))


@pytest.mark.parametrize("n", [1, 3, 98])
def test_no_two_texts_of_bars_meet(n: int):
    names = [f"Ringkøbing-Skjern {k}" for k in range(n)]
    figures = [HIDDEN if k % 5 == 4 else pct(k) for k in range(n)]
    readable(bars(names, figures))
    readable(
        bars(names, [Figure(Kind.COUNT, 18_639 - 190 * k) for k in range(n)], levels=())
    )
    several = tuple(
        Series(name, look, tuple(zip(names, figures, strict=True)))
        for name, look in (
            ("a. Anden ydelse", Look.ANDEN_YDELSE),
            ("b. Afgange", Look.AFGANG),
            ("c. Virksomhedspraktik og løntilskud", Look.VIRKSOMHEDSRETTET),
        )
    )
    picture = dataclasses.replace(bars(names, figures), series=several)
    readable(picture)
    readable(dataclasses.replace(picture, shape=Shape.STACKED))


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(colour: str, ground: str = "#ffffff") -> float:
    dark, light = sorted((_luminance(colour), _luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_stand_out_from_the_paper():
    for style in STYLES.values():
        assert _contrast(style.colour) >= 3
        assert _contrast(style.text) >= 4.5
    assert _contrast(FAINT, BAND) >= 4.5
    assert all(_contrast(STYLES[look].colour) >= 4.5 for look in pictures.WHITE_ON)
    assert _contrast(INK) >= 4.5


@pytest.mark.parametrize("looks", TOGETHER)
def test_what_stands_together_is_told_apart_without_colour(looks):
    styles = [STYLES[look] for look in looks]
    for one, other in itertools.combinations(styles, 2):
        assert (one.dash, one.mark) != (other.dash, other.mark)
        # A pattern, or a shade that is lighter by half as much again.
        shades = sorted((_contrast(one.colour), _contrast(other.colour)))
        assert one.hatch != other.hatch or shades[1] / shades[0] >= 1.5


def test_every_look_has_a_style():
    assert set(STYLES) == set(Look)
