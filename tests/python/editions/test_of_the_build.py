"""The edition with which `labour-monitor build` ends (D1)."""

from __future__ import annotations

import json
import re
from io import BytesIO
from zipfile import ZipFile

import duckdb

from .made import contents


def test_no_citizen_is_in_it(built) -> None:
    keys = {
        key for (key,) in built.query("select citizen_key from marts.fct_cohort")
    } | {
        key
        for (key,) in built.query(
            "select distinct citizen_key from marts.fct_citizen_month"
        )
    }
    current = built.database.parent / "published/current"
    found = set()
    for file in sorted(current.rglob("*.parquet")):
        columns = [
            name
            for name, data_type, *_ in duckdb.sql(f"describe from '{file}'").fetchall()
            if data_type == "VARCHAR"
        ]
        for name in columns:
            values = duckdb.sql(f"select distinct \"{name}\" from '{file}'")
            found |= {value for (value,) in values.fetchall()}
    assert len(keys) > 300
    assert not keys & found
    for file, content in contents(current).items():
        # A PDF says what its page says: tests/python/report reads them back.
        if not file.endswith((".parquet", ".duckdb", ".pdf")):
            words = set(re.findall("[0-9a-f]{64}", text_of(file, content)))
            assert not keys & words, file


def text_of(file: str, content: bytes) -> str:
    """What a file says, packed or not."""
    if file.endswith(".xlsx"):
        with ZipFile(BytesIO(content)) as book:
            content = b"".join(map(book.read, book.namelist()))
    return content.decode()


def test_all_audits_passed(built) -> None:
    current = built.database.parent / "published/current"
    assert (current / "house/data_docs/index.html").is_file()
    total = json.loads((current / "public/disclosure.json").read_bytes())["total"]
    assert total["shown"] > 0
