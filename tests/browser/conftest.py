"""The pages of the newest edition, in the browser of this machine.

They are no tests of `make test` but `make browser`, in an environment of its own.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PARTS = ("public", "house")
PARTLESS = "deltager ikke"
"""What the page of a municipality says that takes part in nothing."""
WITHHELD = '<span aria-hidden="true">•</span>'
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

Opened = Callable[..., Page]


@dataclass(frozen=True)
class Address:
    """A page that stands for its type."""

    kind: str
    file: Path

    @property
    def url(self) -> str:
        return self.file.as_uri()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--published", type=Path, default=Path("data/published"))
    parser.addoption("--chromium", default="", help="the browser, if not Debian's")


def pytest_configure(config: pytest.Config) -> None:
    named = config.getoption("--chromium")
    if _program(named) is None:
        raise pytest.UsageError(
            f"There is no browser {named or 'on this machine'}: install Debian's "
            "package chromium, or name one: make browser CHROMIUM=/path/to/it."
        )
    for folder in _reports(config).values():
        if not (folder / "index.html").is_file():
            raise pytest.UsageError(
                f"There is no report in {folder}: make build, or name the folder of "
                "the editions: make browser PUBLISHED=/path/to/it."
            )
        if found := changed(folder.parent):
            raise pytest.UsageError(
                f"The edition {folder.resolve().parent.parent.name} is not as it was "
                f"published: {folder.parent.name}/{found[0]} has changed, is gone or "
                "is new, by its checksums.txt. Put it back, or publish another one."
            )


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    program = _program(request.config.getoption("--chromium"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def _program(named: str) -> str | None:
    names = [named] if named else BROWSERS
    return next((found for each in names if (found := shutil.which(each))), None)


def changed(part: Path) -> list[str]:
    """What of a part of an edition is not as its checksums say: the names of files. The
    project itself, which can say it too, is not in this environment."""
    sums = part / "checksums.txt"
    if not sums.is_file():
        return [sums.name]
    wanted = dict(
        reversed(line.split("  ", 1)) for line in sums.read_text("utf-8").splitlines()
    )
    there = {
        file.relative_to(part).as_posix(): _digest(file)
        for file in part.rglob("*")
        if file.is_file() and file != sums
    }
    names = sorted(wanted.keys() | there.keys())
    return [name for name in names if wanted.get(name) != there.get(name)]


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _reports(config: pytest.Config) -> dict[str, Path]:
    current = config.getoption("--published").absolute() / "current"
    return {part: current / part / "report" for part in PARTS}


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Open a page in a window of some width, without a network."""
    contexts = []

    def open_page(url: str, width: int = 1280) -> Page:
        context = browser.new_context(
            locale="da-DK",
            offline=True,
            viewport={"width": width, "height": 800},
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of an address is of a page of each type."""
    if "address" in metafunc.fixturenames:
        found = _addresses(metafunc.config)
        metafunc.parametrize("address", found, ids=[each.kind for each in found])


@pytest.fixture
def newest(request: pytest.FixtureRequest) -> Address:
    """The newest publication of an initiative."""
    return _ending(", newest", request.config)


@pytest.fixture
def municipality(request: pytest.FixtureRequest) -> Address:
    """A short page with a table and a picture."""
    return _ending(", most withheld", request.config)


def _ending(kind: str, config: pytest.Config) -> Address:
    return next(each for each in _addresses(config) if each.kind.endswith(kind))


def _addresses(config: pytest.Config) -> list[Address]:
    return [
        Address(f"{part}: {kind}", file)
        for part, report in _reports(config).items()
        for kind, file in _types(report).items()
    ]


def _types(report: Path) -> dict[str, Path]:
    """A page of each type, and those that are most unlike the others of their type."""
    types = {"front page": report / "index.html"}
    for index in sorted(report.glob("*/index.html")):
        name = index.parent.name
        types["municipalities" if name == "kommuner" else f"{name}, all"] = index
    for folder in sorted(
        {file.parent.parent for file in report.glob("*/*/index.html")}
    ):
        publications = sorted(folder.glob("*/index.html"))
        types[f"{folder.name}, newest"] = publications[-1]
        types[f"{folder.name}, first"] = publications[0]
    municipalities = {
        file: file.read_text(encoding="utf-8")
        for file in sorted((report / "kommuner").glob("[0-9]*.html"))
    }
    taking_part = {
        f: text for f, text in municipalities.items() if PARTLESS not in text
    }
    if len(taking_part) < len(municipalities):
        types["municipality in nothing"] = min(municipalities.keys() - taking_part)
    by_length = sorted(taking_part, key=lambda file: len(taking_part[file]))
    types["municipality in most"] = by_length[-1]
    types["municipality, most withheld"] = max(
        taking_part, key=lambda file: (taking_part[file].count(WITHHELD), file)
    )
    for guide in sorted(report.glob("*.html")):
        types.setdefault(f"guide {guide.stem}", guide)
    del types["guide index"]
    return types
