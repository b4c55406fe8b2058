"""Counting from the rows what happened to invitations, and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from tellback.core.rollup import SLOT, Range
from tellback.store.invitation_events import ASK, Event
from tellback.store.tables import invitations

Conditions = Sequence[ColumnElement[bool]]


class By(Enum):
    """What counts are told apart by: engines are asked for no more groups than are needed."""

    TIME = "time"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Within:
    """The range in which something happened, and how finely it is told apart there: by slots (ms).

    Every zone's midnight is the start of a `SLOT`, so the engines need not know a zone.
    """

    range: Range
    by: By = By.TIME
    slot: int = SLOT

    def part(self, start: int, end: int) -> "Within":
        """A part of the range, told apart alike."""
        return replace(self, range=(start, end))

    def holds(self, event: Event) -> ColumnElement[bool]:
        """Whether an event happened, and in the range."""
        start, end = self.range
        return and_(event.only, event.at >= start, event.at < end)


class Happened(NamedTuple):
    """Counts by name, at a moment of the slot or day in which that was; of a survey if wanted."""

    at: int
    survey_id: str
    counts: Mapping[str, int]


def count_each(
    connection: Connection, events: Sequence[Event], conditions: Conditions, within: Within
) -> Iterator[Happened]:
    """Count one event after the other, each by the index of its moment."""
    if within.range[0] >= within.range[1]:
        return
    for event in events:
        statement = _counting(event, within).select_from(event.rows)
        rows = connection.execute(statement.where(*conditions, within.holds(event)))
        for at, survey_id, *counts in rows:
            yield Happened(at, survey_id, dict(zip(event.counts, counts, strict=True)))


def count_together(
    connection: Connection, events: Sequence[Event], conditions: Conditions, within: Within
) -> Iterator[Happened]:
    """Count all events at once: every row that fulfils the conditions is read only once."""
    if within.range[0] >= within.range[1]:
        return
    some = or_(*(within.holds(_unindexed(event)) for event in events))
    width = max(len(event.counts) for event in events)
    rows = next((event.rows for event in events if event.rows is not invitations), invitations)
    columns = [ASK.survey_id, *_columns(events)]
    # Dates first: they are told sooner than what is in a segment.
    read = select(*dict.fromkeys(columns)).select_from(rows).where(some, *conditions).cte("read")
    parts = []
    for number, event in enumerate(_in(read, event) for event in events):
        rest = [literal(0)] * (width - len(event.counts))
        part = _counting(event, within, read).add_columns(*rest, literal(number))
        parts.append(part.where(within.holds(event)))
    for at, survey_id, *counts, number in connection.execute(union_all(*parts)):
        yield Happened(at, survey_id, dict(zip(events[number].counts, counts, strict=False)))


def _counting(event: Event, within: Within, read: CTE | None = None) -> Select[Any]:
    of = (ASK if read is None else read.c).survey_id
    apart, slot = within.by is By.SURVEY, event.at // within.slot
    # A slot is known by its first event: where a range begins within one, the slot does not.
    survey = of if apart else literal("")
    statement = select(func.min(event.at), survey, *event.counts.values())
    return statement.group_by(*((of, slot) if apart else (slot,)))


def _unindexed(event: Event) -> Event:
    """An event whose moment is a sum, lest an engine go through all such moments to find it."""
    return event._replace(at=event.at + 0)


def _columns(events: Sequence[Event]) -> Iterator[Column[Any]]:
    """The columns that tell of events."""
    for event in events:
        for expression in _expressions(event):
            yield from (part for part in iterate(expression) if isinstance(part, Column))


def _in(read: CTE, event: Event) -> Event:
    """An event as it is told by what was read."""

    def column(element: Any, **_: Any) -> Any:
        return read.corresponding_column(element) if isinstance(element, Column) else None

    at, only, *counts = (
        replacement_traverse(expression, {}, column) for expression in _expressions(event)
    )
    return Event(at, dict(zip(event.counts, counts, strict=True)), only, read)


def _expressions(event: Event) -> list[ColumnElement[Any]]:
    return [event.at, event.only, *event.counts.values()]
