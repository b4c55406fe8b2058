"""How often each rating was given, step by step: from the roll-up, as far as that can tell."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from tellback.core.calendar import Bucket
from tellback.core.model import Project
from tellback.core.rollup import RESPONSES, SLOT, Range, Source, midnight
from tellback.core.selection import Selection
from tellback.store.cohorts import Asked
from tellback.store.event_counts import By, Within
from tellback.store.event_sums import read_events
from tellback.store.invitation_events import OPEN
from tellback.store.rollups import facts_of, plan_reading, read_cells
from tellback.store.selected import selected_cells, selected_rows
from tellback.store.tables import responses


class Rated(NamedTuple):
    """A rating that was given to a version of a survey; ``metric`` says what it measures."""

    metric: str
    survey_id: str
    survey_version: int
    rating: float


@dataclass(slots=True)
class Counts:
    """What came in a time: ratings, opens by survey, all responses by channel."""

    ratings: Counter[Rated] = field(default_factory=Counter)
    opens: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)


def sum_counts(steps: Sequence[Counts]) -> Counts:
    """The counts of several times together."""
    total = Counts()
    for step in steps:
        total.ratings.update(step.ratings)
        total.opens.update(step.opens)
        total.channels.update(step.channels)
    return total


def count_steps(
    connection: Connection, project: Project, selection: Selection, steps: Sequence[Bucket]
) -> list[Counts]:
    """What came in each of these steps, which follow each other without a gap."""
    found = [Counts() for _ in steps]
    if not steps:
        return found
    starts = [step.start_ms for step in steps]
    range_ = starts[0], steps[-1].end_ms
    for came in _read(connection, project, selection, range_):
        step = found[bisect_right(starts, came.at) - 1]
        step.channels[came.channel] += came.times
        if came.rated is not None:
            step.ratings[came.rated] += came.times
    asked = Asked(project, selection)
    for opened in read_events(connection, (OPEN,), asked, Within(range_, By.SURVEY)):
        step = found[bisect_right(starts, opened.at) - 1]
        step.opens[opened.survey_id] += opened.counts["opens"]
    return found


def count_surveys(
    connection: Connection, project: Project, selection: Selection, range_: Range
) -> dict[str, Counts]:
    """What came in that time (ms), by survey; without the opens."""
    found: dict[str, Counts] = {}
    for came in _read(connection, project, selection, range_):
        counts = found.setdefault(came.survey_id, Counts())
        counts.channels[came.channel] += came.times
        if came.rated is not None:
            counts.ratings[came.rated] += came.times
    return found


class _Came(NamedTuple):
    """How many responses of one kind came about a moment."""

    at: int
    survey_id: str
    channel: str
    rated: Rated | None
    times: int


def _read(
    connection: Connection, project: Project, selection: Selection, range_: Range
) -> Iterator[_Came]:
    plan = plan_reading(connection, project, Source.RESPONSES, *range_)
    for part in plan.rest:
        yield from _from_rows(connection, project.id, selection, part)
    zone, of = project.settings.zone(), selected_cells(selection)
    for cell in read_cells(connection, project.id, Source.RESPONSES, plan.days, *of):
        at = midnight(cell.day, zone)
        for fact, kind, count in facts_of(cell.counts):
            if kind == RESPONSES:
                rated = _rated(fact.metric, cell.survey_id, fact.version, fact.rating)
                yield _Came(at, cell.survey_id, cell.channel, rated, count)


def _from_rows(
    connection: Connection, project_id: str, selection: Selection, range_: Range
) -> Iterator[_Came]:
    table = responses.c
    by = (table.channel, table.metric, table.survey_id, table.survey_version, table.rating)
    statement = (
        select(func.min(table.created_at), func.count(), *by)
        .where(table.project_id == project_id, *selected_rows(table, selection))
        .where(table.created_at >= range_[0], table.created_at < range_[1])
        .group_by(*by, table.created_at // SLOT)
    )
    for at, count, channel, *rated in connection.execute(statement):
        yield _Came(at, rated[1], channel, _rated(*rated), count)


def _rated(metric: str | None, survey_id: str, version: int, rating: float | None) -> Rated | None:
    if metric is None or rating is None:
        return None
    return Rated(metric, survey_id, version, rating)
