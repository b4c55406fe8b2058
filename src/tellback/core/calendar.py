"""Days, weeks and months of a time zone as ranges of milliseconds, for reports.

Ranges include their start and exclude their end. A day is what the zone's clock calls a day: 23
or 25 hours when the clock changes, and nothing at all where a zone skipped a date.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from tellback.core.errors import Fault, Invalid, Problem

MAX_BUCKETS = 4_000
FIRST_YEAR, LAST_YEAR = 1900, 2999

_EPOCH = datetime(1970, 1, 1)
_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_LOCAL = re.compile(r"(\d{4})([:-])(\d\d)\2(\d\d)(T[0-2]\d:[0-5]\d:[0-5]\d)?\Z", re.ASCII)


class Interval(StrEnum):
    """What one step of a report covers. Weeks start on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One step of a report: from ``start_ms`` up to, not including, ``end_ms``.

    ``label_date`` is the local date of its start, also where the range begins or ends inside a
    week or a month and the step is therefore a partial one.
    """

    start_ms: int
    end_ms: int
    label_date: date


def parse_local(text: str) -> date | datetime | None:
    """A date or a moment without a zone; None if it is neither.

    ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM:SS``; the date's parts may be joined by colons instead.
    """
    match = _LOCAL.match(text)
    if not match:
        return None
    year, _, month, day, clock = match.groups(default="")
    kind = datetime if clock else date
    try:
        local = kind.fromisoformat(f"{year}-{month}-{day}{clock}")
    except ValueError:
        return None
    return local if _supported(local) else None


def local_ms(local: date | datetime, zone: tzinfo) -> int:
    """The moment of a local time, or of the start of a local day.

    A time that occurs twice means its first occurrence; one that the clock skips means as long
    after the change as it would have been (so a skipped midnight is the moment of the change).
    """
    if not _supported(local):
        raise Invalid(Problem(Fault.VALUE, f"years are {FIRST_YEAR} to {LAST_YEAR}"))
    return _ms(local, zone)


def local_range(start: date | datetime, end: date | datetime, zone: tzinfo) -> tuple[int, int]:
    """The range between two local dates or times; a date as its end includes that whole day."""
    last_ms = local_ms(end, zone)
    stop_ms = last_ms if isinstance(end, datetime) else _ms(end + _DAY, zone)
    return local_ms(start, zone), stop_ms


def local_datetime(at: int, zone: tzinfo) -> datetime:
    """A moment on the clock of a zone; its ``isoformat()`` shows the zone's offset."""
    return (_EPOCH.replace(tzinfo=UTC) + at * _MILLISECOND).astimezone(zone)


def buckets(
    start: date | datetime, end: date | datetime, interval: Interval, zone: tzinfo
) -> list[Bucket]:
    """Cut the time between two local dates or times at midnights, Mondays or firsts of the month.

    The buckets follow each other without a gap and together are exactly `local_range`. `Invalid`
    if the end lies before the start, or if there would be more than `MAX_BUCKETS`.
    """
    start_ms, end_ms = local_range(start, end, zone)
    label = _day(start)
    if _day(end) < label or end_ms < start_ms:
        raise Invalid(Problem(Fault.VALUE, "the end lies before the start"))
    found: list[Bucket] = []
    while start_ms < end_ms:
        if len(found) == MAX_BUCKETS:
            message = f"more than {MAX_BUCKETS} steps; take a longer interval or a shorter time"
            raise Invalid(Problem(Fault.VALUE, message))
        following = _following(label, interval)
        stop_ms = min(_ms(following, zone), end_ms)
        if start_ms < stop_ms:
            found.append(Bucket(start_ms, stop_ms, label))
            start_ms = stop_ms
        label = following
    return found


def _following(day: date, interval: Interval) -> date:
    """The first day of the next interval."""
    if interval is Interval.DAY:
        return day + _DAY
    if interval is Interval.WEEK:
        return day + (7 - day.weekday()) * _DAY
    return (day.replace(day=1) + 32 * _DAY).replace(day=1)


def _day(local: date | datetime) -> date:
    return local.date() if isinstance(local, datetime) else local


def _supported(local: date) -> bool:
    return FIRST_YEAR <= local.year <= LAST_YEAR


def _ms(local: date | datetime, zone: tzinfo) -> int:
    moment = local if isinstance(local, datetime) else datetime.combine(local, time())
    # Of the two readings of a doubtful time, fold=0 takes the offset before the change (PEP 495).
    offset = moment.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    return (moment.replace(tzinfo=None) - offset - _EPOCH) // _MILLISECOND
