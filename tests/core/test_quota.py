"""What may still be sent, and when there is room again."""

from dataclasses import replace

import pytest

from tellback.core.instants import HOUR, parse_instant
from tellback.core.quota import allowance, has_quota, periods
from tellback.core.settings import ProjectSettings

NOW = parse_instant("2026-11-12T12:20:00Z") or 0
NONE = ProjectSettings()


def at(text: str) -> int:
    found = parse_instant(text)
    assert found is not None
    return found


def takes(settings: ProjectSettings, *counts: int) -> tuple[int, tuple[str, int] | None]:
    """How many may go, and what stands in the way of the next."""
    left = allowance(settings, *counts, NOW)
    for taken in range(1_000):
        if full := left.take():
            return taken, full
    return 1_000, None


def test_without_a_limit_all_may_go() -> None:
    assert not has_quota(NONE)
    assert takes(NONE, 10**6, 10**6, 10**6) == (1_000, None)


@pytest.mark.parametrize(
    ("limits", "counts", "room", "free_at"),
    [
        ({"quota_per_hour": 10}, (4, 4, 1), 5, "2026-11-12T13:00:00Z"),
        ({"quota_per_hour": 10}, (10, 10, 0), 0, "2026-11-12T13:00:00Z"),
        ({"quota_per_day": 10}, (0, 9, 0), 1, "2026-11-13T00:00:00Z"),
        ({"quota_per_hour": 5, "quota_per_day": 10}, (0, 8, 0), 2, "2026-11-13T00:00:00Z"),
        ({"quota_per_hour": 5, "quota_per_day": 10}, (5, 10, 0), 0, "2026-11-13T00:00:00Z"),
        ({"quota_balance": 3}, (99, 99, 2), 1, "2026-11-12T13:20:00Z"),
        ({"quota_balance": 0}, (0, 0, 0), 0, "2026-11-12T13:20:00Z"),
        ({"quota_per_hour": 0}, (0, 0, 0), 0, "2026-11-12T13:00:00Z"),
    ],
)
def test_the_tightest_limit_decides(
    limits: dict[str, int], counts: tuple[int, int, int], room: int, free_at: str
) -> None:
    settings = replace(NONE, **limits)
    assert has_quota(settings)
    taken, full = takes(settings, *counts)
    assert taken == room
    assert full
    assert full[1] == at(free_at)
    assert full[0].startswith("waits for the sending quota: ")


def test_the_words_name_the_limit() -> None:
    _, full = takes(replace(NONE, quota_per_day=7), 0, 7, 0)
    assert full
    assert full[0] == (
        "waits for the sending quota: 7 mails per day are used up; "
        "next look at 2026-11-13T00:00:00Z"
    )


def test_the_day_is_the_projects_own() -> None:
    found = periods(replace(NONE, time_zone="Asia/Tokyo"), at("2026-11-12T20:00:00Z"))
    assert (found.day_start, found.day_end) == (
        at("2026-11-12T15:00:00Z"),
        at("2026-11-13T15:00:00Z"),
    )


def test_a_day_may_have_25_hours() -> None:
    found = periods(replace(NONE, time_zone="Europe/Berlin"), at("2026-10-25T12:00:00Z"))
    assert found.day_end - found.day_start == 25 * HOUR


def test_a_refused_take_costs_nothing() -> None:
    left = allowance(replace(NONE, quota_per_hour=1, quota_balance=5), 0, 0, 0, NOW)
    assert left.take() is None
    assert all(left.take() for _ in range(10))
