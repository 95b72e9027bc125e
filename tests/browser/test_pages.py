"""Each type of page in a real browser: who can use it, on what, and on paper."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import unicodedata

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .conftest import Address, Opened, changed

AXE = Axe()
SMALLEST = 11
"""Pixels of the smallest text of a picture on a phone."""

FAULTS = {
    "html-has-lang": "document.documentElement.removeAttribute('lang')",
    "color-contrast": "document.querySelector('h1').style.color = '#ccc'",
    "link-name": "document.querySelector('nav a').textContent = ''",
    "svg-img-alt": "document.querySelectorAll('svg').forEach(svg => { "
    "svg.removeAttribute('aria-labelledby'); svg.querySelector('title').remove(); })",
    "heading-order": "document.querySelector('h2').outerHTML = '<h5>Her</h5>'",
    "scrollable-region-focusable": "document.querySelectorAll('.scroll').forEach("
    "box => { box.removeAttribute('tabindex'); box.style.overflow = 'auto'; "
    "box.style.width = '5rem'; "
    "box.querySelectorAll('a').forEach(link => link.removeAttribute('href')); })",
    "region": "document.body.insertAdjacentHTML('beforeend', '<p>Uden for alt</p>')",
}
"""What does harm to a page, by what axe says of it."""

SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; "
    "word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"
)
"""As far as a reader may set texts apart (WCAG 1.4.12)."""


def test_only_an_edition_as_it_was_published_is_looked_at(tmp_path):
    digest = hashlib.sha256(b"Danmark").hexdigest()
    assert changed(tmp_path) == ["checksums.txt"]
    (tmp_path / "checksums.txt").write_text(f"{digest}  report/index.html\n")
    assert changed(tmp_path) == ["report/index.html"]
    page = tmp_path / "report" / "index.html"
    page.parent.mkdir()
    page.write_bytes(b"Danmark")
    assert changed(tmp_path) == []
    page.write_bytes(b"Danmarc")
    page.with_name("new.html").touch()
    assert changed(tmp_path) == ["report/index.html", "report/new.html"]


def violations(page: Page) -> list[str]:
    found = AXE.run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def is_wider_than_its_window(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def test_axe_finds_nothing(opened: Opened, address: Address):
    page = opened(address.url)
    assert violations(page) == []
    page.set_viewport_size({"width": 380, "height": 800})
    assert violations(page) == []


def test_axe_finds_what_does_harm(opened: Opened, municipality: Address):
    for rule, harm in FAULTS.items():
        page = opened(municipality.url)
        page.evaluate(harm)
        assert rule in [each.partition(":")[0] for each in violations(page)], rule


def asked_for(page: Page, url: str) -> list[str]:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(url)
    page.wait_for_load_state("load")
    return urls


def test_nothing_is_asked_of_another_machine(opened: Opened, address: Address):
    urls = asked_for(opened("about:blank"), address.url)
    assert urls
    assert all(url.startswith(("file:", "data:")) for url in urls)


def test_what_is_asked_of_another_machine_is_seen(opened: Opened, tmp_path):
    file = tmp_path / "page.html"
    file.write_text('<img alt="" src="http://example.invalid/a.png">')
    assert "http://example.invalid/a.png" in asked_for(
        opened("about:blank"), file.as_uri()
    )


def test_a_page_is_never_scrolled_to_the_side(opened: Opened, address: Address):
    """At 640 pixels it is a page of 1,280 at 200 pct., at 320 one at 400 pct."""
    page = opened(address.url)
    for width in (1400, 1344, 1280, 1000, 640, 380, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert not is_wider_than_its_window(page), width


def test_a_table_is_scrolled_only_where_it_says_so(opened: Opened, address: Address):
    page = opened(address.url)
    for width in (1440, 1280, 1024, 768, 640, 380, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        tables = page.evaluate(
            """[...document.querySelectorAll('details')].forEach(
            each => { each.open = true })
            || [...document.querySelectorAll('.scroll')].map(box => [
            box.querySelector('table').id, box.scrollWidth > box.clientWidth + 1,
            box.querySelector('.hint').offsetHeight > 0])"""
        )
        scrolled = {table for table, is_scrolled, _ in tables if is_scrolled}
        assert {table for table, _, is_told in tables if is_told} == scrolled, width
        if width == 380 and "municipality" in address.kind:
            # The months of a municipality in Flere skal med 2 have three figures each.
            assert scrolled <= {"fsm2-udvikling-tabel-1"}


def test_texts_may_be_set_apart(opened: Opened, address: Address):
    page = opened(address.url, 380)
    page.add_style_tag(content=SPACING)
    assert not is_wider_than_its_window(page)


def test_texts_of_pictures_can_be_read_on_a_phone(opened: Opened, address: Address):
    """They are high enough, and with the fonts of this machine no two meet."""
    page = opened(address.url, 372)
    pictures = page.evaluate(
        """[...document.querySelectorAll('svg')].filter(svg => svg.clientWidth).map(
        svg => ({
          size: parseFloat(getComputedStyle(svg).fontSize) * svg.clientWidth
            / svg.viewBox.baseVal.width,
          texts: [...svg.querySelectorAll('text')].map(text => {
            const box = text.getBBox();
            return [text.textContent, box.x, box.x + box.width,
              box.y + box.height * 0.2, box.y + box.height * 0.8];
          })}))"""
    )
    for picture in pictures:
        assert picture["size"] >= SMALLEST
        for one, other in itertools.combinations(picture["texts"], 2):
            across = min(one[2], other[2]) - max(one[1], other[1])
            down = min(one[4], other[4]) - max(one[3], other[3])
            assert across <= 0 or down <= 0, (one[0], other[0])


def test_the_first_key_leads_past_the_menu(opened: Opened, address: Address):
    page = opened(address.url)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Gå til indholdet"
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "indhold"


def test_what_the_keyboard_reaches_is_seen(opened: Opened, address: Address):
    """A ring around it, itself in the window, and nothing before it."""
    page = opened(address.url)
    reached = 0
    while reached < 400:
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """(() => { const focus = document.activeElement;
            if (focus === document.body) return null;
            const style = getComputedStyle(focus), box = focus.getBoundingClientRect();
            const x = Math.min(box.left + 4, innerWidth - 1);
            const y = Math.min(Math.max(box.top, 0) + 6, innerHeight - 1);
            const upper = document.elementFromPoint(x, y);
            return { html: focus.outerHTML.slice(0, 100), ring: style.outlineStyle,
              width: parseFloat(style.outlineWidth),
              inside: box.bottom > 0 && box.top < innerHeight,
              free: focus.contains(upper) || upper.contains(focus) }; })()"""
        )
        if seen is None:
            break
        reached += 1
        assert seen["ring"] == "solid", seen
        assert seen["width"] >= 2, seen
        assert seen["inside"], seen
        assert seen["free"], seen
    assert reached > 5


def squeezed(text: str) -> str:
    """A text without what stands between its words, and without hyphens, since paper
    has lines of its own. Letters that a font joins are those that they are made of."""
    joined = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\u00ad\u2010-]", "", joined)


def test_all_tables_are_on_paper(opened: Opened, address: Address):
    page = opened(address.url)
    rows = page.locator("tbody tr").evaluate_all(
        """rows => rows.map(row => { const copy = row.cloneNode(true);
        copy.querySelectorAll('.aloud').forEach(each => each.remove());
        const cells = [...copy.querySelectorAll('td')];
        const hasWords = cells.some(cell => !cell.className);
        return [cells.map(cell => cell.textContent), hasWords]; })"""
    )
    names = page.locator("caption > span:first-child, tbody th").all_text_contents()
    marks = page.locator(".marks p").all_inner_texts()
    printed = pypdf.PdfReader(
        io.BytesIO(page.pdf(prefer_css_page_size=True, tagged=True, outline=True))
    )
    sheets = [sheet.extract_text() for sheet in printed.pages]
    text = squeezed(" ".join(sheets))
    at = 0
    for cells, has_words in rows:
        if has_words:
            # They go on in the next line, beside those of the next cell.
            names += cells
            continue
        row = squeezed("".join(cells))
        at = text.find(row, at)
        assert at >= 0, row
    for word in " ".join(names).split():
        assert squeezed(word) in text, word
    for sheet in sheets:
        assert squeezed(" ".join(marks)) in squeezed(sheet)
    assert printed.metadata.title
    assert printed.pages[0].mediabox.width == pytest.approx(595, abs=1)
    assert squeezed("På denne side") not in text


def test_a_table_that_goes_on_has_its_head_on_each_sheet(
    opened: Opened, newest: Address
):
    page = opened(newest.url)
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    sheets = [sheet.extract_text() for sheet in printed.pages]
    columns = page.locator("thead th[scope=col]").all_inner_texts()
    for sheet in sheets[1:]:
        has_rows = len(re.findall(r"\d,\d\d", sheet)) > 20
        assert not has_rows or any(column.split()[0] in sheet for column in columns)
