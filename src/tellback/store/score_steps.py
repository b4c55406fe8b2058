"""How often each rating was given to a survey, day by day or month by month."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.calendar import Bucket
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.rollup import RESPONSES, SLOT, Range, Source, midnight
from tellback.store.response_feed import find_versions
from tellback.store.rollups import facts_of, of_survey, plan_reading, read_cells
from tellback.store.survey_versions import get_survey
from tellback.store.tables import responses


@dataclass(frozen=True, slots=True)
class Rated:
    """How often a rating was given to a version of the survey."""

    version: int
    rating: float
    count: int


@dataclass(frozen=True, slots=True)
class RatedSteps:
    """A survey, what it said at the versions that were rated, and what was given in each step."""

    survey: Survey
    versions: dict[int, SurveyDefinition]
    steps: Sequence[Sequence[Rated]]


def count_ratings(
    connection: Connection, project: Project, name: str, steps: Sequence[Bucket]
) -> RatedSteps:
    """Count the ratings of a survey in each step; `NotFound` where there is no such survey."""
    survey = get_survey(connection, project, name)
    starts = [step.start_ms for step in steps]
    counts: list[dict[tuple[int, float], int]] = [{} for _ in steps]
    for at, version, rating, count in _ratings(connection, project, survey.id, steps):
        step = counts[bisect_right(starts, at) - 1]
        step[version, rating] = step.get((version, rating), 0) + count
    rated = {version for step in counts for version, _ in step}
    known = find_versions(connection, project.id, {(survey.id, version) for version in rated})
    return RatedSteps(
        survey,
        {version: definition for (_, version), definition in known.items()},
        [[Rated(*key, count) for key, count in step.items()] for step in counts],
    )


def _ratings(
    connection: Connection, project: Project, survey_id: str, steps: Sequence[Bucket]
) -> Iterator[tuple[int, int, float, int]]:
    """Counts of ratings: a moment in the step, version, rating, count."""
    plan = plan_reading(connection, project, Source.RESPONSES, steps[0].start_ms, steps[-1].end_ms)
    for range_ in plan.rest:
        yield from _from_rows(connection, project.id, survey_id, range_)
    zone, id_ = project.settings.zone(), project.id
    for cell in read_cells(connection, id_, Source.RESPONSES, plan.days, of_survey(survey_id)):
        at = midnight(cell.day, zone)
        for fact, kind, count in facts_of(cell.counts):
            if kind == RESPONSES and fact.rating is not None:
                yield at, fact.version, fact.rating, count


def _from_rows(
    connection: Connection, project_id: str, survey_id: str, range_: Range
) -> Iterator[tuple[int, int, float, int]]:
    table = responses.c
    by = (table.survey_version, table.rating, table.created_at // SLOT)
    statement = (
        select(func.min(table.created_at), table.survey_version, table.rating, func.count())
        .where(
            table.project_id == project_id,
            table.survey_id == survey_id,
            table.rating.is_not(None),
            table.created_at >= range_[0],
            table.created_at < range_[1],
        )
        .group_by(*by)
    )
    yield from map(tuple, connection.execute(statement))
