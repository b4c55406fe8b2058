"""Points in time as people write them."""

from zoneinfo import ZoneInfo

import pytest

from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.moments import read_moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = 1_795_000_000_000
#: 2026-11-20T00:00 in Berlin, which is an hour before UTC's.
DAY_IN_BERLIN = 1_795_129_200_000


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("90m", NOW - 90 * MINUTE),
        ("12h", NOW - 12 * HOUR),
        ("7d", NOW - 7 * DAY),
        ("2w", NOW - 14 * DAY),
        ("99999w", 0),
        ("2026-11-20", DAY_IN_BERLIN),
        ("2026-11-20T08:30:00", DAY_IN_BERLIN + 8 * HOUR + 30 * MINUTE),
        ("2026-11-19T23:00:00Z", DAY_IN_BERLIN),
        ("1795129200", DAY_IN_BERLIN),
    ],
)
def test_a_moment_in_each_form(text: str, at: int) -> None:
    assert read_moment(text, NOW, BERLIN) == at


def test_a_day_as_an_end_is_included() -> None:
    assert read_moment("2026-11-20", NOW, BERLIN, end=True) == DAY_IN_BERLIN + DAY
    assert read_moment("2026-11-20T00:00:00", NOW, BERLIN, end=True) == DAY_IN_BERLIN
    assert read_moment("1d", NOW, BERLIN, end=True) == NOW - DAY


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30", "-1d", "1y", "0001-01-01", "2026-11-20T25:00:00"]
)
def test_what_is_none(text: str) -> None:
    assert read_moment(text, NOW, BERLIN) is None


def test_the_last_day_that_there_is() -> None:
    assert read_moment("2999-12-31", NOW, BERLIN) is not None
    assert read_moment("2999-12-31", NOW, BERLIN, end=True) is None
