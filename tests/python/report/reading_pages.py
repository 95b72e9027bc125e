"""Pages read back as a browser would: ids, links, headings, tables, what is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_LOADED = ("src", "srcset", "data", "poster", "action", "background", "xlink:href")
_SOFT_HYPHEN = "\u00ad"
"""Where a word may be parted: it is not seen."""
_EMPTY = ("meta", "link", "br", "img", "input", "hr")


@dataclass
class Page:
    """What a page has."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    """The caption of each table and the rows of its body, as they are seen."""
    key_figures: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    """The texts of pictures."""
    tags: list[str] = field(default_factory=list)
    language: str = ""
    title: str = ""
    text: str = ""


def read(file: Path) -> Page:
    reader = _Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._caption = ""
        self._rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = {name: value or "" for name, value in attrs}
        page = self.page
        page.tags.append(tag)
        if "id" in given:
            page.ids.append(given["id"])
        if tag == "html":
            page.language = given.get("lang", "")
        if tag == "a":
            page.links.append(given["href"])
        elif "href" in given:
            page.loaded.append(given["href"])
        page.loaded += [given[name] for name in _LOADED if name in given]
        if tag == "table":
            self._caption, self._rows = "", []
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th") and self._is_in("tbody"):
            self._rows[-1].append("")
        if tag in ("h1", "h2", "h3", "h4"):
            page.headings.append((int(tag[1]), ""))
        if tag == "dd" and given.get("class") == "figure":
            page.key_figures.append("")
        if tag == "text":
            page.drawn.append("")
        if tag not in _EMPTY:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            rows = [row for row in self._rows if row]
            self.page.tables.append((self._caption, rows))
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        page = self.page
        data = data.replace(_SOFT_HYPHEN, "")
        if self._is_in("style"):
            page.loaded += [data] if "url(" in data or "@import" in data else []
            return
        page.text += data
        if self._is_in("title") and not self._is_in("svg"):
            page.title += data
        if self._has("aloud") or self._has("said") or self._has("hint"):
            return
        if self._is_in("caption"):
            self._caption += data.strip()
        if (self._is_in("td") or self._is_in("th")) and self._is_in("tbody"):
            self._rows[-1][-1] += data
        if page.headings and any(
            tag[0] == "h" and tag[1:].isdigit() for tag in self._tags()
        ):
            level, said = page.headings[-1]
            page.headings[-1] = level, said + data
        if self._has("figure"):
            page.key_figures[-1] += data
        if self._is_in("text"):
            page.drawn[-1] += data

    def _tags(self) -> list[str]:
        return [tag for tag, _ in self._open]

    def _is_in(self, tag: str) -> bool:
        return tag in self._tags()

    def _has(self, name: str) -> bool:
        return any(given.get("class") == name for _, given in self._open)
