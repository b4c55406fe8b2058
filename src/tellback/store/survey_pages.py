"""Surveys as the dashboard shows them: with their drafts, and with what came of them lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.queries import ListSurveys
from tellback.core.rollup import Range
from tellback.core.selection import EVERYTHING
from tellback.store.rated import Counts, count_surveys
from tellback.store.response_feed import Version, find_versions
from tellback.store.survey_drafts import Draft, find_draft, list_drafts
from tellback.store.surveys import find_by_key, list_surveys


@dataclass(frozen=True, slots=True)
class Lately:
    """What came in a time, by survey, and the versions that the ratings answer."""

    counts: Mapping[str, Counts]
    versions: Mapping[Version, SurveyDefinition]


def find_with_draft(
    connection: Connection, project: Project, key: str
) -> tuple[Survey | None, Draft | None]:
    """The survey of that key and its draft, as far as they are there."""
    return find_by_key(connection, project.id, key), find_draft(connection, project.id, key)


def list_with_drafts(
    connection: Connection, project: Project
) -> tuple[Sequence[Survey], Sequence[Draft]]:
    """All surveys and all drafts of a project."""
    surveys = list_surveys(connection, project, ListSurveys())
    return surveys, list_drafts(connection, project.id)


def count_lately(connection: Connection, project: Project, range_: Range) -> Lately:
    """What came in that time (ms)."""
    counts = count_surveys(connection, project, EVERYTHING, range_)
    versions = {(r.survey_id, r.survey_version) for c in counts.values() for r in c.ratings}
    return Lately(counts, find_versions(connection, project.id, versions))
