"""The time that a page looks back on."""

from zoneinfo import ZoneInfo

import pytest

from tellback.core.instants import parse_instant
from tellback.web.dashboard.periods import PERIODS, USUAL, read_period


@pytest.mark.parametrize(
    ("key", "zone", "start"),
    [
        ("7", "UTC", "2026-03-26T00:00:00Z"),
        # The last Sunday of March has 23 hours in Berlin: the days before begin an hour later.
        ("7", "Europe/Berlin", "2026-03-25T23:00:00Z"),
        ("30", "Europe/Berlin", "2026-03-02T23:00:00Z"),
        ("7", "Pacific/Auckland", "2026-03-26T11:00:00Z"),
    ],
)
def test_a_period_begins_with_a_day_of_the_zone(key: str, zone: str, start: str) -> None:
    now = parse_instant("2026-04-01T12:30:00Z") or 0
    assert PERIODS[key].start(now, ZoneInfo(zone)) == parse_instant(start)


def test_all_time_has_no_beginning() -> None:
    assert PERIODS["all"].start(5, ZoneInfo("UTC")) == 0


@pytest.mark.parametrize("key", [None, "", "31", "ALL"])
def test_anything_else_is_the_usual(key: str | None) -> None:
    assert read_period(key) is USUAL
