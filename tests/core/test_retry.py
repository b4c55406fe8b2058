"""Trying again: later each time, not all at once, and not for ever."""

from itertools import pairwise

from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.retry import MAX_ATTEMPTS, retry_at

NOW = 1_800_000_000_000


def delays(invitation_id: str) -> list[int]:
    found, attempts = [], 1
    while (at := retry_at(invitation_id, attempts, NOW)) is not None:
        found.append(at - NOW)
        attempts += 1
    return found


def test_the_delays_grow_and_end() -> None:
    expected = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, *[4 * HOUR] * (MAX_ATTEMPTS - 5)]
    found = delays("a")
    assert len(found) == len(expected) == MAX_ATTEMPTS - 1
    assert all(0.8 * delay <= at <= 1.2 * delay for at, delay in zip(found, expected, strict=True))


def test_it_goes_on_for_about_three_days() -> None:
    assert 2.5 * DAY < sum(delays("a")) < 3.5 * DAY


def test_what_failed_together_comes_back_spread_out() -> None:
    moments = sorted(retry_at(f"{number}", 1, NOW) or 0 for number in range(200))
    assert moments[-1] - moments[0] > 0.35 * MINUTE
    assert max(later - earlier for earlier, later in pairwise(moments)) < 0.05 * MINUTE


def test_the_same_failure_gives_the_same_moment() -> None:
    assert retry_at("a", 3, NOW) == retry_at("a", 3, NOW)
