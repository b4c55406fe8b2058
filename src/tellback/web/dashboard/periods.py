"""The time that a page looks back on: the last so many days, or from one day to another."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tellback.core.calendar import MAX_BUCKETS, Bucket, Interval, buckets, local_datetime, local_ms

_DAY = timedelta(days=1)
#: Nobody had asked anybody anything before.
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The last so many days, today included; all time if None; or what was chosen from a calendar.

    Of a chosen one the first and the last day are given.
    """

    key: str
    name: str
    days: int | None = None
    chosen: tuple[date, date] | None = None

    def start(self, now: int, zone: ZoneInfo) -> int:
        """The first moment (ms) of its first day on the clock of that zone; 0 for all time."""
        days = self.span(now, zone)
        return local_ms(days[0], zone) if days else 0

    def span(self, now: int, zone: ZoneInfo) -> tuple[date, date] | None:
        """Its first and last day; None for all time."""
        if self.chosen is not None:
            return self.chosen
        if self.days is None:
            return None
        today = local_datetime(now, zone).date()
        return today - (self.days - 1) * _DAY, today

    def steps(self, now: int, zone: ZoneInfo, beginning: int) -> tuple[list[Bucket], list[Bucket]]:
        """Its days, and those of the time before that is as long (none of all time).

        What began at ``beginning`` (ms) began all time. Where they are too many they are months.
        """
        span = self.span(now, zone)
        if span is None:
            first = min(local_datetime(at, zone).date() for at in (beginning, now))
            return _days(first, local_datetime(now, zone).date(), zone), []
        first, last = span
        length = last - first + _DAY
        return _days(first, last, zone), _days(first - length, first - _DAY, zone)


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
    """The period of that key, or between two days; the usual one for anything else."""
    if key in PERIODS:
        return PERIODS[key]
    days = _read_day(first), _read_day(last)
    if days[0] is None or days[1] is None:
        return usual
    chosen = min(days[0], days[1]), max(days[0], days[1])
    return Period(_CHOSEN, f"{_name(chosen[0])} to {_name(chosen[1])}", chosen=chosen)


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
