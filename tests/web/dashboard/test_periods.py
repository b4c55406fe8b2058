"""The time that a page looks back on."""

from zoneinfo import ZoneInfo

import pytest

from tellback.core.instants import parse_instant
from tellback.web.dashboard.periods import PERIODS, USUAL, name_days, read_period

UTC = ZoneInfo("UTC")


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
    assert PERIODS[key].bounds(now, ZoneInfo(zone)) == (parse_instant(start), None)


def test_all_time_has_no_beginning() -> None:
    assert PERIODS["all"].bounds(5, ZoneInfo("UTC")) == (None, None)


@pytest.mark.parametrize("key", [None, "", "31", "ALL"])
def test_anything_else_is_the_usual(key: str | None) -> None:
    assert read_period(key) is USUAL


@pytest.mark.parametrize(
    ("first", "last", "name", "bounds"),
    [
        ("2026-03-01", "2026-03-02", "1 Mar 2026 to 2 Mar 2026", ("2026-03-01", "2026-03-03")),
        ("2026-03-02", "2026-03-01", "1 Mar 2026 to 2 Mar 2026", ("2026-03-01", "2026-03-03")),
        ("2026-03-01", "", "since 1 Mar 2026", ("2026-03-01", None)),
        ("2026-03-01", "soon", "since 1 Mar 2026", ("2026-03-01", None)),
        (None, "2026-03-02", "until 2 Mar 2026", (None, "2026-03-03")),
    ],
)
def test_one_day_leaves_the_other_end_open(
    first: str | None, last: str, name: str, bounds: tuple[str | None, str | None]
) -> None:
    period = read_period("30", first, last)
    ends = tuple(end and parse_instant(f"{end}T00:00:00Z") for end in bounds)
    assert (period.name, period.bounds(0, UTC)) == (name, ends)


def test_an_open_end_is_today_and_an_open_beginning_the_first_of_all() -> None:
    now, beginning = (parse_instant(f"2026-03-{day}T12:00:00Z") or 0 for day in ("20", "04"))
    since, before = read_period(None, "2026-03-11").steps(now, UTC, beginning)
    assert [str(since[at].label_date) for at in (0, -1)] == ["2026-03-11", "2026-03-20"]
    assert [str(before[at].label_date) for at in (0, -1)] == ["2026-03-01", "2026-03-10"]
    until, earlier = read_period(None, None, "2026-03-11").steps(now, UTC, beginning)
    assert [str(until[at].label_date) for at in (0, -1)] == ["2026-03-04", "2026-03-11"]
    assert earlier == []


@pytest.mark.parametrize(
    ("first", "last"), [("2026-03-30", None), (None, "2026-02-01"), ("1990-01-01", None)]
)
def test_days_beyond_all_that_was_are_still_days(first: str | None, last: str | None) -> None:
    now, beginning = (parse_instant(f"2026-03-{day}T12:00:00Z") or 0 for day in ("20", "04"))
    assert read_period(None, first, last).steps(now, UTC, beginning)[0]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-03-11", "2026-03-20", "the 10 days before, 1 Mar 2026 to 10 Mar 2026"),
        ("2026-03-11", "2026-03-11", "the day before, 10 Mar 2026"),
        (None, "2026-03-11", None),
    ],
)
def test_what_a_change_is_from_is_named(first: str | None, last: str, words: str | None) -> None:
    zone, now = ZoneInfo("America/New_York"), parse_instant("2026-03-20T12:00:00Z") or 0
    _, before = read_period(None, first, last).steps(now, zone, now)
    assert name_days(before, zone) == words
