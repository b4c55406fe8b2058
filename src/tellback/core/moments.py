"""Points in time as people write them: a day, a moment, or how long ago."""

import re
from datetime import datetime, timedelta, tzinfo

from tellback.core.calendar import local_ms, parse_local
from tellback.core.errors import Invalid
from tellback.core.instants import DAY, HOUR, MINUTE, parse_instant

_AGO = re.compile(r"(\d{1,5})([mhdw])\Z", re.ASCII)
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
#: What `read_moment` takes, in words.
FORMS = "must be a day (2026-11-20), a moment (2026-11-20T08:30:00), or how long ago (90m, 12h, 7d)"


def read_moment(text: str, now: int, zone: tzinfo, *, end: bool = False) -> int | None:
    """A moment in ms; None where it is none of these.

    ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM:SS`` on the zone's clock, one of the wires' date forms, or
    a number with m, h, d or w for so many minutes, hours, days or weeks ago. A day means its
    start, or with ``end`` the start of the next one.
    """
    ago = _AGO.match(text)
    if ago:
        return max(0, now - int(ago[1]) * _UNITS[ago[2]])
    local = parse_local(text)
    if local is None:
        return parse_instant(text)
    if end and not isinstance(local, datetime):
        local += timedelta(days=1)
    try:
        return local_ms(local, zone)
    except Invalid:
        return None
