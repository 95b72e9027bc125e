"""Files that people open in an editor: a byte-order mark is nothing, and what the file
no longer says is one line with its name, from wherever it is read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from labour_monitor import project
from labour_monitor.cohort import lock, proofs
from labour_monitor.cohort.lock import MunicipalityLock
from labour_monitor.files import ContentError
from labour_monitor.landing import contract, identity, manifest, opening
from labour_monitor.landing.contract import ContractError
from labour_monitor.landing.faults import LandingError
from labour_monitor.quality import thresholds

BOM = b"\xef\xbb\xbf"
SECRET = "a secret"
LOCKED = [MunicipalityLock("101", 2, "ab" * 32)]

BROKEN: dict[str, bytes] = {
    "empty": b"",
    "cut": b'{"landing_id": "',
    "no object": b"[1, 2]",
    "a text": b'"cohort"',
    "other names": b"{}",
    "Windows-1252": '{"note": "Børge"}'.encode("cp1252"),
    "UTF-16": '{"count": 1}'.encode("utf-16"),
    "too many levels": b"[" * 100_000,
}


def landing_id(folder: Path) -> object:
    return identity.read(folder)


def locked(folder: Path) -> object:
    return lock.read(folder, "cohort_lock.json", SECRET)


def proof(folder: Path) -> object:
    return proofs._read(folder / "proof.json")


READ: dict[str, Callable[[Path], object]] = {
    "landing.json": landing_id,
    "cohort_lock.json": locked,
    "proof.json": proof,
}


def one_line(error: Exception) -> str:
    (fault,) = error.faults if isinstance(error, LandingError) else (error,)
    assert "\n" not in str(fault)
    return str(fault)


@pytest.mark.parametrize("content", BROKEN)
@pytest.mark.parametrize("name", READ)
def test_a_document_that_says_something_else_is_one_line(
    name, content, tmp_path
) -> None:
    (tmp_path / name).write_bytes(BROKEN[content])
    with pytest.raises(LandingError) as error:
        READ[name](tmp_path)
    assert one_line(error.value).startswith(f"file {name}: expected ")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("what", [a_folder, a_link_to_nowhere])
@pytest.mark.parametrize("name", READ)
def test_what_stands_in_the_place_of_a_document_is_one_line(
    name, what, tmp_path
) -> None:
    """A lock or an id that is not there for the moment is not none."""
    what(tmp_path / name)
    with pytest.raises(LandingError) as error:
        READ[name](tmp_path)
    assert one_line(error.value).startswith(f"file {name}: expected ")


def test_a_byte_order_mark_before_a_document_is_nothing(tmp_path) -> None:
    identity.mark(tmp_path, made := identity.new())
    lock.write(tmp_path, "cohort_lock.json", SECRET, "2020-10-01", LOCKED)
    for name in ("landing.json", "cohort_lock.json"):
        file = tmp_path / name
        file.write_bytes(BOM + file.read_bytes().replace(b"\n", b"\r\n"))
    assert landing_id(tmp_path) == made
    assert locked(tmp_path) == LOCKED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "two"),
        ("count", float("inf")),
        ("count", None),
        ("municipalities", []),
        ("municipalities", {"101": 2}),
        ("municipalities", {"101": {"count": "2,0", "digest": "ab"}}),
        ("secret_check", "nøgle"),
        ("digest", 7),
    ],
)
def test_a_control_file_with_another_value_is_one_line(tmp_path, name, value) -> None:
    """C8. What it says of the members is compared with them, or it is refused."""
    lock.write(tmp_path, "cohort_lock.json", SECRET, "2020-10-01", LOCKED)
    file = tmp_path / "cohort_lock.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))
    with pytest.raises(LandingError) as error:
        locked(tmp_path)
    assert one_line(error.value).startswith("file cohort_lock.json: expected ")


@pytest.mark.parametrize("content", BROKEN)
def test_a_manifest_that_says_something_else_is_one_line(content, tmp_path) -> None:
    (tmp_path / manifest.FILE_NAME).write_bytes(BROKEN[content])
    (fault,) = manifest.faults("ydelser", date(2023, 2, 28), tmp_path)
    text = str(fault)
    assert text.startswith("source ydelser, delivery 2023-02-28, file manifest.json: ")
    assert "\n" not in text


CONTRACT = (project.root() / contract.FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (lambda text: "", "found an empty file"),
        (lambda text: "sources: [", ", character"),
        (lambda text: "sources: []", "other content (IndexError"),
        (lambda text: "- a", "found list"),
        (lambda text: text.replace("kind: snapshot", "kind: snap", 1), "found 'snap'"),
        (lambda text: text.replace("identity: pnr", "id: pnr", 1), "found 'None'"),
        (lambda text: text.replace(": decimal(18,2)", ": decimal", 1), "'decimal'"),
        (lambda text: text.replace("owner:", "ower:", 1), "KeyError: 'owner'"),
        (lambda text: text.replace("\n", "\n\t", 3), "line 2, character 1"),
    ],
)
def test_a_contract_that_cannot_be_read_is_one_line(tmp_path, changed, part) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(changed(CONTRACT), "utf-8")
    assert file.read_text("utf-8") != CONTRACT
    with pytest.raises(ContentError) as error:
        contract.sources(file)
    message = one_line(error.value)
    assert f"file {contract.FILE}" in message
    assert part in message
    assert "What to do: " in message


def test_a_contract_without_the_column_of_a_person_is_one_line(tmp_path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(CONTRACT.replace("role: pnr, ", ""), "utf-8")
    with pytest.raises(ContentError, match="one column with the role pnr; found 0"):
        contract.sources(file)


def test_a_command_that_cannot_be_put_together_is_one_line() -> None:
    """The generator of registers takes its columns from the contract when it is
    imported."""
    starting = (
        "import sys; from labour_monitor.landing import contract; "
        "contract.FILE = 'none.yml'; from labour_monitor.__main__ import main; "
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", starting], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("file none.yml: expected a mapping in YAML")
    assert done.stderr.count("\n") == 1


def test_a_contract_in_windows_1252_or_without_its_file_is_one_line(tmp_path) -> None:
    file = tmp_path / "sources.yml"
    with pytest.raises(ContentError, match="found No such file"):
        contract.sources(file)
    file.write_bytes("# Børge\n".encode("cp1252"))
    with pytest.raises(ContentError, match="a byte that is not UTF-8"):
        contract.sources(tmp_path / "." / "sources.yml")
    assert issubclass(ContractError, ContentError)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (lambda text: "defaults:", "other content"),
        (lambda text: text.replace("rows_min:", "rows_minn:", 1), "rows_minn"),
        (lambda text: text.replace("bad_rows: ", "bad_rows: ti #", 1), "found 'ti'"),
        (lambda text: text.replace("defaults:", "defaults: [", 1), "line "),
    ],
)
def test_thresholds_that_cannot_be_read_are_one_line(tmp_path, changed, part) -> None:
    file = tmp_path / "thresholds.yml"
    file.write_text(changed(thresholds.FILE.read_text("utf-8")), "utf-8")
    with pytest.raises(ContentError) as error:
        thresholds.thresholds("dream", file)
    message = one_line(error.value)
    assert message.startswith("file src/labour_monitor/quality/thresholds.yml")
    assert part in message


@pytest.mark.parametrize(
    ("given", "parameters", "part"),
    [
        ({"asof": ""}, {}, "found 'asof', which nobody reads"),
        ({"landing_path": "", "landing": ""}, {}, "'landing', which nobody reads"),
        ({"disclosure_limit": "10"}, {}, "as in dbt_project.yml, 5: publishing"),
        ({}, {"dream_last_month": "2019-01-01"}, "2019-12-01, 2019-01-01"),
        ({}, {"dream_first_month": "2019-12-02"}, "found 2010-08-02, 2019-12-02"),
        ({}, {"dream_first_week": "2010-08-03"}, "found 2010-08-03, 2019-12-01"),
        # a Monday, and after the first week of the window (C6)
        ({}, {"dream_first_week": "2010-08-09"}, "afklaringspuljen from 2010-08-02"),
        ({}, {"dream_first_month": "2020-01-01"}, "the month 2019-12-01 of fsm2"),
        ({}, {"dream_last_month": "2021-11-01"}, "the month 2021-12-01 of fsm2"),
        ({}, {"dream_last_month": "2020-08-01"}, "afklaringspuljen from 2010-08-02"),
    ],
)
def test_a_var_that_nobody_reads_or_that_leaves_weeks_out_is_a_fault(
    given, parameters, part
) -> None:
    (fault,) = opening.vars_faults(given, parameters)
    assert part in str(fault)
    own = {name: str(value) for name, value in project.variables().items()}
    assert opening.vars_faults(own, {}) == []


@pytest.mark.parametrize("path", ["", "nowhere"])
def test_a_landing_that_is_none_is_named_beside_a_var_that_nobody_reads(path) -> None:
    """A var with a slip of the pen is why the landing is not found."""
    with pytest.raises(LandingError) as error:
        opening.open_landing(
            landing_path=path,
            as_of=None,
            exemption_list="notat",
            weeks_read=[],
            parameters={},
            known=opening.Known(),
            selection=opening.Selection({}, frozenset()),
            given_vars={"landing_pth": ""},
        )
    said = "\n".join(map(str, error.value.faults))
    assert "'landing_pth', which nobody reads" in said
    assert ("the var landing_path" if not path else "nowhere") in said
