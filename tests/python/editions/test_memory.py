"""What was shown once stays known to whoever decides what to show next (D2): an edition
that is gone is missed by those after it, and by the databases that know of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from labour_monitor.editions import memory, publishing, reading, shelf
from labour_monitor.editions.refusal import EditionError
from labour_monitor.files import read_json
from labour_monitor.progress import Progress

from .made import briefly, contents

pytestmark = pytest.mark.usefixtures("unread")


def publish(database: Path, into: Path) -> publishing.Edition:
    progress = Progress(len(publishing.STAGES))
    return publishing.publish(
        database, into, progress, "2021-02-28", briefly, reading.here
    )


def revise(database: Path) -> Path:
    """Let the database have another content, of which another edition is made."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("update marts.dq_finding set n = n + 1")
    return database


def copied(database: Path, name: str) -> Path:
    (database.parent / name).mkdir()
    return Path(shutil.copy(database, database.parent / name))


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "published"


def test_the_database_misses_editions_of_which_the_folder_knows_nothing(
    database, into
) -> None:
    first, second = publish(database, into), publish(revise(database), into)
    shutil.rmtree(into / "editions" / second.name)
    (into / "current").unlink()
    gone = "the edition {}, which the database knows.*found no such folder"
    told = f"{gone.format(second.name)}.*What to do: put the folder back"
    with pytest.raises(EditionError, match=told) as error:
        publish(database, into)
    assert "\n" not in str(error.value)
    shutil.rmtree(into)
    with pytest.raises(EditionError, match=gone.format(first.name)):
        publish(revise(database), into)
    assert not (into / "current").exists()


def test_a_folder_may_be_moved_and_misses_its_editions_from_then_on(
    database, into, tmp_path, capsys
) -> None:
    first = publish(database, into)
    moved = into.rename(tmp_path / "moved")
    second = publish(revise(database), moved)
    assert named_by(second).keys() == {first.name}
    assert "another folder" not in capsys.readouterr().err
    shutil.rmtree(moved / "editions")
    (moved / "current").unlink()
    with pytest.raises(EditionError, match="which the database knows"):
        publish(database, moved)


def test_another_folder_is_a_series_of_its_own_and_says_so(
    database, into, tmp_path, capsys
) -> None:
    first = publish(database, into)
    assert "another folder" not in capsys.readouterr().err
    other = publish(database, tmp_path / "other")
    assert f"published into another folder before ({into})" in capsys.readouterr().err
    assert (other.name, other.is_new) == (first.name, True)
    assert contents(other.folder) == contents(first.folder)
    shutil.rmtree(into)
    with pytest.raises(EditionError, match="which the database knows"):
        publish(database, into)
    shutil.rmtree(tmp_path / "other")
    with pytest.raises(EditionError, match="which the database knows"):
        publish(database, tmp_path / "other")


def test_an_edition_that_was_changed_on_its_way_elsewhere_is_refused(
    database, into, tmp_path
) -> None:
    """A copy with a figure and its checksum changed is sound by itself: the database
    knows what has that name."""
    first = publish(database, into)
    other = Path(shutil.copytree(into, tmp_path / "other", symlinks=True))
    part = other / "editions" / first.name / "public"
    (part / "README.txt").write_text("another")
    shelf.write_checksums(part)
    with pytest.raises(EditionError, match=f"lain in {into}; found another one of"):
        publish(database, other)


def test_a_folder_that_the_database_knows_is_held_against_what_lay_there(
    database, into, tmp_path
) -> None:
    """A version before wrote a changed copy down: the folder that is as it was stays in
    use."""
    first = publish(database, into)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "insert into landing.published_editions values (?, 'another', ?)",
            [first.name, str(tmp_path / "other")],
        )
    assert not publish(database, into).is_new


def named_by(edition: publishing.Edition) -> dict[str, str]:
    return read_json(edition.folder / "house/datapackage.json")["earlier"]


def test_the_same_editions_one_after_another_have_the_same_names(
    database, tmp_path
) -> None:
    one, other = copied(database, "one"), copied(database, "other")
    made = []
    for file in (one, other):
        into = file.parent / "published"
        first, second = publish(file, into), publish(revise(file), into)
        assert named_by(first) == {}
        assert named_by(second).keys() == {first.name}
        made.append(contents(into / "editions"))
        with duckdb.connect(str(file)) as connection:
            connection.execute("update marts.dq_finding set n = n - 1")
        again = publish(file, into)
        assert (again.name, again.is_new) == (first.name, False)
        assert contents(into / "editions") == made[-1]
        public = read_json(second.folder / "public/datapackage.json")
        assert "earlier" not in public
    assert made[0] == made[1]
    alone = publish(revise(database), tmp_path / "published")
    assert alone.name != second.name  # the same tables, but others came before


def test_what_was_published_before_a_kill_is_written_down_by_the_next(
    database, into, monkeypatch
) -> None:
    def killed(*_) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(memory, "remember", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(database, into)
    (edition,) = (into / "editions").iterdir()
    assert not (into / "current").exists()
    assert not publish(database, into).is_new
    shutil.rmtree(into)
    with pytest.raises(EditionError, match=f"{edition.name}, which the database"):
        publish(database, into)


def test_databases_that_publish_into_one_folder_know_each_others_editions(
    database, into, tmp_path
) -> None:
    other = revise(copied(database, "other"))
    first = publish(database, into)
    second = publish(other, into)
    assert publish(database, into).name == first.name
    for file in (database, other):
        with duckdb.connect(str(file), read_only=True) as connection:
            names = [edition.name for edition in memory.recall(connection)]
        assert sorted(names) == sorted([first.name, second.name])
    before_all = copied(database, "older")
    with duckdb.connect(str(before_all)) as connection:
        connection.execute("drop table landing.published_editions")
    assert not publish(before_all, into).is_new
    shutil.rmtree(into / "editions" / first.name)
    (into / "current").unlink()
    with pytest.raises(EditionError, match=f"{first.name}, which lay here when"):
        publish(before_all, into)


def test_publishing_the_same_again_writes_nothing_into_the_database(
    database, into
) -> None:
    publish(database, into)
    before = database.read_bytes()
    publish(database, into)
    assert database.read_bytes() == before
