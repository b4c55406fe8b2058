"""The fatigue rule: known cases, sentences, and the two sides of `next_at`."""

from datetime import datetime
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.throttle import Limits, Window, decide

NOW = int(datetime.fromisoformat("2026-11-12T12:00:00Z").timestamp()) * 1000

limit = st.none() | st.integers(0, 5)
some_limits = st.builds(Limits, limit, limit, limit)
asks = st.lists(st.integers(NOW - 40 * DAY, NOW + HOUR), max_size=12)
# Coarse steps put asks exactly on the borders of the windows.
asks_on_borders = st.lists(st.integers(0, 160).map(lambda n: NOW - n * 6 * HOUR), max_size=12)
quick = settings(deadline=None, max_examples=100)


def test_the_defaults_are_one_two_four() -> None:
    assert [pair[1] for pair in Limits().by_window()] == [1, 2, 4]


def test_who_was_never_asked_may_be_asked_now() -> None:
    verdict = decide(Limits(), [], NOW)
    assert (verdict.allowed, verdict.next_at, verdict.last_asked_at) == (True, NOW, None)


@pytest.mark.parametrize(
    ("days_ago", "window", "free_in"),
    [
        ([0.125], Window.DAY, 0.875),
        ([2, 3], Window.WEEK, 4),
        ([0.5, 6], Window.WEEK, 1),
        ([8, 10, 20, 29], Window.MONTH, 1),
        ([0.5, 2, 10, 20], Window.MONTH, 10),
    ],
)
def test_the_window_that_takes_longest_is_the_binding_one(
    days_ago: list[float], window: Window, free_in: float
) -> None:
    verdict = decide(Limits(), [NOW - int(ago * DAY) for ago in days_ago], NOW)
    assert verdict.binding is not None
    assert (verdict.allowed, verdict.binding.window) == (False, window)
    assert verdict.next_at == NOW + int(free_in * DAY)


def test_an_ask_leaves_its_window_exactly_one_length_later() -> None:
    only_daily = Limits(1, None, None)
    assert decide(only_daily, [NOW - DAY], NOW).allowed
    assert not decide(only_daily, [NOW - DAY + 1], NOW).allowed


def test_more_asks_than_the_limit_must_all_but_one_leave() -> None:
    verdict = decide(Limits(2, None, None), [NOW - n * HOUR for n in (1, 2, 3, 4)], NOW)
    assert verdict.next_at == NOW - 2 * HOUR + DAY


def test_a_limit_of_zero_is_never_and_binds_before_all_others() -> None:
    verdict = decide(Limits(0, 1, 1), [NOW - HOUR], NOW)
    assert (verdict.allowed, verdict.next_at) == (False, None)
    assert verdict.binding is not None
    assert verdict.binding.window is Window.DAY
    assert verdict.reason.endswith("may never be asked, as a limit is 0")


def test_no_limit_allows_anything() -> None:
    verdict = decide(Limits(None, None, None), [NOW] * 50, NOW)
    assert verdict.allowed
    assert verdict.reason == "last asked 2026-11-12 12:00 UTC; may be asked now"


def test_an_ask_ahead_of_the_clock_counts() -> None:
    verdict = decide(Limits(1, None, None), [NOW + MINUTE], NOW)
    assert (verdict.allowed, verdict.next_at) == (False, NOW + MINUTE + DAY)


def test_the_reason_names_the_window_the_last_ask_and_the_next() -> None:
    assert decide(Limits(), [NOW - 3 * HOUR], NOW).reason == (
        "asked 1 time in the last day (limit 1); last asked 2026-11-12 09:00 UTC; "
        "may be asked again from 2026-11-13 09:00 UTC"
    )


def test_the_reason_rounds_the_next_moment_up() -> None:
    reason = decide(Limits(), [NOW - 3 * HOUR + 1], NOW).reason
    assert "last asked 2026-11-12 09:00 UTC" in reason
    assert "again from 2026-11-13 09:01 UTC" in reason


def test_the_reason_of_a_yes_shows_every_window() -> None:
    assert decide(Limits(), [NOW - 2 * DAY], NOW).reason == (
        "asked 0 times in the last day (limit 1), 1 time in the last week (limit 2), "
        "1 time in the last month (limit 4); last asked 2026-11-10 12:00 UTC; may be asked now"
    )


def test_negative_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Limits(per_week=-1)


@given(some_limits, asks | asks_on_borders)
@quick
def test_next_at_is_the_first_moment_that_is_allowed(limits: Limits, asked_at: list[int]) -> None:
    verdict = decide(limits, asked_at, NOW)
    if verdict.next_at is None:
        assert 0 in (limits.per_day, limits.per_week, limits.per_month)
        return
    assert decide(limits, asked_at, verdict.next_at).allowed
    if not verdict.allowed:
        assert verdict.next_at > NOW
        assert not decide(limits, asked_at, verdict.next_at - 1).allowed


@given(some_limits, asks | asks_on_borders)
@quick
def test_allowed_means_that_no_window_is_full(limits: Limits, asked_at: list[int]) -> None:
    within = [
        (sum(at > NOW - window.value for at in asked_at), most)
        for window, most in limits.by_window()
    ]
    verdict = decide(limits, asked_at, NOW)
    assert verdict.allowed == all(asked < most for asked, most in within)
    assert verdict.allowed == (verdict.binding is None)


@given(some_limits, asks, st.randoms())
@quick
def test_the_order_of_the_asks_does_not_matter(
    limits: Limits, asked_at: list[int], random: Random
) -> None:
    shuffled = random.sample(asked_at, len(asked_at))
    assert decide(limits, shuffled, NOW) == decide(limits, asked_at, NOW)


@given(asks)
@quick
def test_asking_whenever_allowed_never_breaks_a_limit(asked_at: list[int]) -> None:
    assume(decide(Limits(), asked_at, NOW).allowed)
    verdict = decide(Limits(), [*asked_at, NOW], NOW)
    assert all(usage.asked <= usage.limit for usage in verdict.usages)
