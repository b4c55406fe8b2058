"""Everything about one person: how they are known, what they were asked, answered and talked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tellback.core.conversations import Conversation
from tellback.core.errors import ContactUnknown
from tellback.core.identifiers import is_id
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.records import ContactRecord
from tellback.store.contact_records import find_contact_records, find_merged
from tellback.store.conversations import read_conversation
from tellback.store.feed import AnyRow
from tellback.store.invitation_pages import InvitationFilter, list_invitation_rows
from tellback.store.pages import survey_keys
from tellback.store.response_pages import ResponseFilter, list_response_rows
from tellback.store.tables import contact_identities, conversations

#: How much of each kind is told, the newest of it. Lists tell of the rest.
MOST = 500


@dataclass(frozen=True, slots=True)
class ContactStory:
    """One person, all they are known by, and what they were asked, answered and talked: newest
    first. ``surveys`` are the surveys' keys by their ids."""

    contact: ContactRecord
    identities: Sequence[ContactKey]
    invitations: Sequence[AnyRow]
    responses: Sequence[AnyRow]
    conversations: Sequence[Conversation]
    surveys: Mapping[str, str]


def read_contact_story(connection: Connection, project: Project, id_: str) -> ContactStory:
    """One person; `ContactUnknown` where there is none, or none any more.

    Who became one with somebody else is found as that somebody.
    """
    if not is_id(id_):
        raise ContactUnknown
    contact_id = find_merged(connection, project.id, id_)
    contact = find_contact_records(connection, project.id, [contact_id]).get(contact_id)
    if contact is None:
        raise ContactUnknown
    identities = _identities(connection, project.id, contact_id)
    answered = ResponseFilter(contact_id=contact_id)
    return ContactStory(
        contact,
        identities,
        _invitations(connection, project, contact_id, identities),
        list_response_rows(connection, project, answered, None, MOST).rows,
        _conversations(connection, project.id, contact_id),
        survey_keys(connection, project.id),
    )


def _identities(connection: Connection, project_id: str, contact_id: str) -> list[ContactKey]:
    table = contact_identities.c
    mine = (table.project_id == project_id) & (table.contact_id == contact_id)
    statement = select(table.kind, table.value).where(mine).order_by(table.kind, table.value)
    return [ContactKey(row.kind, row.value) for row in connection.execute(statement)]


def _invitations(
    connection: Connection, project: Project, contact_id: str, identities: Sequence[ContactKey]
) -> list[AnyRow]:
    """What somebody was asked, and what waits to be: that is known by its address only."""
    asked = InvitationFilter(contact_id=contact_id)
    found = list(list_invitation_rows(connection, project, asked, None, MOST).rows)
    for key in identities:
        if key.kind == Identity.EMAIL:
            waiting = InvitationFilter(address=key.value)
            rows = list_invitation_rows(connection, project, waiting, None, MOST).rows
            found += [row for row in rows if row.contact_id is None]
    return sorted(found, key=lambda row: (row.created_at, row.id), reverse=True)[:MOST]


def _conversations(connection: Connection, project_id: str, contact_id: str) -> list[Conversation]:
    table = conversations.c
    mine = (table.project_id == project_id) & (table.contact_id == contact_id)
    newest = ((table.opened_at + 0).desc(), table.id.desc())
    statement = select(conversations).where(mine).order_by(*newest).limit(MOST)
    return [read_conversation(row) for row in connection.execute(statement)]
