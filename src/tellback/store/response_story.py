"""One response with all around it: who gave it and what they said before, what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tellback.core.conversations import Conversation
from tellback.core.model import SurveyDefinition
from tellback.core.users import Agent
from tellback.store.agents import about_own
from tellback.store.conversations import about_conversation, read_conversation
from tellback.store.feed import AnyRow, Feed
from tellback.store.follow_ups import UNTOUCHED, Care, list_notes, read_care
from tellback.store.response_feed import (
    LISTED,
    ResponsePage,
    Version,
    find_authors,
    find_versions,
    page_of,
)
from tellback.store.tables import (
    contacts,
    conversations,
    invitations,
    response_revisions,
    responses,
)

#: How much of what else a person said, and of how an answer came about, is told.
_OTHERS, _REVISIONS = 10, 50


@dataclass(frozen=True, slots=True)
class ResponseStory:
    """A response, and what else is known. ``others`` are its author's other answers, newest first.

    ``surveys`` are those that its earlier versions answer, oldest first of the ``revisions``.
    """

    response: AnyRow
    author: AnyRow | None
    traits: Mapping[str, object]
    surveys: Mapping[Version, SurveyDefinition]
    revisions: Sequence[AnyRow]
    others: ResponsePage
    conversation: Conversation | None
    invitation: AnyRow | None
    care: Care
    notes: Sequence[AnyRow]


def read_response_story(
    connection: Connection, project_id: str, response_id: str, agent: Agent | None = None
) -> ResponseStory | None:
    """Everything about one response; None where the project has none by that id.

    For an agent only what is about conversations of their own: all that is known of the person
    elsewhere, and what others do about the response, is left out.
    """
    about = about_conversation(project_id, responses.c.conversation_id)
    mine = (responses.c.project_id == project_id) & (responses.c.id == response_id)
    own = about_own(project_id, agent, responses.c.conversation_id)
    row = connection.execute(select(responses, about).where(mine, *own)).first()
    if row is None:
        return None
    revisions = _revisions(connection, project_id, response_id)
    versions = {(row.survey_id, one.survey_version) for one in (row, *revisions)}
    return ResponseStory(
        row,
        find_authors(connection, project_id, {row.contact_id}).get(row.contact_id),
        _traits(connection, project_id, row) if agent is None else row.traits or {},
        find_versions(connection, project_id, versions),
        revisions,
        _others(connection, project_id, row, agent),
        _conversation(connection, project_id, row.conversation_id),
        _invitation(connection, project_id, row.invitation_id) if agent is None else None,
        *(_done(connection, project_id, response_id) if agent is None else (UNTOUCHED, ())),
    )


def _done(
    connection: Connection, project_id: str, response_id: str
) -> tuple[Care, Sequence[AnyRow]]:
    """What is done about a response."""
    care = read_care(connection, project_id, [response_id]).get(response_id, UNTOUCHED)
    return care, list_notes(connection, project_id, response_id)


def _traits(connection: Connection, project_id: str, row: AnyRow) -> Mapping[str, object]:
    """What is known of the person, with what the answer itself brought along laid over it."""
    table = contacts.c
    mine = (table.project_id == project_id) & (table.id == row.contact_id)
    known = row.contact_id and connection.execute(select(table.properties).where(mine)).scalar()
    return {**(known or {}), **(row.traits or {})}


def _others(
    connection: Connection, project_id: str, row: AnyRow, agent: Agent | None
) -> ResponsePage:
    if row.contact_id is None:
        return ResponsePage((), {}, {}, None, cut=False)
    table = responses.c
    statement = (
        select(*LISTED, about_conversation(project_id, table.conversation_id))
        .where(
            table.project_id == project_id, table.contact_id == row.contact_id, table.id != row.id
        )
        .where(*about_own(project_id, agent, table.conversation_id))
        # Sorted by a sum, lest the engine walk the whole table in its order to find a few rows.
        .order_by((table.created_at + 0).desc(), table.id.desc())
        .limit(_OTHERS)
    )
    feed = Feed(connection.execute(statement).all())
    return page_of(connection, project_id, feed, with_care=agent is None)


def _conversation(
    connection: Connection, project_id: str, conversation_id: str | None
) -> Conversation | None:
    table = conversations.c
    mine = (table.project_id == project_id) & (table.id == conversation_id)
    row = conversation_id and connection.execute(select(conversations).where(mine)).first()
    return read_conversation(row) if row else None


def _invitation(
    connection: Connection, project_id: str, invitation_id: str | None
) -> AnyRow | None:
    if invitation_id is None:
        return None
    table = invitations.c
    mine = (table.project_id == project_id) & (table.id == invitation_id)
    return connection.execute(select(invitations).where(mine)).first()


def _revisions(connection: Connection, project_id: str, response_id: str) -> Sequence[AnyRow]:
    table = response_revisions
    statement = (
        select(table)
        .where(table.c.project_id == project_id, table.c.response_id == response_id)
        .order_by(table.c.revision)
        .limit(_REVISIONS)
    )
    return connection.execute(statement).all()
