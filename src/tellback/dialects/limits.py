"""Rate limits: a fixed window per key, in this process's memory.

One process serves an embedded database, so memory is enough for it; the count begins anew at a
restart, which only ever errs in the caller's favour.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from tellback.dialects.contract import Limit, RateState

#: Windows kept at most; beyond it the oldest go, which errs in their callers' favour.
MOST_WINDOWS = 100_000


@dataclass(slots=True)
class _Window:
    ends_at: int
    used: int


class RateLimiter:
    """Counts calls per key. ``clock`` gives ms since the epoch."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def count(self, limit: Limit) -> tuple[bool, RateState]:
        """Count one call: whether it is within the limit, and where the caller stands now."""
        now = self._clock()
        window = self._windows.get(limit.key)
        if window is None or window.ends_at <= now:
            window = self._open(limit, now)
        window.used += 1
        left = max(0, limit.calls - window.used)
        return window.used <= limit.calls, RateState(limit.calls, left, window.ends_at)

    def _open(self, limit: Limit, now: int) -> _Window:
        self._windows.pop(limit.key, None)
        while self._windows and self._is_over(next(iter(self._windows.values())), now):
            self._windows.popitem(last=False)
        window = self._windows[limit.key] = _Window(now + limit.window * 1000, 0)
        return window

    def _is_over(self, oldest: _Window, now: int) -> bool:
        return oldest.ends_at <= now or len(self._windows) >= MOST_WINDOWS
