"""A checksum says which rows there are, and not how an engine writes them."""

from typing import Any

import pytest

from tellback.store.checksums import Checksum
from tellback.store.tables import contacts, responses


def _sum(*rows: dict[str, Any], table: Any = contacts) -> str:
    checksum = Checksum()
    for row in rows:
        checksum.add(table, [tuple(row.get(column.name) for column in table.c)])
    return checksum.text


def test_the_order_of_rows_does_not_matter_and_their_number_does() -> None:
    ada, alan = {"id": "a" * 32, "name": "Ada"}, {"id": "b" * 32, "name": "Alan"}
    assert _sum(ada, alan) == _sum(alan, ada)
    assert len({_sum(), _sum(ada), _sum(ada, ada), _sum(ada, alan)}) == 4


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ('{"a":1,"b":[2]}', '{"b": [2], "a": 1}'),
        ("[1e16]", "[10000000000000000]"),
        ("[1e23]", "[100000000000000000000000]"),
        ("[1e-7]", "[0.0000001]"),
        ("[5.0]", "[5]"),
        ("[-0.0]", "[0]"),
        ('["\\u00e4"]', '["ä"]'),
    ],
)
def test_json_is_what_it_means(written: str, other: str) -> None:
    assert _sum({"properties": written}) == _sum({"properties": other})


@pytest.mark.parametrize("other", ["[0.1000000000000001]", '["0.1"]', "[[0.1]]", "[0.1,0.1]"])
def test_json_that_means_something_else_differs(other: str) -> None:
    assert _sum({"properties": "[0.1]"}) != _sum({"properties": other})


def test_values_of_other_columns_and_kinds_differ() -> None:
    sums = [
        _sum(row, table=responses)
        for row in (
            {"rating": 0.1},
            {"rating": 0.1 + 1e-17 * 2},
            {"rating": float("inf")},
            {"rating": None},
            {"comment": "0.1"},
            {"language": "0.1"},
            {"token_hash": b"0.1"},
        )
    ]
    assert len(set(sums)) == len(sums)
    assert _sum({"rating": -0.0}, table=responses) == _sum({"rating": 0.0}, table=responses)
