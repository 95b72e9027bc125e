"""The environments that `make` keeps, and those that it makes anew."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from labour_monitor import project


@pytest.fixture
def here(tmp_path) -> Path:
    """A project's folder beside that of another."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def made(at: Path, of: Path) -> Path:
    """The stamp of an environment that was made for a project."""
    at.mkdir()
    stamp = at / ".ready"
    stamp.write_text(f"{of}\n")
    return stamp


def make_looks(folder: Path) -> None:
    makefile = project.root() / "Makefile"
    asked = ["make", "--file", str(makefile), "--directory", str(folder)]
    # A variable of it is enough to have it look; no target is made.
    subprocess.run([*asked, "--question", "--eval", "look: ;", "look"], check=True)


def test_an_environment_that_was_made_here_stays(here) -> None:
    stamp = made(here / ".venv", of=here)
    make_looks(here)
    assert stamp.exists()


def test_one_that_came_with_a_copy_is_made_anew(here, tmp_path) -> None:
    stamps = [made(here / name, of=tmp_path) for name in (".venv", ".venv-spark")]
    make_looks(here)
    assert [stamp.exists() for stamp in stamps] == [False, False]


def test_that_of_another_project_stays_as_it_is(here, tmp_path) -> None:
    """Where a link leads to it, `make` would empty it to make it anew."""
    stamp = made(tmp_path / "of_another", of=tmp_path)
    (here / ".venv").symlink_to(stamp.parent)
    make_looks(here)
    assert stamp.exists()
    assert not (here / ".venv").is_symlink()


def test_a_link_to_where_it_was_made_for_this_project_stays(here, tmp_path) -> None:
    stamp = made(tmp_path / "on_another_disk", of=here)
    (here / ".venv").symlink_to(stamp.parent)
    make_looks(here)
    assert (here / ".venv/.ready").exists()
