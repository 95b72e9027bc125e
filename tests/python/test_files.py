"""Files and folders are written whole or not at all, whenever a run is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from labour_monitor import files, project


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.json"
    path.write_text("old")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    path.mkdir()
    (path / "page").write_text("old")
    return path


def names(of: Path) -> list[str]:
    return sorted(path.name for path in of.iterdir())


def killed(body: str, *arguments: Path) -> None:
    """Run the lines in a process of its own until they say "here", and kill it."""
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from labour_monitor import files\n"
            "def here(*_, **__): print('here', flush=True); time.sleep(600)\n"
            f"path = Path(sys.argv[1])\n{body}",
            *map(str, arguments),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(project.root() / "src")},
    )
    assert run.stdout.readline() == "here\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()


def test_a_file_is_replaced_by_the_whole_new_one(file) -> None:
    files.write_json(file, {"name": "ærø"})
    assert file.read_text(encoding="utf-8") == '{\n  "name": "ærø"\n}\n'
    assert names(file.parent) == [file.name]


def test_a_file_that_may_not_be_replaced_stays(file) -> None:
    with pytest.raises(FileExistsError):
        files.write_text(file, "new", replace=False)
    assert file.read_text() == "old"
    assert names(file.parent) == [file.name]


def test_a_new_file_has_the_rights_that_the_user_gives(tmp_path) -> None:
    files.write_text(tmp_path / "new", "new", replace=False)
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_error_leaves_the_old_file_and_nothing_beside_it(file) -> None:
    def fail() -> None:
        with files.written(file) as aside:
            aside.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert file.read_text() == "old"
    assert names(file.parent) == [file.name]


@pytest.mark.parametrize("replace", [True, False])
def test_a_run_killed_while_it_writes_leaves_the_old_file_or_none(
    file, replace
) -> None:
    if not replace:
        file.unlink()
    killed(
        f"with files.written(path, {replace}) as aside:\n"
        "    aside.write_text('half'); here()\n",
        file,
    )
    assert file.read_text() == "old" if replace else not file.exists()
    files.write_text(file, "new", replace=replace)
    assert file.read_text() == "new"


def test_a_folder_appears_whole(tmp_path) -> None:
    path = tmp_path / "new" / "folder"
    with files.folder_aside(path) as aside:
        (aside / "page").write_text("new")
        assert not path.exists()
        files.put_in_place(aside, path)
    assert names(path) == ["page"]
    assert names(path.parent) == ["folder"]


def test_a_folder_takes_the_place_of_an_empty_one(tmp_path) -> None:
    (tmp_path / "folder").mkdir()
    with files.folder_aside(tmp_path / "folder") as aside:
        (aside / "page").write_text("new")
        files.put_in_place(aside, tmp_path / "folder")
    assert names(tmp_path / "folder") == ["page"]


def test_a_folder_with_something_in_it_is_replaced_only_where_that_is_asked(
    folder,
) -> None:
    def write(replace: bool) -> None:
        with files.folder_aside(folder) as aside:
            (aside / "page").write_text("new")
            files.put_in_place(aside, folder, replace)

    with pytest.raises(FileExistsError, match="there already"):
        write(replace=False)
    assert (folder / "page").read_text() == "old"
    write(replace=True)
    assert (folder / "page").read_text() == "new"
    assert names(folder.parent) == ["folder"]


def test_a_folder_that_is_not_put_in_place_is_gone_with_the_one_made_for_it(
    tmp_path,
) -> None:
    with files.folder_aside(tmp_path / "new" / "folder") as aside:
        (aside / "page").write_text("new")
    assert names(tmp_path) == []


def test_only_one_run_writes_a_folder(folder) -> None:
    with files.folder_aside(folder) as aside:
        with (
            pytest.raises(files.InUseError, match="another run"),
            files.folder_aside(folder),
        ):
            pass
        assert aside.exists()


def test_a_run_killed_while_it_writes_leaves_the_old_folder(folder) -> None:
    killed(
        "with files.folder_aside(path) as aside:\n"
        "    (aside / 'half').write_text('half'); here()\n",
        folder,
    )
    assert names(folder) == ["page"]
    with files.folder_aside(folder) as aside:
        assert names(aside) == []
    assert names(folder.parent) == ["folder"]


@pytest.mark.parametrize("moment", ["between", "after"])
def test_a_run_killed_while_it_replaces_a_folder_leaves_the_old_or_the_new_one(
    folder, moment
) -> None:
    step = {
        "between": "moved = Path.rename\n"
        "def rename(self, to):\n"
        "    here() if to == path else moved(self, to)\n"
        "Path.rename = rename\n",
        "after": "files.shutil.rmtree = here\n",
    }[moment]
    killed(
        f"{step}with files.folder_aside(path) as aside:\n"
        "    (aside / 'page').write_text('new')\n"
        "    files.put_in_place(aside, path, replace=True)\n",
        folder,
    )
    with files.folder_aside(folder):
        pass
    assert (folder / "page").read_text() == ("old" if moment == "between" else "new")
    assert names(folder.parent) == ["folder"]


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(
    folder, monkeypatch
) -> None:
    moved = Path.rename

    def rename(self: Path, to: Path) -> None:
        if self.name.endswith(".partial"):
            raise OSError(28, "No space left on device")
        moved(self, to)

    monkeypatch.setattr(Path, "rename", rename)
    with files.folder_aside(folder) as aside, pytest.raises(OSError, match="No space"):
        files.put_in_place(aside, folder, replace=True)
    assert (folder / "page").read_text() == "old"
