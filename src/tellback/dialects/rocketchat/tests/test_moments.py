"""Moments as callers write them."""

from typing import Any

import pytest

from tellback.dialects.rocketchat.moments import read_moment

AT = 1_768_039_200_123


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-10T10:00:00.123Z",
        "2026-01-10T11:00:00.123+01:00",
        "2026-01-10T10:00:00.123",
        AT,
        float(AT),
        {"$date": AT},
        {"$date": "2026-01-10T10:00:00.123Z"},
    ],
)
def test_what_is_one(value: Any) -> None:
    assert read_moment(value) == AT


@pytest.mark.parametrize(
    "value",
    [None, "", "yesterday", True, [], {}, {"$date": {}}, 10**30, -(10**30), float("nan"), 1e308],
)
def test_what_is_none(value: Any) -> None:
    assert read_moment(value) is None


def test_a_day_is_its_beginning() -> None:
    assert read_moment("2026-01-10") == AT - 10 * 3_600_000 - 123
