"""What lies in an edition, and what publishing the same again does."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest

from labour_monitor.editions import contracts, package, publishing, reading, shelf
from labour_monitor.editions.refusal import EditionError
from labour_monitor.report import rendering

from .made import contents, small_hidden

PUBLIC = {
    *("dim_initiative", "dim_municipality", "dim_participation", "dim_month"),
    *("dim_status", "rpt_afklaringspuljen_overview"),
    *("rpt_afklaringspuljen_target_group", "rpt_afklaringspuljen_requirement_trend"),
    "rpt_afklaringspuljen_requirement_by_municipality",
    "rpt_afklaringspuljen_other_benefit_trend",
    "rpt_afklaringspuljen_exits_by_municipality",
    *("rpt_fsm2_target_group", "rpt_fsm2_requirement"),
}
NOT_IN_HOUSE = {
    *("fct_cohort", "fct_citizen_month", "dq_marker_difference", "dq_rejected_row"),
}
STORAGE_OF_DUCKDB_1_1 = 64


@pytest.fixture(scope="module")
def twice(_tables: Path, tmp_path_factory) -> tuple[Path, Path]:
    """The same tables, published into two folders with everything that belongs to it
    but the decision and its audit."""
    folders = []
    for name in ("one", "other"):
        into = tmp_path_factory.mktemp(name)
        database = into / "monitoring.duckdb"
        database.write_bytes(_tables.read_bytes())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(publishing.disclosure, "decide", small_hidden)
            patch.setattr(publishing.disclosure_audit, "audit", lambda *_: [])
            progress = publishing.Progress(len(publishing.STAGES))
            publishing.publish(database, into / "published", progress, "2021-02-28")
        folders.append(into / "published" / shelf.CURRENT)
    return folders[0], folders[1]


@pytest.fixture
def edition(twice: tuple[Path, Path]) -> Path:
    return twice[0]


def tables_of(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """The tables of a DuckDB file: columns and types."""
    file = folder / "labour_monitor.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        names = [n for (n,) in connection.execute("show tables").fetchall()]
        return {
            name: [
                (column, data_type)
                for column, data_type, *_ in connection.execute(
                    f"describe {name}"
                ).fetchall()
            ]
            for name in names
        }


def query(folder: Path, sql: str) -> list[tuple]:
    file = folder / "labour_monitor.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_same_content_has_the_same_name_and_the_same_bytes(twice) -> None:
    one, other = twice
    assert one.readlink() == other.readlink()
    assert re.fullmatch(r"editions/2021-02-28-[0-9a-f]{12}", str(one.readlink()))
    of_one, of_other = contents(one), contents(other)
    assert of_one.keys() == of_other.keys()
    assert [name for name in of_one if of_one[name] != of_other[name]] == []


def test_the_house_has_all_marts_but_those_of_citizens(edition) -> None:
    marts = {table.name for table in contracts.marts()}
    house = tables_of(edition / "house")
    assert house.keys() == marts - NOT_IN_HOUSE
    assert {f.stem for f in (edition / "house").glob("*.parquet")} == house.keys()
    assert not any(c == "citizen_key" for cols in house.values() for c, _ in cols)


def test_the_public_has_the_tables_that_are_listed_with_states(edition) -> None:
    public = tables_of(edition / "public")
    assert public.keys() == PUBLIC
    assert {f.stem for f in (edition / "public").glob("*.parquet")} == PUBLIC
    keys = {
        *("publication_date", "report_month", "data_month"),
        *("area_type", "area_code", "area_name"),
    }
    for name, columns in tables_of(edition / "house").items():
        if name.startswith("rpt_"):
            wanted = []
            for column, data_type in columns:
                wanted.append((column, data_type))
                if column not in keys:
                    wanted.append((f"{column}_state", "VARCHAR"))
            assert public[name] == wanted


def test_a_value_stands_where_its_state_is_shown_and_there_alone(edition) -> None:
    states = set()
    for name, columns in tables_of(edition / "public").items():
        for column in (c for c, _ in columns if f"{c}_state" in dict(columns)):
            found = query(
                edition / "public",
                f"select distinct {column}_state, {column} is not null from {name}",
            )
            states |= set(found)
    assert states == {("shown", True), ("hidden", False), ("not_applicable", False)}


def test_a_small_count_is_hidden_and_a_zero_is_shown(edition) -> None:
    public, house = (
        query(
            edition / part,
            f"select area_code, {columns} from rpt_fsm2_target_group "
            "order by publication_date, area_type, area_code",
        )
        for part, columns in (
            ("public", "n_target_group, n_target_group_state"),
            ("house", "n_target_group"),
        )
    )
    assert len(public) == len(house)
    for (area, shown, state), (same_area, n) in zip(public, house, strict=True):
        assert area == same_area
        assert (shown, state) == ((None, "hidden") if 0 < n < 5 else (n, "shown"))
    assert {n for _, n in house} >= {0, 1}


def test_the_rows_of_a_file_are_in_the_order_of_its_keys(edition) -> None:
    for part in ("house", "public"):
        for table in contracts.marts():
            file = edition / part / f"{table.name}.parquet"
            if table.keys and file.exists():
                keys = ", ".join(f'"{key}"' for key in table.keys)
                rows = duckdb.sql(f"select {keys} from '{file}'").fetchall()
                assert rows == sorted(rows), table.name


def test_a_duckdb_file_can_be_read_by_version_1_1(edition) -> None:
    for part in ("house", "public"):
        start = (edition / part / "labour_monitor.duckdb").read_bytes()[:20]
        assert int.from_bytes(start[12:20], "little") == STORAGE_OF_DUCKDB_1_1


def test_a_duckdb_file_says_what_its_columns_mean(edition) -> None:
    ((comment,),) = query(
        edition / "public",
        "select comment from duckdb_columns() where table_name = "
        "'rpt_fsm2_requirement' and column_name = 'fulfilled_pct'",
    )
    assert comment == (
        "Fulfilled of the measured, in pct. (R1); null where nobody is measured."
    )


def test_checksums_are_as_sha256sum_reads_them(edition) -> None:
    for part in ("house", "public"):
        folder = edition / part
        lines = (folder / "checksums.txt").read_text().splitlines()
        named = {line[66:] for line in lines}
        assert named == contents(folder).keys() - {"checksums.txt"}
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", "checksums.txt"],
            cwd=folder,
        )
        assert done.returncode == 0


def test_a_data_package_is_one_of_version_2(edition) -> None:
    for part in ("house", "public"):
        package = json.loads((edition / part / "datapackage.json").read_bytes())
        assert faults_of_package(package, edition / part) == []
        assert package["edition"] == edition.readlink().name
        assert (package["asOf"], package["disclosureLimit"]) == ("2021-02-28", 5)
        assert package["isSynthetic"]
        assert package["hasExampleParticipants"]
        assert [tuple(each.values()) for each in package["publications"]] == [
            (
                *("afklaringspuljen", "2021-02-28", "notat", True),
                *(80, None, "2022-01-01", "2022-12-01"),
            ),
            (
                *("fsm2", "2021-02-28", "notat", False),
                *(20, 15, "2019-12-01", "2021-12-01"),
            ),
        ]


@pytest.mark.parametrize(
    ("of_today", "of_publications", "said"),
    [("false", "true", True), ("true", "null", True), ("false", "null", False)],
)
def test_the_list_of_a_publication_is_an_example_whatever_that_of_today_is(
    publish, unread, database, of_today, of_publications, said
) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"update marts.dim_participation set is_example = {of_today}"
        )
        connection.execute(
            "update marts.dim_publication set has_example_participants = "
            f"{of_publications} where initiative = 'afklaringspuljen'"
        )
    folder = publish().folder / "public"
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert package["hasExampleParticipants"] is said
    assert ("er et eksempel" in (folder / "README.txt").read_text()) is said
    marked = [
        each["hasExampleParticipants"]
        for each in package["publications"]
        if each["initiative"] == "afklaringspuljen"
    ]
    assert marked == [{"true": True, "null": None}[of_publications]]


TYPES = {
    *("string", "number", "integer", "boolean", "object", "array", "list"),
    *("datetime", "date", "time", "year", "yearmonth", "duration"),
    *("geopoint", "geojson", "any"),
}
OF_DUCKDB = {
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DECIMAL(5,2)": "number",
}


def faults_of_package(package: dict, folder: Path) -> list[str]:
    """Where a package breaks a rule of Data Package, Data Resource or Table Schema
    (version 2), or says other than the files beside it."""
    faults = []

    def rule(holds: object, text: str) -> None:
        if not holds:
            faults.append(text)

    rule(package["$schema"].endswith("/profiles/2.0/datapackage.json"), "profile")
    rule(re.fullmatch(r"[a-z0-9._/-]+", package["name"]), "name of the package")
    for licence in package["licenses"]:
        rule({"name", "path"} & licence.keys(), "a licence has a name or a path")
    for source in package["sources"]:
        rule({"title", "path", "email"} & source.keys(), "a source says what it is")
    resources = {resource["name"]: resource for resource in package["resources"]}
    rule(len(resources) == len(package["resources"]) > 0, "names of resources")
    columns = tables_of(folder)
    rule(resources.keys() == columns.keys(), "a resource for each table")
    for name, resource in resources.items():
        path = folder / resource["path"]
        rule(path.parent == folder and path.is_file(), f"{name}: path")
        content = path.read_bytes()
        rule(resource["bytes"] == len(content), f"{name}: bytes")
        digest = hashlib.sha256(content).hexdigest()
        rule(resource["hash"] == f"sha256:{digest}", f"{name}: hash")
        schema = resource["schema"]
        rule(schema["$schema"].endswith("/2.0/tableschema.json"), f"{name}: profile")
        fields = {field["name"]: field for field in schema["fields"]}
        rule(
            [(n, OF_DUCKDB[t]) for n, t in columns[name]]
            == [(n, field["type"]) for n, field in fields.items()],
            f"{name}: fields",
        )
        for field in fields.values():
            rule(field["type"] in TYPES, f"{name}: type")
            rule(field["description"] and field["unit"], f"{name}: {field['name']}")
            allowed = {"required", "enum"}
            rule(field.get("constraints", {}).keys() <= allowed, f"{name}: constraints")
        rule(set(schema.get("primaryKey", ())) <= fields.keys(), f"{name}: key")
        for reference in schema.get("foreignKeys", ()):
            other = resources[reference["reference"]["resource"]]
            rule(
                reference["reference"]["fields"] == other["schema"]["primaryKey"]
                and set(reference["fields"]) <= fields.keys(),
                f"{name}: foreign key",
            )
    return faults


def test_a_readme_says_in_danish_and_english_what_one_must_know(edition) -> None:
    for part in ("house", "public"):
        text = (edition / part / "README.txt").read_bytes().decode("utf-8-sig")
        for said in (
            *(edition.readlink().name, "2021-02-28", "opdigtede", "made up"),
            *("er et eksempel", "is an example", "labour_monitor.duckdb"),
        ):
            assert said in text
    assert "Tal fra 1 til 4 vises ikke" in text
    assert "Counts of 1 to 4 are not shown" in text
    house = (edition / "house" / "README.txt").read_text("utf-8-sig")
    assert "KUN TIL MYNDIGHEDENS EGET BRUG" in house
    assert "FOR THE AUTHORITY ALONE" in house


def test_disclosure_json_counts_every_cell(edition) -> None:
    found = json.loads((edition / "public/disclosure.json").read_bytes())
    assert found["limit"] == 5
    for name, counts in found["tables"].items():
        columns = [c for c, _ in tables_of(edition / "public")[name]]
        n_measures = sum(column.endswith("_state") for column in columns)
        ((n_rows,),) = query(edition / "public", f"select count(*) from {name}")
        assert counts["cells"] == n_rows * n_measures
        assert counts["cells"] == sum(
            counts[name] for name in ("shown", "hidden", "not_applicable")
        )
        assert counts["shown_and_zero"] <= counts["shown"]
    total = found["total"]
    assert total["cells"] == sum(c["cells"] for c in found["tables"].values())
    house = json.loads((edition / "house/disclosure.json").read_bytes())
    for name, counts in house["tables"].items():
        hidden = counts["hidden_as_small"] + counts["hidden_to_protect_others"]
        assert counts["hidden"] == hidden
        public = found["tables"][name]
        assert {key: counts[key] for key in public} == public
    assert house["total"]["hidden_as_small"] > 0
    assert total["shown_and_zero"] > 0


@pytest.mark.parametrize(
    ("n_small", "n_others", "is_explained"),
    [(0, 0, True), (20, 5, True), (5, 20, True), (21, 5, False), (9, 0, False)],
)
def test_the_public_is_not_told_of_a_table_in_which_all_hidden_are_of_a_kind(
    tmp_path, n_small, n_others, is_explained
) -> None:
    counts = {
        "rpt_a": package.Shown(100, 50, 1, 0, n_small, n_others),
        "rpt_b": package.Shown(100, 80, 1, 0, 10, 10),
    }
    about = package.About(
        *("2021-02-28-0f", "0f", date(2021, 2, 28), "landing", 5, True, True, {}, {})
    )
    package.write_disclosure(tmp_path, "public", about, counts)
    found = json.loads((tmp_path / package.DISCLOSURE_FILE).read_bytes())
    assert "hidden_as_small" in found["tables"]["rpt_b"]
    assert ("hidden_as_small" in found["tables"]["rpt_a"]) == is_explained
    # The total less the other tables would say it.
    assert ("hidden_as_small" in found["total"]) == is_explained
    package.write_disclosure(tmp_path, "house", about, counts)
    found = json.loads((tmp_path / package.DISCLOSURE_FILE).read_bytes())
    assert found["tables"]["rpt_a"]["hidden_as_small"] == n_small


def test_each_part_has_its_report(edition) -> None:
    """Of its own tables alone: the house's says that it is for internal use."""
    for part in ("house", "public"):
        folder = edition / part
        described = json.loads((folder / "datapackage.json").read_bytes())
        page = (folder / described["report"]).read_text(encoding="utf-8")
        assert ("Til intern brug" in page) == (part == "house")
        assert described["report"] in (folder / "README.txt").read_text("utf-8-sig")
        for initiative in ("afklaringspuljen", "fsm2"):
            beside = folder / "report" / initiative / "2021-02-28"
            files = {file.suffix for file in beside.iterdir()}
            assert files == {".html", ".pdf", ".xlsx", ""}


def test_the_sources_say_what_each_publication_read_and_no_number_of_rows(
    edition,
) -> None:
    receipts = query(
        edition / "house",
        "select distinct source, initiative, publication_date::varchar, "
        "delivered_date::varchar from fct_receipt where kind = 'delivery'",
    )
    for part in ("house", "public"):
        described = json.loads((edition / part / "datapackage.json").read_bytes())
        read = [
            (source["register"], each["initiative"], each["publicationDate"], day)
            for source in described["sources"]
            for each in source["deliveries"]
            for day in each["delivered"]
        ]
        assert sorted(read) == sorted(receipts)
        for source in described["sources"]:
            days = [d for each in source["deliveries"] for d in each["delivered"]]
            assert source.get("version") == max(days, default=None)
            # All dates: a number of rows would say how many people were revised.
            assert "int" not in {type(each).__name__ for each in leaves(source)}
        page = (edition / part / "report/datakilder.html").read_text("utf-8")
        assert "Leveringer bag de nyeste rapporter" in page
        assert ("Rækker i leveringerne" in page) == (part == "house")


def leaves(document: object) -> list[object]:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        return [leaf for each in document for leaf in leaves(each)]
    return [document]


def test_the_data_docs_of_the_audit_fetch_nothing(edition) -> None:
    docs = edition / "house/data_docs"
    assert {file.name for file in docs.iterdir()} == {
        *("index.html", "house.html", "public.html", "between.html"),
    }
    for file in docs.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<script|<link|src=|https?://", text), file.name
    assert "rpt_fsm2_requirement: states" in (docs / "public.html").read_text("utf-8")


def test_publishing_the_same_again_changes_nothing(
    publish, unread, database, tmp_path
) -> None:
    first = publish()
    marts = database.read_bytes()
    before = {f: f.stat().st_mtime_ns for f in first.folder.rglob("*")}
    again = publish()
    assert (again.name, again.is_new, again.shown) == (first.name, False, first.shown)
    assert {f: f.stat().st_mtime_ns for f in first.folder.rglob("*")} == before
    assert database.read_bytes() == marts
    into = tmp_path / "published"
    assert {f.name for f in into.iterdir()} == {"editions", "current", ".lock"}
    assert os.listdir(into / "editions") == [first.name]


def test_other_content_is_another_edition_and_the_one_before_stays(
    publish, unread, database
) -> None:
    first = publish()
    before = contents(first.folder)
    with duckdb.connect(str(database)) as connection:
        connection.execute("update marts.dq_finding set n = n + 1")
    second = publish()
    assert second.is_new
    assert second.name != first.name
    assert contents(first.folder) == before
    current = second.into / "current"
    assert current.readlink() == Path("editions") / second.name
    with duckdb.connect(str(database)) as connection:
        connection.execute("update marts.dq_finding set n = n - 1")
    assert publish().name == first.name
    assert current.readlink() == Path("editions") / first.name


def test_other_code_of_the_report_makes_another_edition(
    publish, unread, monkeypatch
) -> None:
    writers = rendering.writers()
    assert {"typst", "xlsxwriter", "jinja2", "pdf.typ", "excel.py"} <= writers.keys()
    assert any(name.endswith(".html") for name in writers)
    first = publish()
    assert not publish().is_new
    changed = writers | {"pdf.typ": "other"}
    monkeypatch.setattr(rendering, "writers", lambda: changed)
    second = publish()
    assert second.is_new
    assert second.name != first.name


def test_the_decision_is_in_the_marts_and_in_the_house(
    publish, unread, database
) -> None:
    edition = publish()
    file = edition.folder / "house/fct_disclosure.parquet"
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = "from {} order by all"
        kept = connection.execute(rows.format("marts.fct_disclosure")).fetchall()
        published = connection.execute(rows.format(f"'{file}'")).fetchall()
    assert kept == published
    assert len(kept) > 1_000


def test_the_audit_as_a_reader_finds_what_is_not_as_it_must_be(
    publish, decided, monkeypatch, capsys
) -> None:
    """All of it in one edition: each fault of the files has a line of its own."""
    written = publishing.writing.write_databases

    def spoiled(parts: dict) -> None:
        written(parts)
        house, public = parts
        for folder, statements in (
            (
                house,
                (
                    "update fct_area_month set n_exempt = n_exempt + 1",
                    "update rpt_fsm2_target_group set n_new = -1",
                    "insert into dim_status from dim_status limit 1",
                    "update fct_area_month set data_month = '1999-01-01' "
                    "where area_code = '101'",
                    "update dq_finding set source = '0101611111'",
                    "alter table fct_revision add column citizen_key varchar",
                ),
            ),
            (
                public,
                (
                    "update rpt_fsm2_requirement set n_measured_state = 'hidden' "
                    "where n_measured > 9",
                    "update rpt_fsm2_requirement set n_fulfilled = n_fulfilled + 7 "
                    "where n_fulfilled_state = 'shown'",
                    "drop table dim_month",
                ),
            ),
        ):
            with duckdb.connect(str(folder / "labour_monitor.duckdb")) as connection:
                for statement in statements:
                    connection.execute(statement)

    monkeypatch.setattr(publishing.writing, "write_databases", spoiled)
    with pytest.raises(EditionError) as error:
        publish()
    for said in (
        "house, fct_area_month: rows that Parquet has not",
        "house, fct_area_month: refers to dim_month",
        "house, rpt_fsm2_target_group: numbers",
        "house, dim_status: key",
        "house, dim_status: rows:",
        "house, dq_finding: texts",
        "house, fct_revision: columns in the DuckDB file",
        "public, tables: in the DuckDB file",
        "public, rpt_fsm2_requirement: states",
        "between, fct_area_month: exempt, rehab and measured are the target group",
        "between, fct_area_month: participating is the sum of the participants",
        "between, rpt_fsm2_target_group: those before, new and gone",
        "between, rpt_fsm2_target_group: the counts are those of fct_publication",
        "between, rpt_fsm2_requirement: what the public is shown is what the house",
    ):
        assert said in str(error.value), said
    assert "0101611111" not in str(error.value)


def test_every_figure_of_an_edition_has_a_unit() -> None:
    units = {
        (table.name, column.name)
        for table in contracts.house(contracts.marts())
        for column in table.columns
        if column.data_type in ("bigint", "decimal(5,2)") and column.unit == "none"
    }
    assert units == set()


def test_no_stage_of_the_audit_is_left_out() -> None:
    """A mart that is new is judged without a line about it: its contract says it."""
    for table in contracts.house(contracts.marts()):
        metrics = {metric for metric, *_ in reading._counts(table)}
        assert "rows" in metrics
        assert ("key" in metrics) == bool(table.keys)


def test_a_date_is_the_day_of_an_edition_and_its_digest_the_rest() -> None:
    assert shelf._NAME.fullmatch(f"{date(2023, 2, 28)}-0123456789ab")
