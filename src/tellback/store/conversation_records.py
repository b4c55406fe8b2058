"""Conversations as their project may see them: with their people, and what was answered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, String, cast, func, or_, select

from tellback.core.conversations import (
    ContactDetail,
    ConversationPage,
    ConversationRecord,
    FindContacts,
    GetContact,
    GetConversation,
    ListConversations,
)
from tellback.core.errors import ContactUnknown, ConversationUnknown
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.core.records import ResponseRecord
from tellback.store.contact_records import find_contact_records, find_merged
from tellback.store.contacts import find_contacts as find_known
from tellback.store.conversations import (
    find_conversations,
    open_conversations,
    read_conversation,
)
from tellback.store.response_records import responses_about
from tellback.store.rows import among
from tellback.store.tables import contacts, conversations


def get_conversation(
    connection: Connection, project: Project, query: GetConversation
) -> ConversationRecord:
    """One conversation; `ConversationUnknown` alike where it is unknown or another's."""
    found = find_conversations(connection, project.id, [query.conversation])
    if not found:
        raise ConversationUnknown
    if query.contact is not None:
        person = find_known(connection, project.id, [query.contact]).get(query.contact)
        if person is None or person.id != found[0].contact_id:
            raise ConversationUnknown
    statement = select(conversations).where(
        conversations.c.project_id == project.id, conversations.c.id == found[0].id
    )
    return _records(connection, project.id, connection.execute(statement).all())[0]


def list_conversations(
    connection: Connection, project: Project, query: ListConversations
) -> ConversationPage:
    """One page of a project's conversations, with how many there are in all."""
    conditions = _conditions(connection, project, query)
    if conditions is None:
        return ConversationPage([], 0)
    total = connection.execute(
        select(func.count()).select_from(conversations).where(*conditions)
    ).scalar()
    order = (conversations.c.opened_at, conversations.c.id)
    statement: Select[Any] = (
        select(conversations)
        .where(*conditions)
        .order_by(*(order if query.ascending else (one.desc() for one in order)))
        .limit(query.size)
        .offset(query.offset)
    )
    items = _records(connection, project.id, connection.execute(statement).all())
    return ConversationPage(items, int(total or 0))


def get_contact(connection: Connection, project: Project, query: GetContact) -> ContactDetail:
    """One person; `ContactUnknown` where there is none, or none any more.

    Who became one with somebody else is found as that somebody.
    """
    id_ = query.id if query.id and is_id(query.id) else None
    if query.contact is not None:
        known = find_known(connection, project.id, [query.contact]).get(query.contact)
        id_ = known.id if known else None
    if id_ is None:
        raise ContactUnknown
    found = _details(connection, project.id, [find_merged(connection, project.id, id_)])
    if not found:
        raise ContactUnknown
    return found[0]


def find_contacts(
    connection: Connection, project: Project, query: FindContacts
) -> list[ContactDetail]:
    """The people whom these keys lead to, each once, in the order of the keys."""
    known = find_known(connection, project.id, query.contacts)
    ids = dict.fromkeys(known[key].id for key in query.contacts if key in known)
    return _details(connection, project.id, list(ids))


def _details(connection: Connection, project_id: str, ids: Sequence[str]) -> list[ContactDetail]:
    if not ids:
        return []
    records = find_contact_records(connection, project_id, ids)
    talking = open_conversations(connection, project_id, ids)
    table = conversations
    statement = (
        select(table.c.contact_id)
        .where(table.c.project_id == project_id, among(table.c.contact_id, ids))
        .distinct()
    )
    have_talked = set(connection.execute(statement).scalars())
    return [
        ContactDetail(records[id_], talking.get(id_), id_ in have_talked)
        for id_ in ids
        if id_ in records
    ]


def _conditions(
    connection: Connection, project: Project, query: ListConversations
) -> list[ColumnElement[bool]] | None:
    """What a listed conversation must be; None where nothing can be."""
    table = conversations.c
    found: list[ColumnElement[bool]] = [table.project_id == project.id]
    if query.contact is not None:
        person = find_known(connection, project.id, [query.contact]).get(query.contact)
        if person is None:
            return None
        found.append(table.contact_id == person.id)
    if query.is_open is not None:
        found.append(table.closed_at.is_(None) if query.is_open else table.closed_at.is_not(None))
    if query.status is not None:
        found.append(table.status == query.status)
    if query.name is not None:
        named = select(contacts.c.id).where(
            contacts.c.project_id == project.id,
            contacts.c.name.icontains(query.name, autoescape=True),
        )
        found.append(table.contact_id.in_(named))
    if query.agents:
        found.append(among(table.agent, query.agents))
    if query.departments:
        found.append(among(table.department, query.departments))
    return found + _times(query) + _facts(query)


def _times(query: ListConversations) -> list[ColumnElement[bool]]:
    table, found = conversations.c, []
    for column, (start, end) in ((table.opened_at, query.opened), (table.closed_at, query.closed)):
        if start is not None:
            found.append(column >= start)
        if end is not None:
            found.append(column < end)
    return found


def _facts(query: ListConversations) -> list[ColumnElement[bool]]:
    table, found = conversations.c, []
    for name, value in query.properties.items():
        found.append(table.properties[name].as_string() == str(value))
    if query.tags:
        # The list is compared as its text: engines spell their ways into JSON lists differently.
        tags = cast(table.properties["tags"].as_string(), String)
        found.append(or_(*(tags.contains(f'"{tag}"', autoescape=True) for tag in query.tags)))
    return found


def _records(
    connection: Connection, project_id: str, rows: Sequence[Row[Any]]
) -> list[ConversationRecord]:
    people = find_contact_records(
        connection, project_id, {row.contact_id for row in rows if row.contact_id is not None}
    )
    answered: dict[str, list[ResponseRecord]] = {}
    for conversation_id, response in responses_about(
        connection, project_id, [row.id for row in rows]
    ):
        answered.setdefault(conversation_id, []).append(response)
    return [
        ConversationRecord(
            read_conversation(row), people.get(row.contact_id), answered.get(row.id, [])
        )
        for row in rows
    ]
