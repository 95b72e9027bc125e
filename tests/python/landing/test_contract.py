"""The contract of the landing is in one place; what must repeat it says the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from labour_monitor import project
from labour_monitor.files import read_yaml
from labour_monitor.landing import contract
from labour_monitor.landing.contract import Column, ContractError, Source

from ..rules.rendering import macro

SOURCES = contract.sources()
STAGING = project.root() / "models/staging"


def test_the_sql_knows_the_registers_of_the_contract() -> None:
    """dbt must see the names of the registers before it can ask the contract."""
    assert macro("registers")() == list(SOURCES)


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.name)
def test_the_model_of_a_register_names_its_code_lists(source: Source) -> None:
    """dbt must see these names, too."""
    entity = "kept_rows" if source.identity == "report" else "exceptions"
    (file,) = STAGING.rglob(f"stg_{source.name}__{entity}.sql")
    named = re.findall(r'"(\w+)"', file.read_text(encoding="utf-8"))
    codes = [column.codes.split(".")[0] for column in source.columns if column.codes]
    assert named == [source.name, *codes]


def test_the_landing_has_the_twelve_sources() -> None:
    kinds = {source.name: source.kind for source in SOURCES.values()}
    assert len(kinds) == 12
    increments = {name for name, kind in kinds.items() if kind == "increment"}
    assert increments == {"eindkomst", "socialt_frikort"}
    cohort = {s.name for s in SOURCES.values() if s.is_cohort_source}
    assert cohort == {
        *("dream", "personer", "bopael", "visitation", "integrationsprogram"),
    }


def of_columns(what: Callable[[Column], Any]) -> dict[str, Any]:
    return {
        f"{source.name}.{column.name}": what(column)
        for source in SOURCES.values()
        for column in source.columns
        if what(column) is not None
    }


def test_texts_of_digits_have_their_length_in_the_contract() -> None:
    """sources.md: the form of each text that is so many digits."""
    assert of_columns(lambda column: column.digits) == {
        **{f"{name}.pnr": 10 for name in SOURCES},
        "dream.y_yyww": 3,
        "bopael.kom": 3,
        "eindkomst.ajo_cvr_nr": 8,
        "eindkomst.vmo_indkomst_type_kode": 2,
        "socialt_frikort.cvr": 8,
    }


def test_periods_have_their_bounds_in_the_contract() -> None:
    """sources.md, invalid_period."""
    assert of_columns(lambda column: column.bounds) == {
        "eindkomst.vmo_basis_aar": (1990, 2100),
        "eindkomst.vmo_basis_maaned": (1, 12),
        "socialt_frikort.aar": (1990, 2100),
        "socialt_frikort.maaned": (1, 12),
    }


def test_every_date_has_its_plausible_days_in_the_contract() -> None:
    """sources.md: of a birth to the delivery, of a start two years more, of an end and
    a death as far as there are days."""
    dates = of_columns(lambda c: c.role or c.name if c.data_type == "date" else None)
    last = {"foed_dag": 0, "start": 2, "end": date.max, "doddato": date.max}
    assert of_columns(lambda column: column.plausible) == {
        name: (date(1880, 1, 1), last[role]) for name, role in dates.items()
    }
    assert len(dates) == 18


def test_the_registers_that_are_made_have_the_form_of_the_contract(registers) -> None:
    """Of the person numbers some are made to be none."""
    for source in SOURCES.values():
        files = str(registers / f"{source.name}/*/*.parquet")
        delivered = duckdb.read_parquet(files, union_by_name=True)
        columns = {c.name: c.digits for c in source.named_columns if c.digits}
        columns |= {
            name: column.digits
            for column in source.columns
            if column.role == "weeks"
            for name in delivered.columns[-4:]
        }
        for name, digits in columns.items():
            wrong = delivered.filter(
                f"not regexp_full_match(trim({name}), '[0-9]{{{digits}}}')"
            )
            n_wrong, n_rows = len(wrong.fetchall()), len(delivered)
            assert n_wrong <= max(10, n_rows * 0.02), (source.name, name)


@pytest.mark.parametrize(
    ("column", "meta"),
    [
        ("kom", {"role": "municipality", "code": "municipalities.municipality_code"}),
        ("kom", {"form": {"letters": 3}}),
        ("kom", {"form": {"digits": "three"}}),
        ("kom", {"form": 3}),
        ("pnr", {"role": "pnr"}),
        ("kom", {"role": "year"}),
        ("kom", {"bounds": [12, 1]}),
        ("kom", {"bounds": [1]}),
        ("bop_vfra", {"role": "start"}),
        ("bop_vfra", {"plausible": ["1880-01-01"]}),
        ("bop_vfra", {"plausible": ["1880-01-01", -1]}),
        ("bop_vfra", {"plausible": ["1880-01-01", "1879-12-31"]}),
        ("bop_vfra", {"plausible": ["1880", 0]}),
    ],
)
def test_what_nobody_would_read_of_a_column_is_refused(
    tmp_path: Path, column, meta
) -> None:
    document = read_yaml(project.root() / contract.FILE, contract.FILE)
    (table,) = (t for t in document["sources"][0]["tables"] if t["name"] == "bopael")
    kind = "varchar" if column in ("kom", "pnr") else "date"
    table["columns"] = [{"name": column, "data_type": kind, "config": {"meta": meta}}]
    file = tmp_path / "sources.yml"
    file.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper), encoding="utf-8")
    with pytest.raises(ContractError) as error:
        contract.sources(file)
    message = str(error.value)
    assert message.startswith(f"source bopael, file {contract.FILE}, column {column}: ")
    assert "\n" not in message
