"""Surveys and their versions. A version is never changed: each response keeps what it answered."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.queries import ListSurveys
from tellback.store.tables import survey_versions, surveys


def insert_survey(connection: Connection, survey: Survey, now: int) -> None:
    """Store a new survey with its first version."""
    values = {
        "project_id": survey.project_id,
        "id": survey.id,
        "key": survey.key,
        "number": survey.number,
        "version": survey.version,
        "live": survey.live,
        "dialect": survey.dialect,
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(insert(surveys), values)
    _insert_version(connection, survey, now)


def insert_version(connection: Connection, survey: Survey, now: int) -> None:
    """Store a further version of a survey and make it the current one."""
    _insert_version(connection, survey, now)
    statement = update(surveys).where(
        surveys.c.project_id == survey.project_id, surveys.c.id == survey.id
    )
    connection.execute(statement.values(version=survey.version, live=survey.live, updated_at=now))


def set_live(connection: Connection, project_id: str, survey_id: str, live: bool, now: int) -> None:
    """Publish or pause a survey."""
    statement = update(surveys).where(surveys.c.project_id == project_id, surveys.c.id == survey_id)
    connection.execute(statement.values(live=live, updated_at=now))


def find_survey(
    connection: Connection, project_id: str, name: str | None, dialect: str
) -> Survey | None:
    """A survey by id, key or number; without a name the project's ready one for that wire."""
    statement = _current().where(surveys.c.project_id == project_id)
    if name is None:
        ready = statement.where(surveys.c.dialect == dialect, surveys.c.live)
        row = connection.execute(ready.order_by(surveys.c.number).limit(1)).first()
    else:
        row = connection.execute(statement.where(_named(name))).first()
    return _survey(row) if row else None


def list_surveys(connection: Connection, project: Project, query: ListSurveys) -> list[Survey]:
    """The project's surveys at their current version, by number."""
    statement = _current().where(surveys.c.project_id == project.id).order_by(surveys.c.number)
    if query.key is not None:
        statement = statement.where(_named(query.key))
    return [_survey(row) for row in connection.execute(statement)]


def find_version(
    connection: Connection, project_id: str, survey_id: str, version: int
) -> SurveyDefinition | None:
    """What a survey said at a version."""
    statement = select(survey_versions.c.definition).where(
        survey_versions.c.project_id == project_id,
        survey_versions.c.survey_id == survey_id,
        survey_versions.c.version == version,
    )
    definition = connection.execute(statement).scalar()
    return None if definition is None else msgspec.convert(definition, SurveyDefinition)


def next_number(connection: Connection, project_id: str) -> int:
    """The next free per-project survey number."""
    highest = select(func.max(surveys.c.number)).where(surveys.c.project_id == project_id)
    return int(connection.execute(highest).scalar() or 0) + 1


def _current() -> Select[Any]:
    at_version = (
        (survey_versions.c.project_id == surveys.c.project_id)
        & (survey_versions.c.survey_id == surveys.c.id)
        & (survey_versions.c.version == surveys.c.version)
    )
    return select(surveys, survey_versions.c.definition).join(survey_versions, at_version)


def _named(name: str) -> Any:
    names = [surveys.c.id == name, surveys.c.key == name]
    if name.isascii() and name.isdigit() and len(name) <= 9:
        names.append(surveys.c.number == int(name))
    return or_(*names)


def _insert_version(connection: Connection, survey: Survey, now: int) -> None:
    values = {
        "project_id": survey.project_id,
        "survey_id": survey.id,
        "version": survey.version,
        "definition": msgspec.to_builtins(survey.definition),
        "created_at": now,
    }
    connection.execute(insert(survey_versions), values)


def _survey(row: Row[Any]) -> Survey:
    return Survey(
        project_id=row.project_id,
        id=row.id,
        key=row.key,
        number=row.number,
        version=row.version,
        live=row.live,
        dialect=row.dialect,
        definition=msgspec.convert(row.definition, SurveyDefinition),
    )
