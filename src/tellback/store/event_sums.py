"""What happened to invitations, added up in steps of time: from the roll-up where it can tell.

Whole days come from the cells of what was requested on clean days, and from the rows of what was
requested at other times. What is less than a day comes from the rows alone.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from tellback.core.calendar import Bucket
from tellback.core.instants import DAY
from tellback.core.rollup import (
    SLOT,
    Days,
    Plan,
    Range,
    Source,
    midnight,
    on_day,
    read_event,
    whole_days,
)
from tellback.store.cohorts import Asked, Term, plan_cohorts
from tellback.store.invitation_events import ASK, REQUEST, Event
from tellback.store.rollups import read_cells
from tellback.store.tables import rollup_cells

_NOTHING = Plan((), ())
_LAST_DAY = rollup_cells.c.last_day


class Happened(NamedTuple):
    """Counts by name, of invitations to a survey, and a moment of when that was."""

    at: int
    survey_id: str
    counts: Mapping[str, int]


def sum_events(
    connection: Connection, events: Sequence[Event], asked: Asked, steps: Sequence[Bucket]
) -> list[Counter[str]]:
    """The counts of each step by name."""
    sums: list[Counter[str]] = [Counter() for _ in steps]
    if not steps:
        return sums
    starts = [step.start_ms for step in steps]
    range_ = starts[0], steps[-1].end_ms
    for happened in read_events(connection, events, asked, range_):
        sums[bisect_right(starts, happened.at) - 1].update(happened.counts)
    return sums


def read_events(
    connection: Connection, events: Sequence[Event], asked: Asked, range_: Range
) -> Iterator[Happened]:
    """What happened in a range, as counts that are of one survey, and of one day at most."""
    days = whole_days(*range_, asked.project.settings.zone())
    cohorts = _NOTHING
    if days[0] < days[1]:
        # Clocks of several machines may differ a little.
        cohorts = plan_cohorts(connection, asked, None, range_[1] + DAY)
    yield from _from_rows(connection, events, asked, range_, days, cohorts)
    yield from _from_cells(connection, events, asked, days, cohorts)


def _from_rows(
    connection: Connection,
    events: Sequence[Event],
    asked: Asked,
    range_: Range,
    days: Days,
    cohorts: Plan,
) -> Iterator[Happened]:
    """What the cells do not tell of."""
    if not cohorts.days:
        yield from _slots(connection, events, asked.conditions, range_)
        return
    zone = asked.project.settings.zone()
    first, last = midnight(days[0], zone), midnight(days[1], zone)
    for edge in ((range_[0], first), (last, range_[1])):
        yield from _slots(connection, events, asked.conditions, edge)
    for start, end in cohorts.rest:
        requested = (ASK.created_at >= start, ASK.created_at < end)
        yield from _slots(connection, events, [*asked.conditions, *requested], (first, last))


def _slots(
    connection: Connection,
    events: Sequence[Event],
    conditions: Sequence[ColumnElement[bool]],
    range_: Range,
) -> Iterator[Happened]:
    """Every zone's midnight is the start of a slot, so the engines need not know a zone."""
    start, end = range_
    if start >= end:
        return
    for event in events:
        # A slot is known by its first event: where a range begins within one, the slot does not.
        statement = (
            select(func.min(event.at), ASK.survey_id, *event.counts.values())
            .select_from(event.rows)
            .where(*conditions, event.only, event.at >= start, event.at < end)
            .group_by(ASK.survey_id, event.at // SLOT)
        )
        for at, survey_id, *counts in connection.execute(statement):
            yield Happened(at, survey_id, dict(zip(event.counts, counts, strict=True)))


def _from_cells(
    connection: Connection, events: Sequence[Event], asked: Asked, days: Days, cohorts: Plan
) -> Iterator[Happened]:
    """What the cells tell of each day in the range."""
    names = {name for event in events for name in event.counts}
    zone = asked.project.settings.zone()
    total: Counter[tuple[str, str]] = Counter()
    for term in asked.terms if cohorts.days else ():
        _add_cells(connection, asked, term, days, cohorts, total)
    for (survey_id, name), count in total.items():
        event, day = read_event(name)
        if event in names and day is not None and days[0] <= day < days[1]:
            yield Happened(midnight(day, zone), survey_id, {event: count})


def _add_cells(
    connection: Connection,
    asked: Asked,
    term: Term,
    days: Days,
    cohorts: Plan,
    total: Counter[tuple[str, str]],
) -> None:
    """Add the counts of all cells to those by survey and name."""
    conditions = [*term.conditions, days[0] <= _LAST_DAY]
    if asked.dialect is not None:
        conditions.append(rollup_cells.c.dialect == asked.dialect)
    (requested,) = REQUEST.counts
    id_ = asked.project.id
    for cell in read_cells(connection, id_, Source.INVITATIONS, cohorts.days, term.of, *conditions):
        survey_id = cell.key.survey_id
        for name, count in cell.counts.items():
            total[survey_id, name] += term.sign * count
        total[survey_id, on_day(requested, cell.day)] += term.sign * cell.counts[requested]
