"""Responses as programs read them: filtered, page by page, with all that was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.store.contact_records import find_merged
from tellback.store.feed import AnyRow, Columns, Position, read_feed
from tellback.store.surveys import find_survey
from tellback.store.tables import responses, surveys

_LISTED: Columns = (
    responses.c.id,
    responses.c.dialect,
    responses.c.channel,
    responses.c.survey_id,
    responses.c.survey_version,
    responses.c.contact_id,
    responses.c.invitation_id,
    responses.c.conversation_id,
    responses.c.answers,
    responses.c.metric,
    responses.c.rating,
    responses.c.comment,
    responses.c.completed,
    responses.c.dismissed,
    responses.c.language,
    responses.c.created_at,
    responses.c.updated_at,
)
_HAS_COMMENT = and_(responses.c.comment.is_not(None), responses.c.comment != "")


@dataclass(frozen=True, slots=True)
class ResponseFilter:
    """Which responses are wanted: what is not None must hold. Times in ms, ``until`` excluded."""

    survey: str | None = None
    dialect: str | None = None
    channel: str | None = None
    rating_from: float | None = None
    rating_to: float | None = None
    since: int | None = None
    until: int | None = None
    has_comment: bool | None = None
    contact_id: str | None = None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class ResponseRows:
    """Responses, the keys of the surveys by their ids, and where older ones follow."""

    rows: Sequence[AnyRow]
    surveys: Mapping[str, str]
    older: Position | None


def list_response_rows(
    connection: Connection,
    project: Project,
    wanted: ResponseFilter,
    before: Position | None,
    size: int,
) -> ResponseRows:
    """A page of responses, newest first. A page may be short and still have a next one."""
    within, few = _within(connection, project.id, wanted)
    matching = _matching(connection, project.id, wanted)
    feed = read_feed(
        connection,
        responses,
        _LISTED,
        project.id,
        before,
        size,
        and_(*matching) if matching else None,
        within=within,
        few=few,
    )
    return ResponseRows(feed.rows, survey_keys(connection, project.id), feed.older)


def get_response_row(connection: Connection, project: Project, id_: str) -> ResponseRows:
    """One response; `NotFound` alike where it is unknown or another project's."""
    if not is_id(id_):
        raise NotFound
    mine = (responses.c.project_id == project.id) & (responses.c.id == id_)
    rows = connection.execute(select(*_LISTED).where(mine)).all()
    if not rows:
        raise NotFound
    return ResponseRows(rows, survey_keys(connection, project.id), None)


def survey_keys(connection: Connection, project_id: str) -> dict[str, str]:
    """The keys of a project's surveys by their ids."""
    statement = select(surveys.c.id, surveys.c.key).where(surveys.c.project_id == project_id)
    return {row.id: row.key for row in connection.execute(statement)}


def _within(
    connection: Connection, project_id: str, wanted: ResponseFilter
) -> tuple[list[ColumnElement[bool]], bool]:
    """The conditions that an index serves, and whether it is one that leads to few rows."""
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(responses.c.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(responses.c.created_at < wanted.until)
    few = False
    if wanted.contact_id is not None:
        few = True
        contact_id = find_merged(connection, project_id, _id(wanted.contact_id))
        found.append(responses.c.contact_id == contact_id)
    if wanted.conversation_id is not None:
        few = True
        found.append(responses.c.conversation_id == _id(wanted.conversation_id))
    return found, few


def _matching(
    connection: Connection, project_id: str, wanted: ResponseFilter
) -> list[ColumnElement[bool]]:
    table, found = responses.c, []
    if wanted.survey is not None:
        survey = find_survey(connection, project_id, wanted.survey, "")
        if survey is None:
            raise NotFound("There is no such survey.")
        found.append(table.survey_id == survey.id)
    for column, value in ((table.dialect, wanted.dialect), (table.channel, wanted.channel)):
        if value is not None:
            found.append(column == value)
    if wanted.rating_from is not None:
        found.append(table.rating >= wanted.rating_from)
    if wanted.rating_to is not None:
        found.append(table.rating <= wanted.rating_to)
    if wanted.has_comment is not None:
        found.append(_HAS_COMMENT if wanted.has_comment else ~_HAS_COMMENT)
    return found


def _id(text: str) -> Any:
    """An id; where it is none, one that nothing has."""
    return text if is_id(text) else "0" * 32
