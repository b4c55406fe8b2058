"""What an event tells of, as it is when it is told: nobody's data waits in the queue itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from tellback.core.conversations import Conversation, ConversationKey
from tellback.core.errors import NotFound
from tellback.core.model import Project, Survey
from tellback.core.queries import GetResponse
from tellback.core.records import ContactRecord, ResponseRecord
from tellback.core.webhooks import EventType
from tellback.store.contact_records import find_contact_records
from tellback.store.conversations import find_conversations
from tellback.store.response_records import get_response
from tellback.store.surveys import find_survey
from tellback.store.tables import invitations, responses


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as others are told of it. ``number`` is its per-project integer."""

    id: str
    number: int | None
    channel: str
    dialect: str
    reference: str
    language: str | None
    created_at: int
    sent_at: int | None


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What an event is about, as far as there is such a thing. ``survey`` is as it is now."""

    invitation: Invited | None = None
    survey: Survey | None = None
    conversation: Conversation | None = None
    contact: ContactRecord | None = None
    response: ResponseRecord | None = None


def read_event_facts(
    connection: Connection, project: Project, event_type: str, subject_id: str
) -> EventFacts | None:
    """What an event of that type is about; None where that is gone."""
    reader = _READERS.get(event_type)
    return reader(connection, project, subject_id) if reader else None


def _of_invitation(connection: Connection, project: Project, id_: str) -> EventFacts | None:
    table = invitations
    mine = (table.c.project_id == project.id, table.c.id == id_)
    row = connection.execute(select(table).where(*mine)).first()
    if row is None:
        return None
    return EventFacts(
        invitation=_invited(row),
        survey=find_survey(connection, project.id, row.survey_id, row.dialect),
        conversation=_conversation(connection, project.id, row.conversation_id),
        contact=_contact(connection, project.id, row.contact_id),
    )


def _of_response(connection: Connection, project: Project, id_: str) -> EventFacts | None:
    try:
        response = get_response(connection, project, GetResponse(id_))
    except NotFound:
        return None
    table = responses
    mine = (table.c.project_id == project.id, table.c.id == id_)
    links = (table.c.conversation_id, table.c.invitation_id)
    conversation_id, invitation_id = connection.execute(select(*links).where(*mine)).one()
    asked = _of_invitation(connection, project, invitation_id) if invitation_id else None
    return EventFacts(
        invitation=asked.invitation if asked else None,
        survey=find_survey(connection, project.id, response.survey_id, response.dialect),
        conversation=_conversation(connection, project.id, conversation_id),
        contact=response.contact,
        response=response,
    )


def _of_conversation(connection: Connection, project: Project, id_: str) -> EventFacts | None:
    conversation = _conversation(connection, project.id, id_)
    if conversation is None:
        return None
    contact = _contact(connection, project.id, conversation.contact_id)
    return EventFacts(conversation=conversation, contact=contact)


_Reader = Callable[[Connection, Project, str], EventFacts | None]
_READERS: Mapping[str, _Reader] = {
    EventType.INVITATION_CREATED: _of_invitation,
    EventType.RESPONSE_CREATED: _of_response,
    EventType.RESPONSE_UPDATED: _of_response,
    EventType.CONVERSATION_CLOSED: _of_conversation,
}


def _invited(row: Row[Any]) -> Invited:
    return Invited(
        id=row.id,
        number=row.number,
        channel=row.channel,
        dialect=row.dialect,
        reference=row.reference,
        language=row.language,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )


def _conversation(connection: Connection, project_id: str, id_: str | None) -> Conversation | None:
    if id_ is None:
        return None
    found = find_conversations(connection, project_id, [ConversationKey(id=id_)])
    return found[0] if found else None


def _contact(connection: Connection, project_id: str, id_: str | None) -> ContactRecord | None:
    if id_ is None:
        return None
    return find_contact_records(connection, project_id, [id_]).get(id_)
