"""Points in time as callers write them, and as we print them.

Inside, a point in time is an integer: milliseconds since the epoch, UTC.
"""

import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|(?:Z?)([+-])(\d\d):(\d\d))\Z", re.ASCII
)
_DIGITS = re.compile(r"\d{1,12}\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_SECONDS = 253_402_300_799  # 9999-12-31T23:59:59Z, the last date that we can print
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def parse_instant(value: object) -> int | None:
    """Read one of the three date forms that the wires share; None when it is none of them.

    ``YYYY-MM-DDTHH:MM:SSZ``, the same with an offset ``±HH:MM``, or epoch seconds as a whole
    number or a string of digits. A zone is mandatory, so no form is ambiguous.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _from_seconds(value)
    if not isinstance(value, str):
        return None
    if _DIGITS.match(value):
        return _from_seconds(int(value))
    match = _RFC3339.match(value)
    return _from_match(match) if match else None


def _from_seconds(seconds: int) -> int | None:
    return seconds * SECOND if 0 <= seconds <= _LATEST_SECONDS else None


def _from_match(match: re.Match[str]) -> int | None:
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    sign, hours, minutes = match.group(7, 8, 9)
    if sign is not None:
        if int(hours) > 23 or int(minutes) > 59:
            return None
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        try:
            local = local - offset if sign == "+" else local + offset
        except OverflowError:
            return None
    return (local - _EPOCH) // timedelta(milliseconds=1)


def format_instant(at: int) -> str:
    """RFC 3339 in UTC with milliseconds: ``2016-01-23T08:00:08.668Z``."""
    return f"{format_seconds(at)[:-1]}.{at % SECOND:03d}Z"


def format_seconds(at: int) -> str:
    """RFC 3339 in UTC with whole seconds: ``2016-01-13T04:30:30Z``."""
    moment = _EPOCH + timedelta(seconds=at // SECOND)
    return f"{moment.replace(tzinfo=None).isoformat()}Z"
