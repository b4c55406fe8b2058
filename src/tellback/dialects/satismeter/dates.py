"""Dates as this wire's clients write them, and ranges of them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.instants import DAY, SECOND
from tellback.dialects.contract import HttpRequest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = re.compile(r"\d{1,11}\Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_LONGEST = 40


def read_date(text: str) -> int | None:
    """A date in ms; None where it is none.

    ISO 8601 with any precision and with ``Z``, ``+00:00``, ``+0000`` or no zone, which is UTC; a
    day alone, which is its midnight; or epoch seconds.
    """
    if len(text) > _LONGEST or not text.isascii():
        return None
    if _SECONDS.match(text):
        return int(text) * SECOND
    # A "+" that nobody escaped in a query arrives as a space.
    written = text.replace(" ", "+") if "T" in text else text
    try:
        moment = datetime.fromisoformat(written)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def read_range(request: HttpRequest) -> tuple[int | None, int | None]:
    """``startDate`` and ``endDate`` in ms: from the start until before the end.

    An end that is a day alone includes that day.
    """
    start = _read(request, "startDate", read_date)
    end = _read(request, "endDate", _read_end)
    if start is not None and end is not None and start > end:
        raise Invalid(Problem(Fault.VALUE, "must not be before startDate", "endDate"))
    return start, end


def _read_end(text: str) -> int | None:
    end = read_date(text)
    return end + DAY if end is not None and _DAY.match(text) else end


def _read(request: HttpRequest, name: str, reader: Callable[[str], int | None]) -> int | None:
    text = request.first(name)
    if not text:
        return None
    moment = reader(text)
    if moment is None:
        rule = "must be a date in ISO 8601, or epoch seconds"
        raise Invalid(Problem(Fault.FORMAT, rule, name))
    return moment
