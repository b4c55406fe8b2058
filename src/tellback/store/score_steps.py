"""How often each rating was given to a survey, day by day or month by month."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.calendar import Bucket
from tellback.core.instants import MINUTE
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.store.response_feed import find_versions
from tellback.store.survey_versions import get_survey
from tellback.store.tables import responses

#: No zone's clock is off by anything but a multiple of it.
_SLOT = 15 * MINUTE


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
    table = responses.c
    by = (table.survey_version, table.rating, table.created_at // _SLOT)
    statement = (
        select(table.survey_version, table.rating, func.min(table.created_at), func.count())
        .where(
            table.project_id == project.id,
            table.survey_id == survey.id,
            table.rating.is_not(None),
            table.created_at >= steps[0].start_ms,
            table.created_at < steps[-1].end_ms,
        )
        .group_by(*by)
    )
    starts = [step.start_ms for step in steps]
    counts: list[dict[tuple[int, float], int]] = [{} for _ in steps]
    for version, rating, at, count in connection.execute(statement):
        step = counts[bisect_right(starts, at) - 1]
        step[version, rating] = step.get((version, rating), 0) + count
    rated = {version for step in counts for version, _ in step}
    known = find_versions(connection, project.id, {(survey.id, version) for version in rated})
    return RatedSteps(
        survey,
        {version: definition for (_, version), definition in known.items()},
        [[Rated(*key, count) for key, count in step.items()] for step in counts],
    )
