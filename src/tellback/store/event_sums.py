"""What happened to invitations, added up in steps of time: from the roll-up where it can tell.

Whole days come from the cells of what was requested on clean days, and from the rows of what was
requested at other times. What is less than a day comes from the rows alone.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import gcd

from sqlalchemy import ColumnElement, Connection

from tellback.core.calendar import Bucket
from tellback.core.instants import DAY
from tellback.core.rollup import (
    SLOT,
    Days,
    Plan,
    Source,
    midnight,
    on_day,
    read_event,
    whole_days,
)
from tellback.store.cohorts import Asked, Term, plan_cohorts
from tellback.store.event_counts import By, Happened, Within, count_each, count_together
from tellback.store.invitation_events import ASK, REQUEST, Event
from tellback.store.rollups import read_cells
from tellback.store.selected import selected_cells
from tellback.store.tables import rollup_cells

_NOTHING = Plan((), ())
#: By how much something may have been requested after it happened: clocks of several machines may
#: differ a little.
_SLACK = DAY


def sum_events(
    connection: Connection, events: Sequence[Event], asked: Asked, steps: Sequence[Bucket]
) -> list[Counter[str]]:
    """The counts of each step by name."""
    sums: list[Counter[str]] = [Counter() for _ in steps]
    if not steps:
        return sums
    starts = [step.start_ms for step in steps]
    within = Within((starts[0], steps[-1].end_ms), slot=_slot(steps))
    for happened in read_events(connection, events, asked, within):
        sums[bisect_right(starts, happened.at) - 1].update(happened.counts)
    return sums


def _slot(steps: Sequence[Bucket]) -> int:
    """The longest slot that each step begins with: there are the fewer to add up."""
    slot = gcd(*(step.start_ms for step in steps), steps[-1].end_ms)
    return slot if slot % SLOT == 0 else SLOT


def read_events(
    connection: Connection, events: Sequence[Event], asked: Asked, within: Within
) -> Iterator[Happened]:
    """What happened in a range, told apart by time, or by time and survey."""
    days = whole_days(*within.range, asked.project.settings.zone())
    cohorts = _NOTHING
    if days[0] < days[1]:
        cohorts = plan_cohorts(connection, asked, None, within.range[1] + _SLACK)
    yield from _from_rows(connection, events, asked, within, days, cohorts)
    yield from _from_cells(connection, events, asked, days, cohorts, within.by)


def _from_rows(
    connection: Connection,
    events: Sequence[Event],
    asked: Asked,
    within: Within,
    days: Days,
    cohorts: Plan,
) -> Iterator[Happened]:
    """What the cells do not tell of."""
    if not cohorts.days:
        yield from _count(connection, events, asked, within)
        return
    zone = asked.project.settings.zone()
    first, last = midnight(days[0], zone), midnight(days[1], zone)
    for part in ((within.range[0], first), (last, within.range[1])):
        yield from _count(connection, events, asked, within.part(*part))
    for requested in cohorts.rest:
        conditions = [*asked.conditions, *_requested(*requested)]
        yield from count_together(connection, events, conditions, within.part(first, last))


def _count(
    connection: Connection, events: Sequence[Event], asked: Asked, within: Within
) -> Iterator[Happened]:
    """What happened in a range to whatever was requested at any time.

    To tell whether a row is in a segment costs more than to read it: most are asked only once.
    """
    if asked.segment is None:
        yield from count_each(connection, events, asked.conditions, within)
        return
    start, end = within.range
    earlier = [*asked.conditions, ASK.created_at < start]
    yield from count_each(connection, events, earlier, within)
    meanwhile = [*asked.conditions, *_requested(start, end + _SLACK)]
    yield from count_together(connection, events, meanwhile, within)


def _requested(start: int, end: int) -> Sequence[ColumnElement[bool]]:
    return ASK.created_at >= start, ASK.created_at < end


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
