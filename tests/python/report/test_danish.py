"""Names stand in the order of Danish orthography."""

from __future__ import annotations

import random

import duckdb

from labour_monitor.report import danish

NAMES = [
    *("Albertslund", "Allerød", "Assens", "Ballerup", "Brøndby", "Brønderslev"),
    *("Fanø", "Faxe", "Favrskov", "Haderslev", "Hjørring", "Høje-Taastrup"),
    *("Høje Sten", "Hørsholm", "Ikast-Brande", "Nordfyns", "Norddjurs", "Næstved"),
    *("Samsø", "Skanderborg", "Tårnby", "Tønder", "Vejen", "Vejle", "Vesthimmerlands"),
    *("Ærø", "Ø", "Aabenraa", "Aalborg", "Aarhus", "Århus", "Ebeltoft", "Énø", "Z"),
]


def test_the_order_of_names_is_icu_s():
    shuffled = random.Random(1).sample(NAMES, len(NAMES))
    with duckdb.connect() as connection:
        connection.execute("create table names (name varchar)")
        connection.execute(
            "insert into names select unnest($names)", {"names": shuffled}
        )
        expected = connection.execute("select name from names order by name collate da")
        assert sorted(shuffled, key=danish.order) == [
            name for (name,) in expected.fetchall()
        ]


def test_names_in_a_sentence():
    assert danish.listed(["A"]) == "A"
    assert danish.listed(["A", "B", "C"]) == "A, B og C"
