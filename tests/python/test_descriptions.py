"""What dbt's documentation says: of everything something, and of nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace

import pytest

from labour_monitor import compiled, project
from labour_monitor.files import read_yaml

ROOT = project.root()
TIMES = 3
"""In so many tables the words of a column are a block."""


@pytest.fixture(scope="module")
def manifest() -> SimpleNamespace:
    """What of the manifest is the project's own."""
    whole = compiled.manifest("monitoring")
    kinds = ("nodes", "sources", "macros", "docs")
    kinds += ("exposures", "metrics", "semantic_models", "saved_queries", "unit_tests")
    return SimpleNamespace(
        **{
            kind: [
                item
                for item in getattr(whole, kind).values()
                if item.package_name == project.NAME
            ]
            for kind in kinds
        },
    )


def nodes(manifest) -> Iterator:
    """All but the hooks of a run, and what a YAML file says by a macro's name."""
    for node in manifest.nodes:
        is_generic = getattr(node, "test_metadata", None)
        if node.resource_type != "operation" and not is_generic:
            yield node


def test_everything_is_described(manifest) -> None:
    described = (
        *nodes(manifest),
        *(*manifest.sources, *manifest.exposures, *manifest.metrics),
        *(*manifest.unit_tests, *manifest.semantic_models, *manifest.saved_queries),
    )
    assert [
        item.name for item in described if not (item.description or "").strip()
    ] == []
    assert {source.source_name for source in manifest.sources} == {"landing"}
    assert all(source.source_description for source in manifest.sources)


def test_every_column_is_described(manifest) -> None:
    missing = [
        f"{table.name}.{column.name}"
        for table in (*nodes(manifest), *manifest.sources)
        for column in getattr(table, "columns", {}).values()
        if not column.description.strip()
    ]
    assert missing == []


def test_what_a_metric_is_made_of_is_described(manifest) -> None:
    missing = [
        f"{model.name}.{part.name}"
        for model in manifest.semantic_models
        for part in (*model.entities, *model.dimensions, *model.measures)
        if not part.description
    ]
    assert missing == []


def test_the_grain_of_a_model_is_the_first_sentence(manifest) -> None:
    models = [n for n in manifest.nodes if n.resource_type == "model"]
    assert [m.name for m in models if not m.description.startswith("Grain: ")] == []


def signature(macro) -> list[str]:
    """The arguments that a macro or a test is given; a materialization has none."""
    if "{% materialization" in macro.macro_sql:
        return []
    (found,) = re.findall(
        r"{%-?\s*(?:macro|test)\s+\w+\((.*?)\)\s*-?%}", macro.macro_sql, re.DOTALL
    )
    without_defaults = re.sub(r"=\s*(\[.*?\]|\{.*?\}|\"[^\"]*\"|\w+)", "", found)
    return [name for part in without_defaults.split(",") if (name := part.strip())]


def test_every_macro_is_described_with_its_arguments(manifest) -> None:
    """Of a macro that differs by engine, once: its variants are given the same."""
    macros = {macro.name: macro for macro in manifest.macros}
    for name, macro in macros.items():
        whole = macros.get(name.partition("__")[2], macro)
        assert whole.description.strip(), name
        arguments = {argument.name: argument for argument in whole.arguments}
        assert list(arguments) == signature(macro), name
        assert all(a.description.strip() for a in arguments.values()), name


@cache
def columns() -> Counter[tuple[str, str]]:
    """What is written of the columns of the models: name and words, how often."""
    return Counter(
        (column["name"], " ".join(column["description"].split()))
        for path in (ROOT / "models").rglob("*.yml")
        for model in read_yaml(path, path.name).get("models", ())
        for column in model.get("columns", ())
    )


def test_what_several_tables_say_of_a_column_is_written_once() -> None:
    written = {
        name: words
        for (name, words), n in columns().items()
        if n >= TIMES and not words.startswith("{{ doc(")
    }
    assert written == {}


def test_every_block_is_used_and_no_table_repeats_one(manifest) -> None:
    blocks = {
        doc.name: " ".join(doc.block_contents.split())
        for doc in manifest.docs
        if doc.original_file_path == "models/docs/columns.md"
    }
    said = {words for _, words in columns()}
    assert {f"{{{{ doc('{name}') }}}}" for name in blocks} <= said
    assert set(blocks.values()) & said == set()


def test_links_of_the_overview_lead_to_what_is_there(manifest) -> None:
    pages = {doc.name: doc.block_contents for doc in manifest.docs}
    links = re.findall(
        r"\]\(#!/([^)]+)\)", pages["__overview__"] + pages[f"__{project.NAME}__"]
    )
    known = {
        f"{item.resource_type}/{item.unique_id}"
        for kind in (
            manifest.nodes,
            manifest.sources,
            manifest.exposures,
            manifest.metrics,
        )
        for item in kind
    }
    assert len(links) > 10
    assert set(links) - known == {"overview", f"overview/{project.NAME}"}
