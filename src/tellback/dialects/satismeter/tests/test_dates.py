"""Dates in every form that clients are known to send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.dialects.satismeter.dates import read_date

NEW_YEAR = 1_420_070_400_000


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2015-01-01T00:00:00Z", NEW_YEAR),
        ("2015-01-01T00:00:00.000Z", NEW_YEAR),
        ("2015-01-01T00:00:00+00:00", NEW_YEAR),
        ("2015-01-01T00:00:00.123456+00:00", NEW_YEAR + 123),
        ("2015-01-01T00:00:00+0000", NEW_YEAR),
        ("2015-01-01T02:00:00+02:00", NEW_YEAR),
        ("2015-01-01T02:00:00 02:00", NEW_YEAR),
        ("2014-12-31T19:00:00-0500", NEW_YEAR),
        ("2015-01-01T00:00:00", NEW_YEAR),
        ("2015-01-01T00:00", NEW_YEAR),
        ("2015-01-01", NEW_YEAR),
        ("1420070400", NEW_YEAR),
        ("0", 0),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200_000),
    ],
)
def test_dates(text: str, at: int) -> None:
    assert read_date(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "yesterday",
        "2015-13-01",
        "2015-02-30T00:00:00Z",
        "-1",
        "1.5",
        "9" * 12,
        "٢٠١٥-٠١-٠١",
    ],
)
def test_no_dates(text: str) -> None:
    assert read_date(text) is None


@given(st.text(max_size=45) | st.from_regex(r"\A\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*\Z"))
def test_nothing_breaks_it(text: str) -> None:
    assert isinstance(read_date(text), int | None)
