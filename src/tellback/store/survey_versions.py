"""What surveys have said, version by version."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from tellback.core.errors import NotFound
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.store.surveys import find_survey
from tellback.store.tables import survey_versions

#: Who publishes from a shell is not known by name.
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class SurveyVersion:
    """A version, and since when (ms) it is there.

    ``published_by`` is the e-mail address of who published it, or the name of the wire that it came
    by, `COMMAND_LINE` among them; None where nobody was noted.
    """

    version: int
    created_at: int
    definition: SurveyDefinition
    published_by: str | None = None


def get_survey(connection: Connection, project: Project, name: str) -> Survey:
    """A survey by key, number or id; `NotFound` alike where it is unknown or another project's."""
    survey = find_survey(connection, project.id, name, "")
    if survey is None:
        raise NotFound("There is no such survey.")
    return survey


def list_versions(
    connection: Connection, project: Project, name: str
) -> tuple[Survey, Sequence[SurveyVersion]]:
    """A survey with all its versions, oldest first; `NotFound` as `get_survey`."""
    survey = get_survey(connection, project, name)
    table = survey_versions.c
    statement = (
        select(table.version, table.created_at, table.definition, table.published_by)
        .where(table.project_id == project.id, table.survey_id == survey.id)
        .order_by(table.version)
    )
    return survey, [
        SurveyVersion(row[0], row[1], msgspec.convert(row[2], SurveyDefinition), row[3])
        for row in connection.execute(statement)
    ]
