"""Rate limits: a fixed window per key, in this process's memory.

One process serves an embedded database, so memory is enough for it; the count begins anew at a
restart, which only ever errs in the caller's favour.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tellback.dialects.contract import Limit, RateState

_SWEEP_AT = 50_000


@dataclass(slots=True)
class _Window:
    ends_at: int
    used: int


class RateLimiter:
    """Counts calls per key. ``clock`` gives ms since the epoch."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    def count(self, limit: Limit) -> tuple[bool, RateState]:
        """Count one call: whether it is within the limit, and where the caller stands now."""
        window = self._window(limit)
        window.used += 1
        return window.used <= limit.calls, self._state(limit, window)

    def exhausted(self, limit: Limit) -> RateState | None:
        """Where the caller stands if nothing is left, without counting; else None."""
        window = self._window(limit)
        return self._state(limit, window) if window.used >= limit.calls else None

    def _window(self, limit: Limit) -> _Window:
        now = self._clock()
        window = self._windows.get(limit.key)
        if window is None or window.ends_at <= now:
            if len(self._windows) > _SWEEP_AT:
                self._windows = {k: w for k, w in self._windows.items() if w.ends_at > now}
            window = self._windows[limit.key] = _Window(now + limit.window * 1000, 0)
        return window

    @staticmethod
    def _state(limit: Limit, window: _Window) -> RateState:
        return RateState(limit.calls, max(0, limit.calls - window.used), window.ends_at)
