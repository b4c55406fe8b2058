"""Counting from the rows what happened to invitations, and when."""

from collections.abc import Iterator, Mapping, Sequence
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


class Happened(NamedTuple):
    """Counts by name, at a moment of the slot or day in which that was; of a survey if wanted."""

    at: int
    survey_id: str
    counts: Mapping[str, int]


def count_each(
    connection: Connection, events: Sequence[Event], conditions: Conditions, range_: Range, by: By
) -> Iterator[Happened]:
    """Count one event after the other, each by the index of its moment."""
    if range_[0] >= range_[1]:
        return
    for event in events:
        statement = _counting(event, by).select_from(event.rows)
        rows = connection.execute(statement.where(*conditions, _within(event, range_)))
        for at, survey_id, *counts in rows:
            yield Happened(at, survey_id, dict(zip(event.counts, counts, strict=True)))


def count_together(
    connection: Connection, events: Sequence[Event], conditions: Conditions, range_: Range, by: By
) -> Iterator[Happened]:
    """Count all events at once: every row that fulfils the conditions is read only once."""
    if range_[0] >= range_[1]:
        return
    some = or_(*(_within(_unindexed(event), range_) for event in events))
    width = max(len(event.counts) for event in events)
    rows = next((event.rows for event in events if event.rows is not invitations), invitations)
    columns = [ASK.survey_id, *_columns(events)]
    # Dates first: they are told sooner than what is in a segment.
    read = select(*dict.fromkeys(columns)).select_from(rows).where(some, *conditions).cte("read")
    parts = []
    for number, event in enumerate(_in(read, event) for event in events):
        rest = [literal(0)] * (width - len(event.counts))
        part = _counting(event, by, read).add_columns(*rest, literal(number))
        parts.append(part.where(_within(event, range_)))
    for at, survey_id, *counts, number in connection.execute(union_all(*parts)):
        yield Happened(at, survey_id, dict(zip(events[number].counts, counts, strict=False)))


def _counting(event: Event, by: By, read: CTE | None = None) -> Select[Any]:
    """Every zone's midnight is the start of a slot, so the engines need not know a zone."""
    of = (ASK if read is None else read.c).survey_id
    survey, slot = of if by is By.SURVEY else literal(""), event.at // SLOT
    # A slot is known by its first event: where a range begins within one, the slot does not.
    statement = select(func.min(event.at), survey, *event.counts.values())
    return statement.group_by(*((of, slot) if by is By.SURVEY else (slot,)))


def _within(event: Event, range_: Range) -> ColumnElement[bool]:
    start, end = range_
    return and_(event.only, event.at >= start, event.at < end)


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
