"""Every rule, page and document that the project cites is in docs/, and every rule of
docs/rules.md is cited where it is implemented and in a test."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from labour_monitor import project

ROOT = project.root()
DOCS = ROOT / "docs"
NOT_CITED = {
    "R6": "says what is not measured: there is nothing to implement",
}
"""Rules that no code and no test can cite, each with the reason."""

RULE = re.compile(r"(?<![\w.:/-])([TCEXSRFVMPD])(\d{1,2})(?:-\1?(\d{1,2}))?(?!\w)")
PAGE = re.compile(
    r"(?<![\w/.-])([a-z_]+\.md)(?:(?:,\s+|\s+(?=[A-Z]))`?([^\W\d_][\w ]*))?"
)
DOCUMENT = re.compile(
    r"(?<![\w-])((?:faq|notat)-\s?[a-z0-9]+)(?:,\s+(?=[A-ZÆØÅ])([\w ]+))?"
)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@cache
def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@cache
def rules() -> set[str]:
    """Ids of the rules: the headings of docs/rules.md that begin with one."""
    return set(re.findall(r"^### ([A-Z]\d{1,2}) ", page("rules.md"), re.MULTILINE))


@cache
def cells(text: str, column: int) -> list[str]:
    """A column of all tables of a page, without the marks of code."""
    rows = (line.strip("| ").split(" | ") for line in text.splitlines() if "|" in line)
    return [row[column].strip("` ") for row in rows if len(row) > column]


def rules_in(text: str) -> Iterator[str]:
    """Ids in a text; C1-C7 and X1-3 stand for all between."""
    for letter, first, last in RULE.findall(text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{letter}{number}"


def unresolved(text: str) -> list[str]:
    """What a text cites that docs/ does not have."""
    text = re.sub(r"\s+(?:--|#)?\s*", " ", text)
    missing = [f"rule {rule}" for rule in rules_in(text) if rule not in rules()]
    for name, section in PAGE.findall(text):
        if not (DOCS / name).is_file():
            missing.append(f"page {name}")
        elif section and not begins_with(section, parts_of(page(name))):
            missing.append(f"{name}, {section}")
    documents = page("documents.md")
    sections = "; ".join(cells(documents, 1)).split("; ")
    for name, section in DOCUMENT.findall(text):
        if name not in cells(documents, 0):
            missing.append(f"document {name}")
        elif section and not begins_with(section, sections):
            missing.append(f"{name}, {section}")
    return missing


@cache
def parts_of(text: str) -> list[str]:
    """What of a page can be cited: its headings, and the names in it."""
    return HEADING.findall(text) + re.findall(r"`(\w+)`", text)


def begins_with(section: str, parts: list[str]) -> bool:
    return any(re.match(rf"{re.escape(part)}\b", section) for part in parts if part)


def files() -> list[Path]:
    found = [ROOT / "dbt_project.yml", *DOCS.glob("*.md"), *ROOT.glob("*.md")]
    for folder in ("models", "seeds", "macros", "src", "tests", "analyses"):
        for suffix in ("sql", "yml", "csv", "py", "md"):
            found += (ROOT / folder).rglob(f"*.{suffix}")
    # Its own examples are wrong on purpose.
    return sorted(path for path in found if path != Path(__file__).resolve())


def halves(path: Path) -> tuple[str, str]:
    """A file as the text that implements and the text that tests.

    Of the YAML beside models and seeds the unit tests test, and so do the comments:
    they say why a data test is there. Named citizens are cases of a test.
    """
    text = path.read_text(encoding="utf-8")
    folder = path.relative_to(ROOT).parts[0]
    if folder == "tests" or "named_citizens" in path.parts:
        return "", text
    if folder == "analyses" or path.suffix == ".md":
        return "", ""
    if path.suffix != ".yml":
        return text, ""
    described, _, unit_tests = text.partition("\nunit_tests:")
    comments = "\n".join(re.findall(r"^ +#.*$", described, re.MULTILINE))
    return re.sub(r"^ +#.*$", "", described, flags=re.MULTILINE), comments + unit_tests


@pytest.fixture(scope="module")
def citing() -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Files that implement each rule, and files that test it."""
    implementing, testing = defaultdict(list), defaultdict(list)
    for path in files():
        for text, found in zip(halves(path), (implementing, testing), strict=True):
            for rule in set(rules_in(text)):
                found[rule].append(path)
    return implementing, testing


def test_whatever_is_cited_is_in_the_docs() -> None:
    missing = {
        str(path.relative_to(ROOT)): found
        for path in files()
        if (found := unresolved(path.read_text(encoding="utf-8")))
    }
    assert missing == {}


def test_every_rule_is_cited_where_it_is_implemented(citing) -> None:
    implementing, _ = citing
    assert rules() - implementing.keys() - NOT_CITED.keys() == set()


def test_every_rule_is_cited_in_a_test(citing) -> None:
    _, testing = citing
    assert rules() - testing.keys() - NOT_CITED.keys() == set()


def test_an_exception_is_needed(citing) -> None:
    implementing, testing = citing
    assert NOT_CITED.keys() <= rules()
    cited = implementing.keys() & testing.keys()
    assert not NOT_CITED.keys() & cited


def test_every_rule_says_where_it_comes_from() -> None:
    bodies = re.split(r"^#+ .*$", page("rules.md"), flags=re.MULTILINE)
    headings = HEADING.findall(page("rules.md"))
    without = [
        heading
        for heading, body in zip(headings, bodies[1:], strict=True)
        if heading.split()[0] in rules()
        and not re.search(r"\*(Said:|Decided\.|decided)\*", body)
    ]
    assert without == []


def test_every_reference_of_a_seed_names_something_of_the_docs() -> None:
    known = {*rules(), *cells(page("documents.md"), 0), "sources.md", "rules.md"} - {""}
    nameless = set()
    for path in (ROOT / "seeds").rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                reference = row.get("reference")
                if reference is not None and not any(
                    re.search(rf"\b{re.escape(name)}\b", reference) for name in known
                ):
                    nameless.add((path.stem, reference))
    assert nameless == set()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("*Source* C99 (rules.md).", ["rule C99"]),
        ("(C9-C11)", ["rule C11"]),
        ("*Source* rulez.md.", ["page rulez.md"]),
        ("*Source* rules.md, The result scheme", []),
        ("*Source* rules.md,\n      The result\n    scheme; R1", []),
        ("rules.md, The results", ["rules.md, The results"]),
        ("sources.md, `dream`; T3", []),
        ("sources.md, `dreams`", ["sources.md, dreams"]),
        ("as sources.md names it", []),
        ("notat-fsm2, Eksempel 2", []),
        ("notat-fsm2, Boks 9", ["notat-fsm2, Boks 9"]),
        ("notat-\n  fsm2", ["document notat- fsm2"]),
        ("faq-visitation; faq-andet", ["document faq-andet"]),
        ("UTF-8, 12.C6, OBS:V8, y_C99 and sha-R9 are no rules", []),
    ],
)
def test_a_citation_that_leads_nowhere_is_found(text, missing) -> None:
    assert unresolved(text) == missing


def test_unit_tests_and_comments_of_a_yaml_are_tests(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "models" / "int_x.yml"
    path.parent.mkdir()
    path.write_text("models:\n  - C1\n    # C2\nunit_tests:\n  - C3\n")
    implements, tests = halves(path)
    assert list(rules_in(implements)) == ["C1"]
    assert list(rules_in(tests)) == ["C2", "C3"]
