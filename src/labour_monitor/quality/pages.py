"""The Data Docs as pages that need nothing but themselves: what Great Expectations
wrote, without whatever would be fetched over the network, and a front page of our own
(its own one is filled in by scripts from elsewhere)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from labour_monitor.files import folder_aside, put_in_place
from labour_monitor.quality.findings import Finding, Line, Outcome

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; color: #1c2733; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #cfd6dd; padding: .3rem .6rem; text-align: left;
  vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
th { background: #eef2f5; }
h2 { margin-top: 2rem; }
dl.finding { border-left: .3rem solid #c9821b; padding-left: 1rem; }
dl.finding.fatal { border-color: #b3261e; }
dl.finding dt { font-weight: 600; float: left; clear: left; width: 6rem; }
dl.finding dd { margin-left: 7rem; }
.cooltip > .top, .breadcrumb-item:not(:first-child), .card, .popover,
  [data-toggle="collapse"] { display: none; }
i.text-success::before { content: "as expected"; }
i.text-danger::before, i.text-warning::before { content: "not as expected";
  font-weight: 600; }
ol, ul { list-style: none; padding-left: 0; }
"""
MARK = '<meta name="generator" content="labour-monitor check">'
_DROPPED = {"script", "style", "footer", "noscript", "iframe", "object", "svg"}
_DROPPED_EMPTY = {"link", "img", "input", "base", "embed", "source"}
_FETCHING = {"src", "srcset", "href", "background", "poster", "data"}


class _Offline(HTMLParser):
    """Copies a page without scripts, styles, images and links to elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping.append(tag)
        if self._dropping or tag in _DROPPED_EMPTY:
            return
        kept = "".join(
            f' {name}="{escape(value or "")}"'
            for name, value in attrs
            if _is_harmless(name, value or "")
        )
        self.parts.append(f"<{tag}{kept}>")
        if tag == "head":
            self.parts.append(f"{MARK}<style>{STYLE}</style>")

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
        elif tag not in _DROPPED_EMPTY:
            self.parts.append(f"</{tag}>")

    def _keep(self, text: str) -> None:
        if not self._dropping:
            self.parts.append(text)

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")


def _is_harmless(name: str, value: str) -> bool:
    if name in _FETCHING:
        return name == "href" and "//" not in value and ":" not in value
    return not name.startswith("on") and "url(" not in value


def offline(page: str) -> str:
    """The page without anything that a browser would fetch or run."""
    parser = _Offline()
    parser.feed(page)
    parser.close()
    return "".join(parser.parts)


def write(site: Path, docs: Path, outcome: Outcome) -> Path:
    """Put the Data Docs of Great Expectations, made offline, and our front page in
    place of those of the check before; the front page.

    Raises:
        FileExistsError: `docs` is a folder of something else.
    """
    refuse_foreign(docs)
    with folder_aside(docs) as made:
        for page in sorted(site.rglob("*.html")):
            if page.parent == site:
                continue  # its front page
            target = made / page.relative_to(site)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = page.read_text(encoding="utf-8")
            target.write_text(offline(text), encoding="utf-8")
        links = {
            page.relative_to(made).parts[1]: page.relative_to(made).as_posix()
            for page in made.glob("validations/**/*.html")
        }
        (made / "index.html").write_text(_front(outcome, links), encoding="utf-8")
        put_in_place(made, docs, replace=True)
    return docs / "index.html"


def refuse_foreign(docs: Path) -> None:
    """Only a folder that is empty or was written here is ever replaced.

    Raises:
        FileExistsError: it is neither.
    """
    if not docs.exists():
        return
    front = docs / "index.html"
    is_ours = front.is_file() and MARK in front.read_text(encoding="utf-8")
    if not is_ours and (not docs.is_dir() or any(docs.iterdir())):
        raise FileExistsError(
            f"{docs} is there already and holds no Data Docs of this project: give "
            "another folder with --docs, or remove it"
        )


def _front(outcome: Outcome, links: dict[str, str]) -> str:
    title = f"Check of deliveries, as of {outcome.as_of or 'no date'}"
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='UTF-8'>",
        f"{MARK}<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1><p>{escape(str(outcome.landing))}</p>",
        f"<p><strong>{escape(outcome.verdict)}</strong></p>",
        _table(outcome.lines, links),
    ]
    for heading, findings in (
        ("Fatal", outcome.fatal),
        ("Advisory", outcome.advisory),
    ):
        parts.append(f"<h2>{heading} ({len(findings)})</h2>")
        parts += [_finding(finding) for finding in findings]
    return "".join([*parts, "</body></html>\n"])


def _table(lines: Sequence[Line], links: dict[str, str]) -> str:
    names = (
        *("Expectations of", "Delivered", "Rows", "Persons"),
        *("Compared with", "Fatal", "Advisory"),
    )
    rows = ["<tr>" + "".join(f"<th>{name}</th>" for name in names) + "</tr>"]
    for line in lines:
        suite = line.suite
        link = links.get(suite.name)
        name = escape(suite.name)
        first = f'<a href="{escape(link)}">{name}</a>' if link else name
        cells = [first, escape(suite.delivered)]
        numbers = [
            *(suite.rows, suite.people, suite.compared_with),
            *(line.n_fatal, line.n_advisory),
        ]
        rows.append(
            "<tr>"
            + "".join(f"<td>{cell}</td>" for cell in cells)
            + "".join(
                f'<td class="number">{escape(_shown(number))}</td>'
                for number in numbers
            )
            + "</tr>"
        )
    return f"<table>{''.join(rows)}</table>"


def _shown(value: int | str | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else value


def _finding(finding: Finding) -> str:
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>"
        for label, text in finding.parts
    )
    kind = "finding fatal" if finding.is_fatal else "finding"
    return f'<h3>{escape(finding.title)}</h3><dl class="{kind}">{rows}</dl>'
