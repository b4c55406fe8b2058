"""Moments as people read them: how long ago, and when exactly, on the project's clock."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from markupsafe import Markup

from tellback.core.calendar import local_datetime
from tellback.core.instants import DAY, HOUR, MINUTE, format_seconds, parse_instant

#: A moment in a sentence: ``2026-11-23 08:24 UTC``, ``2026-11-23T08:24:02Z``.
_MOMENT = re.compile(r"\b([12]\d{3}-\d\d-\d\d)[ T](\d\d:\d\d)(?:(?::\d\d)?Z| UTC)\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment at which a page is made, in a zone. Moments are ms since the epoch."""

    now: int
    zone: tzinfo

    def tag(self, at: int) -> Markup:
        """A moment as a ``<time>`` element, relative and absolute."""
        return Markup(
            '<time datetime="{}" title="{}"><span class="ago">{}</span> '
            '<span class="at">{}</span></time>'
        ).format(format_seconds(at), self.full(at), self.ago(at), self.short(at))

    def exact(self, at: int) -> Markup:
        """A moment as a ``<time>`` element to the second, with how long ago behind it."""
        return Markup(
            '<time datetime="{}" title="{}"><span class="at">{}</span> '
            '<span class="ago">{}</span></time>'
        ).format(format_seconds(at), self.full(at), self._precise(at), self.ago(at))

    def iso(self, at: int) -> str:
        """A moment as a ``<time>`` element says it."""
        return format_seconds(at)

    def ago(self, at: int) -> str:
        """How far a moment is from now, in words: ``3 min ago``, ``in 2 days``."""
        gap = abs(self.now - at)
        if gap < MINUTE:
            return "just now"
        if gap < HOUR:
            words = f"{gap // MINUTE} min"
        elif gap < DAY:
            words = f"{gap // HOUR} h"
        else:
            days = gap // DAY
            words = "1 day" if days == 1 else f"{days:,} days"
        return f"{words} ago" if at <= self.now else f"in {words}"

    def short(self, at: int) -> str:
        """Day and minute; the year only where it is not this one."""
        moment = self._local(at)
        year = "" if moment.year == self._local(self.now).year else f" {moment.year}"
        return f"{moment.day} {moment:%b}{year}, {moment:%H:%M}"

    def full(self, at: int) -> str:
        """Weekday, day, second and zone."""
        return f"{self._local(at):%a} {self._precise(at)} {self._local(at).tzname()}"

    def day(self, at: int) -> str:
        """The day alone."""
        moment = self._local(at)
        return f"{moment.day} {moment:%b %Y}"

    def told(self, text: str) -> str:
        """A sentence whose moments, in UTC as sentences have them, are shown on this clock."""
        return _MOMENT.sub(lambda found: self._retold(found[0], found[1], found[2]), text)

    def _retold(self, written: str, day: str, minute: str) -> str:
        at = parse_instant(f"{day}T{minute}:00Z")
        return written if at is None else f"{self.day(at)}, {self._local(at):%H:%M}"

    def _precise(self, at: int) -> str:
        moment = self._local(at)
        return f"{moment.day} {moment:%b %Y, %H:%M:%S}"

    def _local(self, at: int) -> datetime:
        return local_datetime(at, self.zone)
