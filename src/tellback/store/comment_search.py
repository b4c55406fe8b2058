"""Finding what was written: by the words that are rolled up, and by reading what is newer.

Words only lead to responses that are worth a look; each is then held against what is looked for.
So it does no harm where the roll-up is behind, and any run of characters can be found.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from tellback.core.model import Project
from tellback.core.rollup import MANY, Range, Source, midnight, offsets_of
from tellback.core.words import Part, parts_of
from tellback.store.rollups import find_head, read_changed
from tellback.store.rows import among
from tellback.store.tables import responses, rollup_cells
from tellback.store.vocabulary import OF_WORDS, find_words

#: How many responses are looked at one by one. What may be in more of them is soon found by going
#: through all in their order.
MOST = 10_000
#: How many different words a part may be part of: one of more tells hardly anything.
_MOST_WORDS = 500
#: How many moments the first step looks at; each further one takes twice as many.
_FIRST_STEP = 100
#: The moments of a day, or how many there are where they are not kept.
_Day = set[int] | int
_cell = rollup_cells.c


@dataclass(frozen=True, slots=True)
class _Places:
    """Where it is worth looking: at these moments, and all over these ranges, both in order."""

    moments: Sequence[int]
    ranges: Sequence[Range]


def contains(text: str) -> ColumnElement[bool]:
    """Whether a response's comment has a run of characters, in whatever case."""
    return func.lower(responses.c.comment).contains(text.lower(), autoescape=True)


def find_containing(
    connection: Connection, project: Project, text: str, column: ColumnElement[Any]
) -> list[Any] | None:
    """A column of all responses whose comments contain a text; None where they may be many.

    Only of those that have something in it. They are in no order.
    """
    steps = find_steps(connection, project, text)
    if steps is None:
        return None
    wanted = select(column).where(responses.c.project_id == project.id, contains(text))
    found: set[Any] = set()
    for step in steps:
        found.update(connection.execute(wanted.where(step)).scalars())
    # Left out here: some engines would rather go through an index of all that have something.
    return list(found - {None})


def find_steps(
    connection: Connection, project: Project, text: str
) -> list[ColumnElement[bool]] | None:
    """Where a text may stand: conditions that an index serves, the first of the newest responses.

    No response meets two of them, and each is of older ones than the one before. None where those
    that meet any may be many.
    """
    places = _places(connection, project, text)
    return None if places is None else list(_steps(places))


def _steps(places: _Places) -> Iterator[ColumnElement[bool]]:
    at, moments = responses.c.created_at, places.moments
    for start, end in reversed(places.ranges):
        yield from _at(moments[bisect_left(moments, end) :])
        yield (at >= start) & (at < end)
        moments = moments[: bisect_left(moments, start)]
    yield from _at(moments)


def _at(moments: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    """Few first: what is wanted is mostly among the newest."""
    end, size = len(moments), _FIRST_STEP
    while end > 0:
        yield among(responses.c.created_at, moments[max(0, end - size) : end])
        end, size = end - size, size * 2


def _places(connection: Connection, project: Project, text: str) -> _Places | None:
    parts, head = parts_of(text), find_head(connection, project.id)
    if not parts or head is None or head.zone_name != project.settings.time_zone:
        return None
    ranges = _merged(read_changed(connection, project.id, Source.WORDS))
    if _rows_in(connection, project.id, ranges) > MOST:
        return None
    days = _days(connection, project.id, parts)
    if days is None:
        return None
    zone, moments = project.settings.zone(), list[int]()
    for day, found in days.items():
        start = midnight(day, zone)
        if isinstance(found, int):
            ranges.append((start, midnight(day + 1, zone)))
        else:
            moments += [start + offset for offset in found]
    ranges = _merged(ranges)
    if len(moments) > MOST or len(moments) + _rows_in(connection, project.id, ranges) > MOST:
        return None
    return _Places(sorted(moments), ranges)


def _days(connection: Connection, project_id: str, parts: Sequence[Part]) -> dict[int, _Day] | None:
    """Where all parts are, by day; None where no part tells enough."""
    found: dict[int, _Day] | None = None
    for part in parts:
        words = find_words(connection, project_id, part, _MOST_WORDS + 1)
        if len(words) <= _MOST_WORDS:
            # Where nothing else narrows it down, there is no need to know all of them.
            here = _written(connection, project_id, words, MOST if len(parts) == 1 else None)
            if here is None:
                return None
            found = here if found is None else _both(found, here)
    return found


def _written(
    connection: Connection, project_id: str, words: Collection[str], most: int | None
) -> dict[int, _Day] | None:
    """When any of these words was written, by day; None where that is more often than ``most``."""
    statement = select(_cell.day, _cell.content).where(
        _cell.project_id == project_id, *OF_WORDS, among(_cell.value, words)
    )
    days: dict[int, _Day] = {}
    total = 0
    for day, counts in connection.execute(statement):
        offsets = offsets_of(counts)
        here: _Day = counts[MANY] if offsets is None else offsets
        days[day] = _either(days[day], here) if day in days else here
        total += _size(here)
        if most is not None and total > most:
            return None
    return days


def _either(one: _Day, other: _Day) -> _Day:
    if isinstance(one, set) and isinstance(other, set):
        return one | other
    return _size(one) + _size(other)


def _both(one: dict[int, _Day], other: dict[int, _Day]) -> dict[int, _Day]:
    return {day: _narrower(one[day], other[day]) for day in one.keys() & other.keys()}


def _narrower(one: _Day, other: _Day) -> _Day:
    if isinstance(one, set) and isinstance(other, set):
        return one & other
    if isinstance(one, int) and isinstance(other, int):
        return min(one, other)
    return one if isinstance(one, set) else other


def _size(day: _Day) -> int:
    return day if isinstance(day, int) else len(day)


def _rows_in(connection: Connection, project_id: str, ranges: Sequence[Range]) -> int:
    """How many responses came in these ranges, or more than enough."""
    total = 0
    for start, end in ranges:
        at = responses.c.created_at
        some = select(responses.c.id).where(
            responses.c.project_id == project_id, at >= start, at < end
        )
        counting = select(func.count()).select_from(some.limit(MOST + 1 - total).subquery())
        total += connection.execute(counting).scalar_one()
        if total > MOST:
            break
    return total


def _merged(ranges: Sequence[Range]) -> list[Range]:
    return list(_runs(sorted(ranges)))


def _runs(ordered: Sequence[Range]) -> Iterator[Range]:
    """Ranges without those that touch or overlap."""
    last: Range | None = None
    for start, end in ordered:
        if last is not None and start <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = start, end
    if last is not None:
        yield last
