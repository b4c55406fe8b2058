"""How often one person may be asked, counted over all channels together.

The windows roll: a day is the last 24 hours, a week the last 7 days, a month the last 30 days.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from tellback.core.instants import DAY, MINUTE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Window(Enum):
    """A rolling window; the value is its length in ms."""

    DAY = DAY
    WEEK = 7 * DAY
    MONTH = 30 * DAY


@dataclass(frozen=True, slots=True)
class Limits:
    """How many asks each window may hold. None is unlimited, 0 is never."""

    per_day: int | None = 1
    per_week: int | None = 2
    per_month: int | None = 4

    def __post_init__(self) -> None:
        if any(limit is not None and limit < 0 for limit in astuple(self)):
            raise ValueError("a limit cannot be negative")

    def by_window(self) -> list[tuple[Window, int]]:
        """The windows that are limited, shortest first."""
        limits = (self.per_day, self.per_week, self.per_month)
        pairs = zip(Window, limits, strict=True)
        return [(window, limit) for window, limit in pairs if limit is not None]


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of one window's limit is used, and when it next has room (None: never)."""

    window: Window
    asked: int
    limit: int
    free_at: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this person be asked now, and if not, what stands in the way and until when.

    ``binding`` is the full window that takes longest to have room again; None if allowed.
    ``next_at`` is the earliest moment at which all windows have room: now if allowed, None if
    there is no such moment because a limit is 0. Both in ms, as ``last_asked_at``.
    """

    allowed: bool
    binding: Usage | None
    usages: tuple[Usage, ...]
    last_asked_at: int | None
    next_at: int | None

    @property
    def reason(self) -> str:
        """The verdict in words, for the project's owner."""
        shown = self.usages if self.binding is None else (self.binding,)
        counts = ", ".join(_count_in_words(usage) for usage in shown)
        parts = [f"asked {counts}"] if counts else []
        parts.append(_last_in_words(self.last_asked_at))
        parts.append(self._outlook())
        return "; ".join(parts)

    def _outlook(self) -> str:
        if self.allowed:
            return "may be asked now"
        if self.next_at is None:
            return "may never be asked, as a limit is 0"
        # Rounded up to the minute, so that the time named is never too early.
        return f"may be asked again from {_clock(-(-self.next_at // MINUTE) * MINUTE)}"


def decide(limits: Limits, asked_at: Sequence[int], now: int) -> Verdict:
    """Judge one person from the moments (ms, any order) at which they were asked before.

    An ask counts from its moment until exactly one window's length later. One that lies in the
    future, by a clock that ran ahead, counts as made: asking too seldom is the lesser mistake.
    """
    latest_first = sorted(asked_at, reverse=True)
    usages = tuple(_usage(window, limit, latest_first, now) for window, limit in limits.by_window())
    full = [usage for usage in usages if usage.asked >= usage.limit]
    binding = max(full, key=_free_at_or_never, default=None)
    return Verdict(
        allowed=binding is None,
        binding=binding,
        usages=usages,
        last_asked_at=latest_first[0] if latest_first else None,
        next_at=now if binding is None else binding.free_at,
    )


def _usage(window: Window, limit: int, latest_first: Sequence[int], now: int) -> Usage:
    asked = sum(at > now - window.value for at in latest_first)
    if asked < limit:
        return Usage(window, asked, limit, now)
    # Room comes when the oldest of the `limit` latest asks leaves the window.
    return Usage(window, asked, limit, latest_first[limit - 1] + window.value if limit else None)


def _free_at_or_never(usage: Usage) -> float:
    return float("inf") if usage.free_at is None else usage.free_at


def _count_in_words(usage: Usage) -> str:
    times = "time" if usage.asked == 1 else "times"
    return f"{usage.asked} {times} in the last {usage.window.name.lower()} (limit {usage.limit})"


def _last_in_words(at: int | None) -> str:
    return "never asked before" if at is None else f"last asked {_clock(at)}"


def _clock(at: int) -> str:
    return f"{_EPOCH + timedelta(milliseconds=at):%Y-%m-%d %H:%M} UTC"
