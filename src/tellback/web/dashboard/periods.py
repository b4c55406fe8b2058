"""The time that a page looks back on: the last so many days, or from one day to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tellback.core.calendar import (
    MAX_BUCKETS,
    Bucket,
    Interval,
    buckets,
    local_datetime,
    local_ms,
    local_range,
)

_DAY = timedelta(days=1)
#: Nobody had asked anybody anything before.
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The last so many days, today included; all time if None; or what was chosen from a calendar.

    Of a chosen one the first and the last day are given, or one of them: an end that nobody chose
    is open.
    """

    key: str
    name: str
    days: int | None = None
    chosen: tuple[date | None, date | None] | None = None

    @property
    def written(self) -> dict[str, str]:
        """The days that were chosen, as addresses and calendars have them; no others."""
        days = zip(("from", "to"), self.chosen or (), strict=False)
        return {name: day.isoformat() for name, day in days if day}

    def bounds(self, now: int, zone: ZoneInfo) -> tuple[int | None, int | None]:
        """Its first moment and the one that follows its last (ms) in that zone; None if open."""
        first, last = self._days(now, zone)
        return (
            None if first is None else local_ms(first, zone),
            # What has no end but now has none: it goes on while it is looked at.
            None if last is None or self.days else local_range(last, last, zone)[1],
        )

    def steps(self, now: int, zone: ZoneInfo, beginning: int) -> tuple[list[Bucket], list[Bucket]]:
        """Its days, and those of the time before that is as long (none of what began with all).

        What began at ``beginning`` (ms) began all time. Where they are too many they are months.
        """
        today = local_datetime(now, zone).date()
        first, last = self._days(now, zone)
        last = last or max(today, first or today)
        if first is None:
            return _days(min(local_datetime(beginning, zone).date(), last), last, zone), []
        length = last - first + _DAY
        return _days(first, last, zone), _days(first - length, first - _DAY, zone)

    def _days(self, now: int, zone: ZoneInfo) -> tuple[date | None, date | None]:
        if self.chosen or self.days is None:
            return self.chosen or (None, None)
        today = local_datetime(now, zone).date()
        return today - (self.days - 1) * _DAY, today


PERIODS = {
    period.key: period
    for period in (
        Period("7", "7 days", 7),
        Period("30", "30 days", 30),
        Period("90", "90 days", 90),
        Period("365", "12 months", 365),
        Period("all", "All time"),
    )
}
USUAL = PERIODS["30"]
_CHOSEN = "chosen"


def read_period(
    key: str | None, first: str | None = None, last: str | None = None, usual: Period = USUAL
) -> Period:
    """What lies between two days, or on one side of a day; else the period of that key.

    The days come first: a form that they were chosen in still says the period that it came from.
    The usual one for anything else.
    """
    start, end = _read_day(first), _read_day(last)
    if start and end:
        start, end = min(start, end), max(start, end)
        return Period(_CHOSEN, f"{_name(start)} to {_name(end)}", chosen=(start, end))
    if start:
        return Period(_CHOSEN, f"since {_name(start)}", chosen=(start, None))
    if end:
        return Period(_CHOSEN, f"until {_name(end)}", chosen=(None, end))
    return PERIODS.get(key or "", usual)


def name_days(steps: Sequence[Bucket], zone: ZoneInfo) -> str | None:
    """The days of steps in words: ``the 7 days before, 2 Mar 2026 to 8 Mar 2026``."""
    if not steps:
        return None
    first, last = steps[0].label_date, local_datetime(steps[-1].end_ms - 1, zone).date()
    many = (last - first).days + 1
    before = "the day before" if many == 1 else f"the {many:,} days before"
    return f"{before}, {between(steps, zone)}"


def between(steps: Sequence[Bucket], zone: ZoneInfo) -> str:
    """The first and the last day of steps in words: ``2 Mar 2026 to 8 Mar 2026``."""
    first, last = steps[0].label_date, local_datetime(steps[-1].end_ms - 1, zone).date()
    return _name(first) if first == last else f"{_name(first)} to {_name(last)}"


def _days(first: date, last: date, zone: ZoneInfo) -> list[Bucket]:
    many = (last - first).days >= MAX_BUCKETS
    return buckets(first, last, Interval.MONTH if many else Interval.DAY, zone)


def _read_day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _EARLIEST <= day < date(2200, 1, 1) else None


def _name(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
