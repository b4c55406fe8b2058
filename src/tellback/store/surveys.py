"""Surveys and their versions. A version is never changed: each response keeps what it answered."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.identifiers import is_id
from tellback.core.model import MAX_WIRE_NUMBER, Project, Survey, SurveyDefinition
from tellback.core.numbering import is_number
from tellback.core.queries import ListSurveys
from tellback.store.tables import survey_versions, surveys

# Built once: in the hot path, putting a statement together costs as much as running it.
_CURRENT = (
    select(surveys, survey_versions.c.definition)
    .join(
        survey_versions,
        (survey_versions.c.project_id == surveys.c.project_id)
        & (survey_versions.c.survey_id == surveys.c.id)
        & (survey_versions.c.version == surveys.c.version),
    )
    .where(surveys.c.project_id == bindparam("the_project"))
)
_NAMED = _CURRENT.where(
    or_(
        surveys.c.id == bindparam("the_id"),
        surveys.c.key == bindparam("the_key"),
        surveys.c.number == bindparam("the_number"),
    )
).order_by(surveys.c.number)
_KEYED = _CURRENT.where(surveys.c.key == bindparam("the_key"))
_READY = (
    _CURRENT.where(surveys.c.dialect == bindparam("the_dialect"), surveys.c.live)
    .order_by(surveys.c.number)
    .limit(1)
)
_NOWHERE = "0" * 32


def insert_survey(
    connection: Connection, survey: Survey, now: int, published_by: str | None = None
) -> None:
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
    insert_version(connection, survey, now, published_by)


def insert_version(
    connection: Connection, survey: Survey, now: int, published_by: str | None
) -> None:
    """Store a further version of a survey; `update_survey` makes it the current one.

    ``published_by`` is an e-mail address, or the name of a way in; None where it is our own.
    """
    values = {
        "project_id": survey.project_id,
        "survey_id": survey.id,
        "version": survey.version,
        "definition": msgspec.to_builtins(survey.definition),
        "created_at": now,
        "published_by": published_by,
    }
    connection.execute(insert(survey_versions), values)


def update_survey(connection: Connection, survey: Survey, now: int) -> None:
    """Set a survey's version and number, and whether it is live."""
    statement = update(surveys).where(
        surveys.c.project_id == survey.project_id, surveys.c.id == survey.id
    )
    values = {"version": survey.version, "number": survey.number, "live": survey.live}
    connection.execute(statement.values(**values, updated_at=now))


def find_survey(
    connection: Connection, project_id: str, name: str | None, dialect: str
) -> Survey | None:
    """A survey by id, key or number; without a name the project's ready one for that wire."""
    if name is None:
        wanted = {"the_project": project_id, "the_dialect": dialect}
        row = connection.execute(_READY, wanted).first()
    else:
        row = connection.execute(_NAMED, _names(project_id, name)).first()
    return _survey(row) if row else None


def find_by_key(connection: Connection, project_id: str, key: str) -> Survey | None:
    """The survey of exactly that key."""
    row = connection.execute(_KEYED, {"the_project": project_id, "the_key": key}).first()
    return _survey(row) if row else None


def list_surveys(connection: Connection, project: Project, query: ListSurveys) -> list[Survey]:
    """The project's surveys at their current version, by number."""
    if query.key is not None:
        rows = connection.execute(_NAMED, _names(project.id, query.key))
    else:
        ordered = _CURRENT.order_by(surveys.c.number)
        rows = connection.execute(ordered, {"the_project": project.id})
    return [_survey(row) for row in rows]


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
    """The next free per-project survey number; `Invalid` where the highest one is taken."""
    highest = select(func.max(surveys.c.number)).where(surveys.c.project_id == project_id)
    number = int(connection.execute(highest).scalar() or 0) + 1
    if number > MAX_WIRE_NUMBER:
        rule = "must be given, as the highest number is taken"
        raise Invalid(Problem(Fault.MISSING, rule, "number"))
    return number


def is_number_taken(
    connection: Connection, project_id: str, number: int, but_by: str | None
) -> bool:
    """Whether a survey has that number, other than the one of that id."""
    statement = select(surveys.c.id).where(
        surveys.c.project_id == project_id, surveys.c.number == number
    )
    return connection.execute(statement).scalar() not in (None, but_by)


def _names(project_id: str, name: str) -> dict[str, Any]:
    """What a survey of that name may be called; an engine that knows UUIDs takes nothing else."""
    return {
        "the_project": project_id,
        "the_id": name if is_id(name) else _NOWHERE,
        "the_key": name,
        "the_number": int(name) if _is_number(name) else -1,
    }


def _is_number(name: str) -> bool:
    return is_number(name) and int(name) <= MAX_WIRE_NUMBER


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
