"""Responses as their reader looks at them: newest first, with who wrote them and on what scale."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, and_, select, tuple_

from tellback.core.model import Project, SurveyDefinition
from tellback.core.response_search import ResponseSearch
from tellback.core.selection import EVERYTHING, Selection
from tellback.store.conversations import about_conversation
from tellback.store.feed import AnyRow, Columns, Feed, Position, read_feed
from tellback.store.follow_ups import Care, read_care
from tellback.store.known_as import external_id
from tellback.store.response_search import HAS_COMMENT, conditions_of
from tellback.store.rows import among, chunks
from tellback.store.selected import selected_rows
from tellback.store.tables import contacts, responses, survey_versions

LISTED: Columns = (
    responses.c.id,
    responses.c.dialect,
    responses.c.channel,
    responses.c.survey_id,
    responses.c.survey_version,
    responses.c.contact_id,
    responses.c.invitation_id,
    responses.c.answers,
    responses.c.metric,
    responses.c.rating,
    responses.c.comment,
    responses.c.completed,
    responses.c.dismissed,
    responses.c.created_at,
)
#: Which version of which survey: (survey id, version).
Version = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """Responses with their authors by contact id, the surveys that they answer, and their care."""

    rows: Sequence[AnyRow]
    authors: Mapping[str, AnyRow]
    surveys: Mapping[Version, SurveyDefinition]
    older: Position | None
    cut: bool
    care: Mapping[str, Care] = field(default_factory=dict)


def list_newest_responses(
    connection: Connection,
    project_id: str,
    with_comment: bool,
    before: Position | None,
    size: int,
    selection: Selection = EVERYTHING,
) -> ResponsePage:
    """A page of responses of a selection; only those with a comment if asked."""
    wanted = selected_rows(responses.c, selection)
    if with_comment:
        wanted.append(HAS_COMMENT)
    matching = and_(*wanted) if wanted else None
    listed = (*LISTED, about_conversation(project_id, responses.c.conversation_id))
    feed = read_feed(connection, responses, listed, project_id, before, size, matching)
    return page_of(connection, project_id, feed)


def search_responses(
    connection: Connection,
    project: Project,
    search: ResponseSearch,
    before: Position | None,
    size: int,
) -> ResponsePage:
    """A page of what is searched for. It may be short and still have a next one."""
    found = conditions_of(connection, project, search)
    # Where few come into question all of them are looked at, and no page is cut.
    within = found.everything if found.are_few else found.within
    matching = None if found.are_few or not found.matching else and_(*found.matching)
    listed = (*LISTED, about_conversation(project.id, responses.c.conversation_id))
    feed = read_feed(
        connection,
        responses,
        listed,
        project.id,
        before,
        size,
        matching,
        within=within,
        few=found.are_few,
        steps=found.steps,
    )
    # What is done about a response is not for the agent whom it is about.
    return page_of(connection, project.id, feed, with_care=search.agent is None)


def find_newest(connection: Connection, project_ids: Collection[str]) -> Mapping[str, Position]:
    """Where the newest response of each project stands, if it has any."""
    of, found = responses.c, {}
    for project_id in project_ids:
        mine = select(of.created_at, of.id).where(of.project_id == project_id)
        newest = mine.order_by(of.created_at.desc(), of.id.desc()).limit(1)
        for row in connection.execute(newest):
            found[project_id] = (row.created_at, row.id)
    return found


def page_of(
    connection: Connection, project_id: str, feed: Feed, *, with_care: bool = True
) -> ResponsePage:
    """Listed rows with who wrote them, and what they answer."""
    return ResponsePage(
        feed.rows,
        find_authors(connection, project_id, {row.contact_id for row in feed.rows}),
        find_versions(
            connection, project_id, {(row.survey_id, row.survey_version) for row in feed.rows}
        ),
        feed.older,
        feed.cut,
        read_care(connection, project_id, [row.id for row in feed.rows]) if with_care else {},
    )


def find_versions(
    connection: Connection, project_id: str, versions: Iterable[Version]
) -> Mapping[Version, SurveyDefinition]:
    """What surveys said at versions."""
    table = survey_versions.c
    both = tuple_(table.survey_id, table.version)
    statement = select(table.survey_id, table.version, table.definition)
    statement = statement.where(table.project_id == project_id)
    return {
        (row.survey_id, row.version): msgspec.convert(row.definition, SurveyDefinition)
        for wanted in chunks(versions)
        for row in connection.execute(statement.where(both.in_(wanted)))
    }


def find_authors(
    connection: Connection, project_id: str, ids: set[str | None]
) -> Mapping[str, AnyRow]:
    """What contacts are known by: name, email, and the caller's own id as ``external``."""
    wanted = [id_ for id_ in ids if id_ is not None]
    if not wanted:
        return {}
    table = contacts.c
    external = external_id(project_id, table.id).label("external")
    columns: Columns = (table.id, table.name, table.email, external)
    statement = select(*columns)
    rows = connection.execute(
        statement.where(table.project_id == project_id, among(table.id, wanted))
    )
    return {row.id: row for row in rows}
