"""What happened to invitations, added up in steps of time: from the roll-up where it can tell.

Whole days come from the cells of what was requested on clean days, and from the rows of what was
requested at other times. What is less than a day comes from the rows alone.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, literal, select

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
from tellback.store.selected import selected_cells
from tellback.store.tables import rollup_cells

_NOTHING = Plan((), ())


class By(Enum):
    """What counts are told apart by: engines are asked for no more groups than are needed."""

    TIME = "time"
    SURVEY = "survey"


class Happened(NamedTuple):
    """Counts by name, at a moment of the slot or day in which that was; of a survey if wanted."""

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
    for happened in read_events(connection, events, asked, range_, By.TIME):
        sums[bisect_right(starts, happened.at) - 1].update(happened.counts)
    return sums


def read_events(
    connection: Connection, events: Sequence[Event], asked: Asked, range_: Range, by: By
) -> Iterator[Happened]:
    """What happened in a range, told apart by time, or by time and survey."""
    days = whole_days(*range_, asked.project.settings.zone())
    cohorts = _NOTHING
    if days[0] < days[1]:
        # Clocks of several machines may differ a little.
        cohorts = plan_cohorts(connection, asked, None, range_[1] + DAY)
    for conditions, part in _from_rows(asked, range_, days, cohorts):
        yield from _count(connection, events, [*asked.conditions, *conditions], part, by)
    yield from _from_cells(connection, events, asked, days, cohorts, by)


def _from_rows(
    asked: Asked, range_: Range, days: Days, cohorts: Plan
) -> Iterator[tuple[Sequence[ColumnElement[bool]], Range]]:
    """What the cells do not tell of: of which invitations, and in which range."""
    if not cohorts.days:
        yield (), range_
        return
    zone = asked.project.settings.zone()
    first, last = midnight(days[0], zone), midnight(days[1], zone)
    yield (), (range_[0], first)
    yield (), (last, range_[1])
    for start, end in cohorts.rest:
        yield (ASK.created_at >= start, ASK.created_at < end), (first, last)


def _count(
    connection: Connection,
    events: Sequence[Event],
    conditions: Sequence[ColumnElement[bool]],
    range_: Range,
    by: By,
) -> Iterator[Happened]:
    """Every zone's midnight is the start of a slot, so the engines need not know a zone."""
    start, end = range_
    if start >= end:
        return
    for event in events:
        survey = ASK.survey_id if by is By.SURVEY else literal("")
        slot = event.at // SLOT
        # A slot is known by its first event: where a range begins within one, the slot does not.
        statement = (
            select(func.min(event.at), survey, *event.counts.values())
            .select_from(event.rows)
            .where(*conditions, event.only, event.at >= start, event.at < end)
            .group_by(*((ASK.survey_id, slot) if by is By.SURVEY else (slot,)))
        )
        for at, survey_id, *counts in connection.execute(statement):
            yield Happened(at, survey_id, dict(zip(event.counts, counts, strict=True)))


def _from_cells(
    connection: Connection,
    events: Sequence[Event],
    asked: Asked,
    days: Days,
    cohorts: Plan,
    by: By,
) -> Iterator[Happened]:
    """What the cells tell of each day in the range."""
    names = {name for event in events for name in event.counts}
    zone = asked.project.settings.zone()
    for term in asked.terms if cohorts.days else ():
        for survey_id, counts in _sums(connection, asked, term, days, cohorts, by).items():
            for name, count in counts.items():
                event, day = read_event(name)
                if event in names and day is not None and days[0] <= day < days[1]:
                    yield Happened(midnight(day, zone), survey_id, {event: term.sign * count})


def _sums(
    connection: Connection, asked: Asked, term: Term, days: Days, cohorts: Plan, by: By
) -> Mapping[str, Mapping[str, int]]:
    """The counts of all cells of a term together, by survey, event and day."""
    cell = rollup_cells.c
    of = selected_cells(asked.selection, by_survey=by is By.SURVEY)
    conditions = [*of, *term.conditions, cell.last_day >= days[0]]
    (requested,) = REQUEST.counts
    id_, total = asked.project.id, dict[str, dict[str, int]]()
    cells = read_cells(connection, id_, Source.INVITATIONS, cohorts.days, *conditions, of=term.of)
    for day, survey_id, _, counts in cells:
        sums = total.setdefault(survey_id if by is By.SURVEY else "", {})
        for name, count in counts.items():
            sums[name] = sums.get(name, 0) + count
        own = on_day(requested, day)
        sums[own] = sums.get(own, 0) + counts[requested]
    return total
