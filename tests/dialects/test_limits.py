"""Rate limits: counted per key and window."""

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


def test_looking_does_not_count() -> None:
    limiter = RateLimiter(lambda: 0)
    limit = Limit("a", 1, 1)
    assert limiter.exhausted(limit) is None
    assert limiter.count(limit)[0]
    assert limiter.exhausted(limit) is not None
