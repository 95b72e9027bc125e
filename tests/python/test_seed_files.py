"""The files of the seeds as people and spreadsheets leave them: what is plain gives the
same rows, and dbt the same tables; the rest is a fault with file, line and column."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pytest
from dbt_common.clients import agate_helper
from dbt_common.exceptions import DbtRuntimeError

from labour_monitor import cli, hooks, project, rule_data, seed_files
from labour_monitor.files import ContentError
from labour_monitor.landing.faults import LandingError

PARTICIPATION = "rules/participation"
INITIATIVES = "rules/initiatives"
MUNICIPALITIES = "code_lists/municipalities"
BOM = b"\xef\xbb\xbf"

Change = Callable[[bytes], bytes]


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return shutil.copytree(seed_files.folder(), tmp_path / "seeds")


def change(seeds: Path, seed: str, changed: Change) -> None:
    file = seeds / f"{seed}.csv"
    before = file.read_bytes()
    file.write_bytes(changed(before))
    assert file.read_bytes() != before


def each_line(changed: Callable[[str], str]) -> Change:
    def change_all(content: bytes) -> bytes:
        lines = content.decode().splitlines()
        return "".join(f"{changed(line)}\n" for line in lines).encode()

    return change_all


def replaced(old: str, new: str, count: int = -1) -> Change:
    return lambda content: content.replace(old.encode(), new.encode(), count)


PLAIN: dict[str, tuple[str, Change]] = {
    "a byte-order mark": (INITIATIVES, lambda content: BOM + content),
    "lines as on Windows": (INITIATIVES, replaced("\n", "\r\n")),
    "lines as on an old Mac": (INITIATIVES, replaced("\n", "\r")),
    "both, as Excel's CSV UTF-8": (
        MUNICIPALITIES,
        lambda content: BOM + content.replace(b"\n", b"\r\n"),
    ),
    "empty rows at the end": (PARTICIPATION, lambda content: content + b",,,\n,,,\n\n"),
    "empty lines between": (PARTICIPATION, replaced("\n", "\n\n", 5)),
    "no end of the last line": (PARTICIPATION, lambda content: content.rstrip()),
    "TRUE and FALSE": (
        PARTICIPATION,
        lambda content: content.replace(b"true", b"TRUE").replace(b"false", b"False"),
    ),
    "all values in quotes": (
        MUNICIPALITIES,
        each_line(lambda line: ",".join(f'"{value}"' for value in line.split(","))),
    ),
    "columns in another order": (
        MUNICIPALITIES,
        each_line(lambda line: ",".join(reversed(line.split(",")))),
    ),
    "a zero before a number": (INITIATIVES, replaced(",2,30,5,", ",02,30,5,")),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_plain_gives_the_same_rows(seeds, kind) -> None:
    seed, changed = PLAIN[kind]
    name = seed.rsplit("/", 1)[-1]
    change(seeds, seed, changed)
    assert rule_data.faults(seeds) == []
    rows = [row.values for row in seed_files.read(name, seeds)]
    assert rows == [row.values for row in seed_files.read(name)]
    # dbt makes the table of the columns that it finds itself.
    types = seed_files.declared()[name].types
    table = agate_helper.from_csv(seeds / f"{seed}.csv", text_columns=types)
    assert sorted(table.column_names) == sorted(types)


ALL_ROWS = "lines 2, 3, 4 and "
"""Not how many: the participants are to be replaced by those of whoever builds."""
REFUSED: dict[str, tuple[str, Change, tuple[str, ...]]] = {
    "semicolons": (PARTICIPATION, replaced(",", ";"), ("line 1", "found semicolons")),
    "tabs": (PARTICIPATION, replaced(",", "\t"), ("line 1", "found tabs")),
    "a line as one value": (
        PARTICIPATION,
        each_line(lambda line: '"' + line.replace('"', '""') + '"'),
        ("line 1", "each line in quotes"),
    ),
    "Windows-1252": (
        MUNICIPALITIES,
        lambda content: content.decode().encode("cp1252"),
        ("line 2, column municipality_name", "expected text in UTF-8", "'ø' in Win"),
    ),
    "MS-DOS": (
        MUNICIPALITIES,
        lambda content: content.decode().encode("cp850"),
        ("line 2, column municipality_name", "expected text in UTF-8", "0x9B"),
    ),
    "UTF-16": (
        MUNICIPALITIES,
        lambda content: content.decode().encode("utf-16"),
        ("expected text in UTF-8", "found UTF-16"),
    ),
    "UTF-8 read as Windows-1252": (
        MUNICIPALITIES,
        lambda content: content.decode("cp1252", errors="replace").encode(),
        ("line 2, column municipality_name", "read as another encoding"),
    ),
    "a workbook": (PARTICIPATION, lambda content: b"PK\x03\x04", ("a workbook",)),
    "an empty file": (PARTICIPATION, lambda content: BOM + b"\r\n", ("an empty file",)),
    "SAND and FALSK": (
        PARTICIPATION,
        lambda content: content.replace(b"true", b"SAND").replace(b"false", b"FALSK"),
        (ALL_ROWS, "column is_example", "true or false; found '", "'FALSK'"),
    ),
    "1 and 0": (
        PARTICIPATION,
        replaced(",false,", ",0,"),
        ("column is_example", "expected true or false; found '0'"),
    ),
    "2,0 in quotes": (
        INITIATIVES,
        replaced(",2,30,", ',"2,0",30,'),
        ("lines 2, 3", "column publication_lag_months", "a whole number; found '2,0'"),
    ),
    "2,0 without": (
        INITIATIVES,
        replaced(",2,30,", ",2,0,30,"),
        ("lines 2, 3", "expected 20 values", "found 21 values"),
    ),
    "2.0": (
        INITIATIVES,
        replaced(",2,30,", ",2.0,30,"),
        ("lines 2, 3", "column publication_lag_months", "found '2.0'"),
    ),
    "a share with its sign": (
        INITIATIVES,
        replaced(",80,,", ",80 %,,"),
        ("line 2, column requirement_pct", "a whole number; found '80 %'"),
    ),
    "more than a number holds": (
        INITIATIVES,
        replaced(",80,,", ",80000000000,,"),
        ("line 2, column requirement_pct", "a whole number"),
    ),
    "dates as in Denmark": (
        INITIATIVES,
        replaced("2020-10-01", "01-10-2020"),
        ("line 2, column cohort_lock_date", "a date YYYY-MM-DD; found '01-10-2020'"),
    ),
    "a date with its time": (
        INITIATIVES,
        replaced("2020-10-01", "2020-10-01 00:00"),
        ("line 2, column cohort_lock_date", "a date YYYY-MM-DD"),
    ),
    "a day that is none": (
        INITIATIVES,
        replaced("2020-10-01", "2020-09-31"),
        ("line 2, column cohort_lock_date", "a date YYYY-MM-DD; found '2020-09-31'"),
    ),
    "zeros lost": (
        "code_lists/wage_income_types",
        lambda content: re.sub(rb"(?m)^0", b"", content),
        ("lines 2, 3, 4 and 1 more", "expected one of 00, 03", "take the column in as"),
    ),
    "zeros added to a reference": (
        PARTICIPATION,
        lambda content: re.sub(rb",(\d{3}),", rb",0\1,", content),
        (ALL_ROWS, "column municipality_code", "municipalities.csv", "found '0"),
    ),
    "zeros added to the list": (
        MUNICIPALITIES,
        lambda content: re.sub(rb"(?m)^(\d{3}),", rb"0\1,", content),
        ("lines 2, 3, 4 and 95 more", "text of exactly 3 digits; found '0101'"),
    ),
    "a code as a decimal": (
        "code_lists/dream_codes",
        replaced("\n111,", "\n111.0,"),
        ("line 2, column dream_code", "text of exactly 3 digits; found '111.0'"),
    ),
    "empty columns at the end": (
        PARTICIPATION,
        each_line(lambda line: f"{line},,"),
        ("line 1", "found 2 without a name"),
    ),
    "empty columns of rows": (
        PARTICIPATION,
        lambda content: content.replace(b"\n", b",\n").replace(b",\n", b"\n", 1),
        (ALL_ROWS, "expected 4 values", "found 5 values, the last ones empty"),
    ),
    "blanks before a value": (
        PARTICIPATION,
        replaced(",101,", ", 101,"),
        ("column municipality_code", "without blanks", "found ' 101'"),
    ),
    "a blank that does not break": (
        PARTICIPATION,
        replaced(",101,", ",101\u00a0,"),
        ("column municipality_code", "without blanks", r"'101\xa0'"),
    ),
    "a letter that is not seen": (
        PARTICIPATION,
        replaced(",101,", ",101\u200b,"),
        ("column municipality_code", r"found '101\u200b'"),
    ),
    "a blank in the header": (
        PARTICIPATION,
        replaced(",is_example", ", is_example"),
        ("line 1", "found ' is_example', which is none of them"),
    ),
    "a column missing": (
        PARTICIPATION,
        each_line(lambda line: ",".join(line.split(",")[:2] + line.split(",")[3:])),
        ("line 1, column is_example", "found none of this name"),
    ),
    "a column more": (
        MUNICIPALITIES,
        each_line(lambda line: f"{line},note"),
        ("line 1, column note", "found 'note', which is none of them"),
    ),
    "a column renamed": (
        PARTICIPATION,
        replaced("is_example", "Example", 1),
        ("line 1, column Example", "line 1, column is_example"),
    ),
    "a column twice": (
        PARTICIPATION,
        replaced("is_example", "reference", 1),
        ("line 1, column reference", "found 'reference' 2 times", "column is_example"),
    ),
    "a value too few": (
        PARTICIPATION,
        replaced("fsm2,101,", "fsm2,"),
        ("expected 4 values", "found 3 values"),
    ),
    "a quote not closed": (
        "code_lists/benefit_groups",
        replaced(', jobparat"', ", jobparat", 1),
        ("line 4:", "in a pair of quotes", "close the quote"),
    ),
    "a value over two lines": (
        "code_lists/benefit_groups",
        replaced("Kontanthjælp, jobparat", "Kontanthjælp,\njobparat", 1),
        ("line 4:", "each row on one line", "a value over several lines"),
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_plain_is_told_with_its_place(seeds, kind) -> None:
    seed, changed, parts = REFUSED[kind]
    change(seeds, seed, changed)
    faults = [str(fault) for fault in rule_data.faults(seeds)]
    assert faults
    assert all(fault.startswith(f"file seeds/{seed}.csv") for fault in faults)
    assert not any("\n" in fault for fault in faults)
    for part in parts:
        assert part in "\n".join(faults)


def gone(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_link_to_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def of_another_name(file: Path) -> None:
    file.rename(file.with_suffix(".xlsx"))


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (gone, "none"),
        (a_folder, "Is a directory"),
        (a_link_to_nowhere, "a link to something that cannot be read"),
        (of_another_name, "none, but participation.xlsx"),
    ],
)
def test_a_seed_without_its_file(seeds, what, found) -> None:
    what(seeds / f"{PARTICIPATION}.csv")
    (fault,) = map(str, rule_data.faults(seeds))
    assert fault.startswith(f"file seeds/{PARTICIPATION}.csv: expected the file of")
    assert f"found {found}. What to do: put it back" in fault


@pytest.mark.parametrize(
    "name", ["rules/participation - Kopi.csv", "rules/old/x.csv", "rules/X.CSV"]
)
def test_a_file_that_is_no_seed_is_named(seeds, name) -> None:
    """dbt would make a table of it, or pass it over."""
    (seeds / name).parent.mkdir(exist_ok=True)
    shutil.copy(seeds / f"{PARTICIPATION}.csv", seeds / name)
    (fault,) = map(str, rule_data.faults(seeds))
    assert fault.startswith(f"file seeds/{name}: expected only files of seeds")


def test_the_faults_of_all_files_are_told_at_once(seeds) -> None:
    for seed, kind in (
        (INITIATIVES, "dates as in Denmark"),
        (MUNICIPALITIES, "Windows-1252"),
        (PARTICIPATION, "SAND and FALSK"),
    ):
        change(seeds, seed, REFUSED[kind][1])
    change(seeds, "rules/markers", replaced(",step_up,", ",stepup,"))
    files = [fault.file for fault in rule_data.faults(seeds)]
    assert sorted(name.split(" ")[0] for name in files) == [
        "seeds/code_lists/municipalities.csv",
        "seeds/rules/initiatives.csv",
        "seeds/rules/markers.csv",
        "seeds/rules/participation.csv",
    ]


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (lambda text: "seeds: [", ", character"),
        (lambda text: "", "found an empty file"),
        (lambda text: "- a", "found list"),
        (lambda text: "seeds: [{name: x}]", "found other content (KeyError: 'config')"),
        (lambda text: text.replace(": boolean", ": bool"), "the types bool"),
        (lambda text: text.replace("- name: signals", "- name: signal"), "'signals'"),
    ],
)
def test_a_declaration_that_cannot_be_read_is_one_line(seeds, changed, part) -> None:
    file = seeds / "code_lists/_code_lists__seeds.yml"
    file.write_text(changed(file.read_text("utf-8")), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        rule_data.faults(seeds)
    message = str(error.value)
    assert part in message
    assert "seeds" in message
    assert "\n" not in message


COMMANDS = {
    "check": ["check", "--landing", "{tmp}/none", "--docs", "{tmp}/docs"],
    "replay": ["replay"],
    "verify": ["verify"],
    "prove-member": ["prove-member"],
    "verify-member": ["verify-member", "proof.json"],
    "unlock": ["unlock", "--reason", "x"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_is_wrong_with_a_seed(
    command, seeds, tmp_path, monkeypatch, capsys
) -> None:
    change(seeds, INITIATIVES, REFUSED["dates as in Denmark"][1])
    monkeypatch.setattr(seed_files, "folder", lambda: seeds)
    assert cli.main([part.format(tmp=tmp_path) for part in COMMANDS[command]]) == 1
    said = capsys.readouterr()
    assert "initiatives.csv line 2, column cohort_lock_date" in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_dbt_is_stopped_before_it_reads_what_is_no_text(seeds, monkeypatch) -> None:
    """dbt takes every seed as UTF-8 while it parses, before any hook is run."""
    import dbt_labour_monitor

    (plugin,) = dbt_labour_monitor.plugins
    plugin("labour_monitor")
    change(seeds, MUNICIPALITIES, REFUSED["Windows-1252"][1])
    (seeds / "rules/markers.csv").unlink()
    monkeypatch.setattr(seed_files, "folder", lambda: seeds)
    with pytest.raises(DbtRuntimeError) as error:
        plugin("labour_monitor")
    assert "municipalities.csv line 2, column municipality_name" in str(error.value)
    assert "file seeds/rules/markers.csv" in str(error.value)
    plugin("another_project")


TYPED: dict[str, Callable[[str], object]] = {
    "varchar": str,
    "integer": int,
    "boolean": lambda value: value == "true",
    "date": date.fromisoformat,
}


def test_dbt_loads_what_was_checked(built) -> None:
    for name, seed in seed_files.declared().items():
        schema = seed.file.split("/")[1]
        loaded = built.query(f"select {', '.join(seed.types)} from {schema}.{name}")
        rows = [
            tuple(
                TYPED[type_](row[column]) if row[column] else None
                for column, type_ in seed.types.items()
            )
            for row in seed_files.read(name)
        ]
        assert sorted(loaded, key=repr) == sorted(rows, key=repr), name


def test_dbt_is_given_the_rows_by_name_and_none_as_null(seeds, monkeypatch) -> None:
    change(seeds, MUNICIPALITIES, PLAIN["columns in another order"][1])
    monkeypatch.setattr(seed_files, "folder", lambda: seeds)
    given = hooks._seed_rows({"seed": "municipalities"})
    assert given["columns"] == ["region_name", "municipality_name", "municipality_code"]
    assert given["rows"][0] == ["Region Hovedstaden", "København", "101"]
    assert None in hooks._seed_rows({"seed": "initiatives"})["rows"][0]


def test_a_seed_that_cannot_be_read_gives_no_codes(seeds, monkeypatch) -> None:
    change(seeds, MUNICIPALITIES, REFUSED["Windows-1252"][1])
    monkeypatch.setattr(seed_files, "folder", lambda: seeds)
    with pytest.raises(LandingError, match="municipality_name"):
        seed_files.read("municipalities")
    assert seed_files.read("markers")


def test_the_help_names_the_sources_without_reading_them_before(
    capsys, monkeypatch
) -> None:
    def broken() -> None:
        raise ContentError("file x: no contract")

    assert cli.main(["land", "--help"]) == 0
    assert "dream, personer, bopael" in capsys.readouterr().out
    monkeypatch.setattr(cli.contract, "sources", broken)
    assert cli.main(["--help"]) == 0
    assert isinstance(cli.commands, click.Group)
    assert cli.main(["land", "dream", "x.csv", "--delivered", "2023-02-28"]) == 1
    assert capsys.readouterr().err == "file x: no contract\n"


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('dream_first_month: "2019-12-01"', "dream_first_month: 12-2019", "'12-2019'"),
        ("dream_first_month:", "dream_first:", "dream_first_month"),
        ("vars:", "vars: [", "line "),
    ],
)
def test_vars_of_the_project_that_cannot_be_read(
    tmp_path, monkeypatch, old, new, part
) -> None:
    text = (project.root() / "dbt_project.yml").read_text("utf-8")
    assert old in text
    (tmp_path / "dbt_project.yml").write_text(text.replace(old, new), "utf-8")
    monkeypatch.setattr(project, "root", lambda: tmp_path)
    with pytest.raises(ContentError) as error:
        project.variables()
    assert str(error.value).startswith("file dbt_project.yml")
    assert part in str(error.value)
    assert "\n" not in str(error.value)
