"""Roll-ups: what is counted of a local day, and which days of a time can be taken from them.

A cell holds counts of one day that add up: over surveys, channels, wires and days. Days are those
of the project's clock, as ordinals of the calendar (`datetime.date.toordinal`); moments are in ms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from typing import NamedTuple

from tellback.core.calendar import FIRST_YEAR, LAST_YEAR, local_datetime, local_ms
from tellback.core.instants import MINUTE

#: Every zone's midnight is the start of a slot, so that whoever marks a change need know no zone.
SLOT = 15 * MINUTE
#: No moment lies before or after these.
FIRST_DAY, LAST_DAY = date(FIRST_YEAR + 1, 1, 1).toordinal(), date(LAST_YEAR, 1, 1).toordinal()
#: A question for so many separate times takes all that lies between them from the rows, too.
MOST_RANGES = 48

#: What counts of responses are called: how many there are, and how many of them have a comment.
RESPONSES, COMMENTS = "n", "comments"
#: The survey and the channel of a cell that is of all of them.
ALL = ""
#: How often a word was written that was written so often on a day that moments are not kept.
MANY = "many"
#: What the count of invitations in a state begins with.
STATE = "state:"

#: From a moment up to, not including, another.
Range = tuple[int, int]
#: From a day up to, not including, another.
Days = tuple[int, int]


class Source(StrEnum):
    """What is rolled up, each by the day on which it came about."""

    RESPONSES = "responses"
    INVITATIONS = "invitations"
    VISITS = "visits"
    SHOWN = "shown"
    #: The words of comments: not counted, but where to look for them.
    WORDS = "words"


class Key(NamedTuple):
    """Whose counts a cell of a day holds.

    ``property`` is empty for all there is, else the property that has ``value``; see `present` and
    `others`. Of invitations there are cells of `ALL` surveys and channels, too.
    """

    survey_id: str
    channel: str
    dialect: str
    property: str = ""
    value: str = ""


def present(name: str) -> str:
    """The name under which a property counts wherever it has a value. No property is called so."""
    return f"{name}?"


def others(name: str) -> str:
    """The name under which values count that are too many to be told apart."""
    return f"{name}*"


class RatingFact(NamedTuple):
    """What is told apart of responses."""

    version: int
    metric: str | None
    rating: float | None
    completed: bool
    dismissed: bool

    def named(self, kind: str) -> str:
        """The name of a count of such responses."""
        rating = "" if self.rating is None else repr(self.rating)
        flags = f"{'c' if self.completed else ''}{'d' if self.dismissed else ''}"
        return f"{kind} {self.version} {self.metric or ''} {rating} {flags}"


def read_fact(name: str) -> tuple[str, RatingFact]:
    """The kind of a count, and of which responses, by its name."""
    kind, version, metric, rating, flags = name.split(" ")
    fact = RatingFact(
        int(version),
        metric or None,
        float(rating) if rating else None,
        "c" in flags,
        "d" in flags,
    )
    return kind, fact


def at_offset(offset: int) -> str:
    """The name of the count of responses that came so many ms after the day's beginning."""
    return str(offset)


def offsets_of(counts: Mapping[str, int]) -> set[int] | None:
    """When on its day a word was written; None where it was written too often to be told."""
    return None if MANY in counts else {int(name) for name in counts}


def on_day(event: str, day: int) -> str:
    """The name of the count of an event on a day, which may be later than the cell's."""
    return f"{event}@{day}"


def read_event(name: str) -> tuple[str, int | None]:
    """The event that a count is of, and its day; None where it is told of the cell's own."""
    event, _, day = name.partition("@")
    return event, int(day) if day else None


def last_day(day: int, names: Iterable[str]) -> int:
    """The last day that any of a cell's counts is of; ``day`` is the cell's."""
    return max([day, *(read_event(name)[1] or day for name in names)])


def day_of(at: int, zone: tzinfo) -> int:
    """The day that a moment is on."""
    if at >= _ms(LAST_DAY, zone):
        return LAST_DAY
    return local_datetime(at, zone).date().toordinal() if at > _ms(FIRST_DAY, zone) else FIRST_DAY


def midnight(day: int, zone: tzinfo) -> int:
    """The first moment of a day."""
    return _ms(min(max(day, FIRST_DAY), LAST_DAY), zone)


def _ms(day: int, zone: tzinfo) -> int:
    return local_ms(date.fromordinal(day), zone)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where counts of a time come from: the cells of these days, and the rows of these ranges."""

    days: Sequence[Days]
    rest: Sequence[Range]

    @property
    def first_day(self) -> int:
        """The first day whose cells are taken."""
        return self.days[0][0] if self.days else LAST_DAY

    def has(self, day: int) -> bool:
        """Whether a day's cells are taken."""
        return any(first <= day < end for first, end in self.days)


def whole_days(start: int, end: int, zone: tzinfo) -> Days:
    """The days that lie in a range with all of their moments; the end may lie before the start."""
    first = day_of(start, zone)
    if midnight(first, zone) < start:
        first += 1
    return first, day_of(end, zone)


def plan(
    start: int, end: int, changed: Iterable[Range], zone: tzinfo, frozen_until: int = FIRST_DAY
) -> Plan:
    """Take the whole days of a range from the cells, where nothing has ``changed`` since.

    Days before ``frozen_until`` are taken from the cells whatever has changed: their rows are gone.
    All of such a day counts as having come about at its first moment.
    """
    kept_from = midnight(frozen_until, zone)
    start, end = (_next_midnight(at, zone) if at < kept_from else at for at in (start, end))
    first, last = whole_days(start, end, zone)
    if last <= first:
        return Plan((), [(start, end)] if start < end else ())
    stale = sorted(_clipped(changed, first, last, zone, frozen_until))
    if len(stale) > MOST_RANGES:
        stale = [(stale[0][0], max(end for _, end in stale))]
    clean: list[Days] = []
    rest: list[Range] = []
    _add(rest, start, midnight(first, zone))
    at = first
    for begin, stop in stale:
        if at < begin:
            clean.append((at, begin))
        if at < stop:
            _add(rest, midnight(max(at, begin), zone), midnight(stop, zone))
            at = stop
    if at < last:
        clean.append((at, last))
    _add(rest, midnight(last, zone), end)
    return Plan(clean, rest)


def _next_midnight(at: int, zone: tzinfo) -> int:
    day = day_of(at, zone)
    first = midnight(day, zone)
    return first if first >= at else midnight(day + 1, zone)


def _clipped(
    changed: Iterable[Range], first: int, last: int, zone: tzinfo, frozen_until: int
) -> Iterable[Days]:
    for start, end in changed:
        begin = max(day_of(start, zone), first, frozen_until)
        stop = min(day_of(end - 1, zone) + 1, last)
        if begin < stop:
            yield begin, stop


def _add(ranges: list[Range], start: int, end: int) -> None:
    """Append a range, as one with the last if they touch."""
    if start >= end:
        return
    if ranges and ranges[-1][1] >= start:
        ranges[-1] = (ranges[-1][0], end)
    else:
        ranges.append((start, end))
