"""How many mails a project may still send, and when there is room again.

Hours are the clock hours of UTC; days are those of the project's time zone. A mail that waits for
room costs nothing, one that bounces does.
"""

from dataclasses import dataclass
from datetime import timedelta

from tellback.core.calendar import local_datetime, local_ms
from tellback.core.instants import HOUR, format_seconds
from tellback.core.settings import ProjectSettings

#: How long a mail waits before a used-up balance is looked at again.
_BALANCE_PAUSE = HOUR


@dataclass(frozen=True, slots=True)
class Periods:
    """The hour and the day that a moment lies in: where they start, and where they end."""

    hour_start: int
    hour_end: int
    day_start: int
    day_end: int


@dataclass(slots=True)
class _Limit:
    words: str
    left: int
    free_at: int


@dataclass(slots=True)
class Allowance:
    """What may still be sent. `take` uses one up, unless a limit stands in the way."""

    _limits: list[_Limit]

    def take(self) -> tuple[str, int] | None:
        """Use one up; or say what stands in the way and when to ask again (ms)."""
        full = [limit for limit in self._limits if limit.left <= 0]
        if not full:
            for limit in self._limits:
                limit.left -= 1
            return None
        binding = max(full, key=lambda limit: limit.free_at)
        until = format_seconds(binding.free_at)
        return f"waits for the sending quota: {binding.words}; next look at {until}", (
            binding.free_at
        )


def has_quota(settings: ProjectSettings) -> bool:
    """Whether anything limits how much the project sends."""
    limits = (settings.quota_per_hour, settings.quota_per_day, settings.quota_balance)
    return any(limit is not None for limit in limits)


def periods(settings: ProjectSettings, now: int) -> Periods:
    """The hour and the day, of the project's kind, that ``now`` lies in."""
    hour_start, zone = now - now % HOUR, settings.zone()
    today = local_datetime(now, zone).date()
    day_start, day_end = local_ms(today, zone), local_ms(today + timedelta(days=1), zone)
    return Periods(hour_start, hour_start + HOUR, day_start, day_end)


def allowance(
    settings: ProjectSettings, sent_in_hour: int, sent_in_day: int, leaving: int, now: int
) -> Allowance:
    """What the project may still send, with that much sent and ``leaving`` on its way out."""
    when = periods(settings, now)
    limits = []
    if settings.quota_per_hour is not None:
        left = settings.quota_per_hour - sent_in_hour - leaving
        words = f"{settings.quota_per_hour} mails per hour are used up"
        limits.append(_Limit(words, left, when.hour_end))
    if settings.quota_per_day is not None:
        left = settings.quota_per_day - sent_in_day - leaving
        words = f"{settings.quota_per_day} mails per day are used up"
        limits.append(_Limit(words, left, when.day_end))
    if settings.quota_balance is not None:
        words = "the balance is used up"
        limits.append(_Limit(words, settings.quota_balance - leaving, now + _BALANCE_PAUSE))
    return Allowance(limits)
