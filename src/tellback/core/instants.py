"""Points in time as callers write them, and as we print them.

Inside, a point in time is an integer: milliseconds since the epoch, UTC.
"""

import re
from datetime import UTC, datetime, timedelta

_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_RFC3339 = re.compile(rf"\d{{4}}-\d\d-\d\dT{_CLOCK}:[0-5]\d(?:Z|Z?[+-]{_CLOCK})\Z", re.ASCII)
_DIGITS = re.compile(r"\d{1,12}\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_SECONDS = -62_135_596_800  # 0001-01-01T00:00:00Z, the first date that we can print
_LATEST_SECONDS = 253_402_300_799  # 9999-12-31T23:59:59Z, the last one
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def parse_instant(value: object) -> int | None:
    """Read one of the three date forms that the wires share; None when it is none of them.

    ``YYYY-MM-DDTHH:MM:SSZ``, the same with an offset ``±HH:MM``, or epoch seconds as a whole
    number or a string of digits. A zone is mandatory, so no form is ambiguous.
    """
    if isinstance(value, str):
        if _RFC3339.match(value):
            return _from_text(value)
        return _from_epoch(int(value)) if _DIGITS.match(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return _from_epoch(value)
    return None


def is_printed(text: str) -> bool:
    """Whether a text is a date as `format_seconds` prints it."""
    if len(text) != 20 or not _RFC3339.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _from_epoch(seconds: int) -> int | None:
    return seconds * SECOND if 0 <= seconds <= _LATEST_SECONDS else None


def _from_text(text: str) -> int | None:
    try:
        # One form has both a Z and an offset, which the offset is meant to correct.
        since = datetime.fromisoformat(text.replace("Z", "") if len(text) > 25 else text) - _EPOCH
    except ValueError:
        return None
    seconds = since.days * 86_400 + since.seconds
    return seconds * SECOND if _EARLIEST_SECONDS <= seconds <= _LATEST_SECONDS else None


def format_instant(at: int) -> str:
    """RFC 3339 in UTC with milliseconds: ``2016-01-23T08:00:08.668Z``."""
    return f"{format_seconds(at)[:-1]}.{at % SECOND:03d}Z"


def format_seconds(at: int) -> str:
    """RFC 3339 in UTC with whole seconds: ``2016-01-13T04:30:30Z``."""
    moment = _EPOCH + timedelta(seconds=at // SECOND)
    return f"{moment.replace(tzinfo=None).isoformat()}Z"
