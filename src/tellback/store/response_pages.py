"""Responses as programs read them: filtered, page by page, with all that was answered."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_

from tellback.core.model import Project
from tellback.store.comment_search import contains, find_steps
from tellback.store.feed import Columns, Position
from tellback.store.pages import Condition, Page, PageFilter, read_one, read_page
from tellback.store.tables import responses

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
class ResponseFilter(PageFilter):
    """Which responses are wanted: what is not None must hold."""

    rating_from: float | None = None
    rating_to: float | None = None
    has_comment: bool | None = None
    contains: str | None = None


def list_response_rows(
    connection: Connection,
    project: Project,
    wanted: ResponseFilter,
    before: Position | None,
    size: int,
) -> Page:
    """A page of responses, newest first. A page may be short and still have a next one."""
    matching, steps = _matching(wanted), None
    if wanted.contains is not None:
        matching.append(contains(wanted.contains))
        steps = find_steps(connection, project, wanted.contains)
    return read_page(
        connection,
        responses,
        _LISTED,
        project,
        wanted,
        before,
        size,
        matching=matching,
        steps=steps,
    )


def get_response_row(connection: Connection, project: Project, id_: str) -> Page:
    """One response; `NotFound` alike where it is unknown or another project's."""
    return read_one(connection, responses, _LISTED, project, id_)


def _matching(wanted: ResponseFilter) -> list[Condition]:
    rating, found = responses.c.rating, []
    if wanted.rating_from is not None:
        found.append(rating >= wanted.rating_from)
    if wanted.rating_to is not None:
        found.append(rating <= wanted.rating_to)
    if wanted.has_comment is not None:
        found.append(_HAS_COMMENT if wanted.has_comment else ~_HAS_COMMENT)
    return found
