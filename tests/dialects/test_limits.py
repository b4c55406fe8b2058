"""Rate limits: counted per key and window."""

import pytest

from tellback.dialects import limits
from tellback.dialects.contract import Limit
from tellback.dialects.limits import RateLimiter


def test_calls_are_counted_until_the_window_ends() -> None:
    now = 1_000
    limiter = RateLimiter(lambda: now)
    limit = Limit("key", 2, 60)
    assert [limiter.count(limit)[0] for _ in range(3)] == [True, True, False]
    _, state = limiter.count(limit)
    assert (state.limit, state.remaining, state.reset_at) == (2, 0, 61_000)
    now = 61_000
    within, state = limiter.count(limit)
    assert (within, state.remaining, state.reset_at) == (True, 1, 121_000)


def test_keys_do_not_share() -> None:
    limiter = RateLimiter(lambda: 0)
    assert limiter.count(Limit("a", 1, 1))[0]
    assert limiter.count(Limit("b", 1, 1))[0]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_WINDOWS", 10)
    limiter = RateLimiter(lambda: 0)
    for number in range(1_000):
        limiter.count(Limit(str(number), 1, 3600))
    assert len(limiter._windows) == 10
    assert not limiter.count(Limit("999", 1, 3600))[0]
