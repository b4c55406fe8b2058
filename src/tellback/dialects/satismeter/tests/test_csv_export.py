"""Cells that a spreadsheet must not run."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.dialects.satismeter.csv_export import COLUMNS, write_csv

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(*records: dict[str, Any]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(write_csv(records).decode(), newline="")))


def test_the_heading_and_every_kind_of_value() -> None:
    record = {"id": "1", "rating": 0, "completed": True, "dismissed": False, "user": {"name": "A"}}
    heading, cells = table(record)
    assert tuple(heading) == COLUMNS
    row = dict(zip(COLUMNS, cells, strict=True))
    assert (row["rating"], row["completed"], row["dismissed"]) == ("0", "true", "false")
    assert (row["name"], row["email"]) == ("A", "")


@pytest.mark.parametrize("start", DANGEROUS)
def test_a_formula_becomes_text(start: str) -> None:
    _, cells = table({"feedback": f"{start}1+1", "user": {}})
    assert cells[COLUMNS.index("feedback")].startswith("'")


@given(st.text(max_size=20))
def test_no_text_can_begin_a_formula_or_leave_its_cell(text: str) -> None:
    rows = table({"feedback": text, "user": {"email": "x"}})
    assert len(rows) == 2
    assert len(rows[1]) == len(COLUMNS)
    assert not any(cell.startswith(DANGEROUS) for cell in rows[1])
    assert rows[1][-1] == "x"
