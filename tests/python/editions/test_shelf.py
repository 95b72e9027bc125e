"""Killed, at once, on a full disk, where nothing can be written, where there are no
links: a reader finds an edition, whole, and `current` names it. The editions are
made-up and small; how they get their place is how all do."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from labour_monitor import files
from labour_monitor.editions import shelf
from labour_monitor.editions.refusal import EditionError
from labour_monitor.editions.shelf import Shelf

KILLS, READS, PUBLISHES = 100, 1_000, 20
N_FILES = 4
FORK = get_context("fork")


def name_of(number: int) -> str:
    return f"2023-02-28-{number:012x}"


def publish(into: Path, number: int, pause: Callable[[], None] = lambda: None) -> None:
    """An edition whose files all say its number."""
    place = Shelf(into)
    with place.alone(lambda _: None):
        earlier = {there.name: there.digest for there in place.published("landing")}
        with place.aside() as aside:
            for part in ("house", "public"):
                (aside / part).mkdir()
                for n in range(N_FILES):
                    (aside / part / f"{n}.parquet").write_text(f"{number}" * 100)
                    pause()
                package = {
                    "edition": name_of(number),
                    "format": shelf.FORMAT,
                    "content": f"{number}",
                    "landing": "landing",
                    "earlier": earlier,
                }
                (aside / part / shelf.PACKAGE).write_text(json.dumps(package))
                shelf.write_checksums(aside / part)
            place.put(aside, name_of(number))
        pause()
        place.point_at(name_of(number))


def read(into: Path) -> int:
    """The edition that `current` names, opened as a reader does: once. Its number,
    where all of it says the same."""
    folder = os.open(into / shelf.CURRENT, os.O_RDONLY)
    try:
        said = set()
        for part in ("house", "public"):
            inside = os.open(part, os.O_RDONLY, dir_fd=folder)
            try:
                names = os.listdir(inside)
                assert len(names) == N_FILES + 2
                for name in names:
                    with open(os.open(name, os.O_RDONLY, dir_fd=inside)) as file:
                        text = file.read()
                    if name.endswith(".parquet"):
                        said.add(text)
            finally:
                os.close(inside)
    finally:
        os.close(folder)
    (text,) = said
    assert len(text) % 100 == 0
    return int(text[: len(text) // 100])


def whole(into: Path) -> list[str]:
    """Every edition on the shelf, held against its checksums."""
    return [found.name for found in Shelf(into).published("landing")]


def test_a_hundred_kills_leave_current_whole(tmp_path) -> None:
    into, draw = tmp_path / "published", random.Random(12)
    publish(into, 0)
    began = time.monotonic()
    publish(into, 1)
    takes = time.monotonic() - began
    current, n_killed = 1, 0
    for number in range(2, KILLS + 2):
        child = FORK.Process(target=publish, args=(into, number))
        child.start()
        time.sleep(draw.uniform(0, 1.5 * takes))
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        n_killed += child.exitcode == -signal.SIGKILL
        found = read(into)
        assert found in (current, number)
        current = found
    assert n_killed > KILLS / 4
    assert len(whole(into)) == len(set(whole(into)))
    publish(into, KILLS + 2)
    assert read(into) == KILLS + 2
    assert {f.name for f in into.iterdir()} == {"editions", "current", ".lock"}


def test_a_thousand_reads_during_twenty_publishes_see_one_edition_each(
    tmp_path,
) -> None:
    into = tmp_path / "published"
    publish(into, 0)

    def publish_all() -> None:
        for number in range(1, PUBLISHES + 1):
            publish(into, number)

    writer = FORK.Process(target=publish_all)
    writer.start()
    seen = [read(into) for _ in range(READS)]
    writer.join()
    assert writer.exitcode == 0
    assert seen == sorted(seen)
    assert read(into) == PUBLISHES


def test_a_reader_keeps_the_edition_that_it_has_open(tmp_path) -> None:
    publish(tmp_path, 1)
    with (tmp_path / "current/public/0.parquet").open() as file:
        publish(tmp_path, 2)
        assert file.read() == "1" * 100


def test_two_publishes_at_once_wait_for_each_other(tmp_path) -> None:
    into = tmp_path / "published"

    def slow(number: int) -> None:
        publish(into, number, lambda: time.sleep(0.001))

    writers = [FORK.Process(target=slow, args=(n,)) for n in range(1, 7)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 6
    assert whole(into) == [name_of(n) for n in range(1, 7)]
    assert read(into) in range(1, 7)


def test_who_waits_is_told(tmp_path) -> None:
    taken, over, said = FORK.SimpleQueue(), FORK.SimpleQueue(), []

    def hold() -> None:
        with Shelf(tmp_path).alone(lambda _: None):
            taken.put(True)
            over.get()

    def hear(text: str) -> None:
        said.append(text)
        over.put(True)

    holder = FORK.Process(target=hold)
    holder.start()
    taken.get()
    with Shelf(tmp_path).alone(hear):
        pass
    holder.join()
    assert said == [f"Another publish into {tmp_path} is under way: waiting for it."]


@pytest.mark.parametrize("moment", ["files", "put", "current"])
def test_a_full_disk_leaves_the_edition_before(tmp_path, monkeypatch, moment) -> None:
    into = tmp_path / "published"
    publish(into, 1)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if moment == "files":
        written = Path.write_text

        def write_text(self: Path, *arguments: object, **options: object) -> int:
            if self.name == "3.parquet":
                raise full
            return written(self, *arguments, **options)

        monkeypatch.setattr(Path, "write_text", write_text)
    elif moment == "put":
        monkeypatch.setattr(files, "_onto_disk", _raising(full))
    else:
        monkeypatch.setattr(os, "symlink", _raising(full))
    with pytest.raises(OSError, match="No space left"):
        publish(into, 2)
    monkeypatch.undo()
    assert read(into) == 1
    left = {f.name for f in into.iterdir()}
    assert left == {"editions", "current", ".lock"}
    if moment == "current":  # it is there, and the next publish lets current name it
        assert whole(into) == [name_of(1), name_of(2)]
        Shelf(into).point_at(name_of(2))
        assert read(into) == 2
    else:
        assert whole(into) == [name_of(1)]


def _raising(error: OSError) -> Callable[..., None]:
    def raising(*_: object, **__: object) -> None:
        raise error

    return raising


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch) -> None:
    into = tmp_path / "published"
    publish(into, 1)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError) as error:
        Shelf(into).refuse_place(tmp_path / "landing")
    assert "What to do: give a place that you may use" in files.in_a_line(error.value)
    assert read(into) == 1


@pytest.mark.parametrize("number", sorted(shelf._NO_LINKS))
def test_where_there_are_no_links_a_file_names_the_edition(
    tmp_path, monkeypatch, number
) -> None:
    monkeypatch.setattr(os, "symlink", _raising(OSError(number, os.strerror(number))))
    for n in (1, 2):
        publish(tmp_path, n)
        file = json.loads((tmp_path / "current.json").read_text())
        assert file == {"edition": name_of(n), "path": f"editions/{name_of(n)}"}
        assert Shelf(tmp_path).current() == name_of(n)
    assert not (tmp_path / "current").exists()
    monkeypatch.undo()
    publish(tmp_path, 3)
    assert Shelf(tmp_path).current() == name_of(3)
    assert not (tmp_path / "current.json").exists()


def test_a_link_and_a_file_never_name_two_editions(tmp_path, monkeypatch) -> None:
    publish(tmp_path, 1)
    no_links = OSError(errno.EPERM, os.strerror(errno.EPERM))
    monkeypatch.setattr(os, "symlink", _raising(no_links))
    with pytest.raises(PermissionError):
        publish(tmp_path, 2)
    assert read(tmp_path) == 1
    assert not (tmp_path / "current.json").exists()


def test_an_edition_of_a_later_form_is_refused(tmp_path) -> None:
    publish(tmp_path, 1)
    for part in ("house", "public"):
        file = tmp_path / "current" / part / shelf.PACKAGE
        file.chmod(0o644)
        package = json.loads(file.read_text()) | {"format": shelf.FORMAT + 1}
        file.write_text(json.dumps(package))
    with pytest.raises(EditionError, match="with the version that made it"):
        whole(tmp_path)


def gone(into: Path, name: str) -> Path:
    """Take an edition away by hand; where it is now."""
    return (into / "editions" / name).rename(into.parent / name)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_edition_that_is_gone_is_missed_by_a_later_one_or_by_current(
    tmp_path, number
) -> None:
    into = tmp_path / "published"
    for n in (1, 2, 3):
        publish(into, n)
    elsewhere = gone(into, name_of(number))
    missed_by = "'current' names" if number == 3 else "lay here when .*2 was published"
    if number == 2:
        missed_by = "lay here when .*3 was published"
    expected = f"the edition {name_of(number)}, which {missed_by}; found no such folder"
    with pytest.raises(EditionError, match=expected):
        publish(into, 4)
    assert {f.name for f in (into / "editions").iterdir()} == {
        name_of(n) for n in (1, 2, 3) if n != number
    }
    elsewhere.rename(into / "editions" / name_of(number))
    publish(into, 4)
    assert read(into) == 4


def test_all_editions_that_are_gone_are_missed_by_current(
    tmp_path, monkeypatch
) -> None:
    for place in ("links", "no links"):
        into = tmp_path / place
        if place == "no links":
            no_links = _raising(OSError(errno.EPERM, os.strerror(errno.EPERM)))
            monkeypatch.setattr(os, "symlink", no_links)
        for n in (1, 2):
            publish(into, n)
        for n in (1, 2):
            shutil.rmtree(into / "editions" / name_of(n))
        with pytest.raises(EditionError, match="2, which 'current' names; found no"):
            publish(into, 3)


def test_an_edition_that_was_written_anew_is_missed_as_it_was(tmp_path) -> None:
    into = tmp_path / "published"
    for n in (1, 2):
        publish(into, n)
    public = into / "editions" / name_of(1) / "public"
    for file in public.iterdir():
        file.chmod(0o644)
    (public / "0.parquet").write_text("another")
    shelf.write_checksums(public)
    with pytest.raises(EditionError, match="was published; found another one of that"):
        publish(into, 3)


def test_an_edition_that_names_others_in_another_form_cannot_be_read(tmp_path) -> None:
    publish(tmp_path, 1)
    file = tmp_path / "current/house" / shelf.PACKAGE
    file.chmod(0o644)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"earlier": ["x"]}))
    with pytest.raises(EditionError, match="found none that can be read"):
        whole(tmp_path)


def test_an_edition_from_before_editions_named_others_names_none(tmp_path) -> None:
    publish(tmp_path, 1)
    for part in ("house", "public"):
        folder = tmp_path / "editions" / name_of(1) / part
        for file in folder.iterdir():
            file.chmod(0o644)
        package = json.loads((folder / shelf.PACKAGE).read_text())
        del package["earlier"]
        (folder / shelf.PACKAGE).write_text(json.dumps(package))
        shelf.write_checksums(folder)
    publish(tmp_path, 2)
    assert whole(tmp_path) == [name_of(1), name_of(2)]
