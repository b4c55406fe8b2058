"""Moments as people read them."""

from zoneinfo import ZoneInfo

import pytest

from tellback.core.instants import DAY, HOUR, MINUTE, parse_instant
from tellback.web.dashboard.clock import Clock

NOW = parse_instant("2026-07-02T12:00:00Z") or 0
BERLIN = Clock(NOW, ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Last asked 2026-07-01 22:30 UTC; wait.", "Last asked 2 Jul 2026, 00:30; wait."),
        (
            "Requested 2026-01-01T08:00:59Z: answered 2026-01-02T08:00:00Z.",
            "Requested 1 Jan 2026, 09:00: answered 2 Jan 2026, 09:00.",
        ),
        ("No 2026-99-01 22:30 UTC, no 2026-07-01.", "No 2026-99-01 22:30 UTC, no 2026-07-01."),
        ("In 0001-01-01 00:00 UTC", "In 0001-01-01 00:00 UTC"),
    ],
)
def test_moments_in_sentences_are_on_the_projects_clock(sentence: str, told: str) -> None:
    assert BERLIN.told(sentence) == told


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0, "just now"),
        (MINUTE - 1, "just now"),
        (MINUTE, "1 min ago"),
        (HOUR - 1, "59 min ago"),
        (HOUR, "1 h ago"),
        (DAY - 1, "23 h ago"),
        (DAY, "1 day ago"),
        (1500 * DAY, "1,500 days ago"),
        (-1, "just now"),
        (-2 * HOUR, "in 2 h"),
        (-DAY, "in 1 day"),
    ],
)
def test_how_long_ago(gap: int, words: str) -> None:
    assert BERLIN.ago(NOW - gap) == words


def test_the_hour_is_that_of_the_zone() -> None:
    assert BERLIN.short(NOW) == "2 Jul, 14:00"
    assert BERLIN.full(NOW) == "Thu 2 Jul 2026, 14:00:00 CEST"
    assert BERLIN.full(NOW + 180 * DAY) == "Tue 29 Dec 2026, 13:00:00 CET"


def test_the_year_is_told_where_it_is_another() -> None:
    assert BERLIN.short(NOW - 365 * DAY) == "2 Jul 2025, 14:00"
    # Midnight of New Year's Eve in UTC is next year in Berlin already.
    eve = parse_instant("2026-12-31T23:30:00Z") or 0
    assert BERLIN.short(eve) == "1 Jan 2027, 00:30"


def test_a_moment_is_told_to_machines_in_utc() -> None:
    assert 'datetime="2026-07-02T12:00:00Z"' in BERLIN.tag(NOW)
    assert BERLIN.tag(NOW).striptags() == "just now 2 Jul, 14:00"
    assert BERLIN.exact(NOW).striptags() == "2 Jul 2026, 14:00:00 just now"
    assert BERLIN.day(NOW) == "2 Jul 2026"
