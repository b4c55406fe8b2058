"""Conversations: storing them, finding those that a batch is about. Listing is elsewhere."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, Row, bindparam, select, update

from tellback.core.conversations import Conversation, ConversationKey
from tellback.core.identifiers import is_id
from tellback.store.rows import among, insert_rows, to_json
from tellback.store.tables import conversations, messages

COLUMNS = tuple(item.name for item in fields(Conversation))
_STORED = ("project_id", *COLUMNS)
#: What never changes once a conversation is known.
_FIXED = frozenset({"id", "number", "reference", "dialect"})
_CHANGING = tuple(name for name in COLUMNS if name not in _FIXED)
_OURS = conversations.c.project_id == bindparam("the_project")
#: By what conversations are looked for. Made once: making a statement costs more than running it.
_FOUND = {
    name: select(*(conversations.c[column] for column in COLUMNS)).where(
        _OURS, among(conversations.c[name], "the_values")
    )
    for name in ("reference", "number", "id")
}
_MESSAGE = ("project_id", "id", "conversation_id", "contact_id", "text", "created_at")
#: Numbers beyond what the column holds name nothing.
_HIGHEST = 2**63 - 1


def find_conversations(
    connection: Connection, project_id: str, keys: Iterable[ConversationKey]
) -> list[Conversation]:
    """The conversations that these keys name."""
    wanted = list(keys)
    columns: dict[str, set[Any]] = {
        "reference": {key.reference for key in wanted if key.reference is not None},
        "number": {key.number for key in wanted if key.number is not None},
        "id": {key.id for key in wanted if key.id is not None and is_id(key.id)},
    }
    columns["number"] = {number for number in columns["number"] if abs(number) <= _HIGHEST}
    found: dict[str, Conversation] = {}
    for name, values in columns.items():
        if not values:
            continue
        wanted_ones = {"the_project": project_id, "the_values": values}
        for row in connection.execute(_FOUND[name], wanted_ones):
            found[row.id] = Conversation(*row)
    return list(found.values())


def open_conversations(
    connection: Connection, project_id: str, contact_ids: Collection[str]
) -> dict[str, Conversation]:
    """The newest open conversation of each of these people who has one."""
    if not contact_ids:
        return {}
    statement = select(conversations).where(
        conversations.c.project_id == project_id,
        among(conversations.c.contact_id, contact_ids),
        conversations.c.closed_at.is_(None),
    )
    # Sorted here: an engine would rather go through all conversations in that order.
    rows = sorted(connection.execute(statement), key=lambda row: (row.opened_at, row.number))
    return {row.contact_id: read_conversation(row) for row in rows}


def last_closed_conversation(
    connection: Connection, project_id: str, contact_id: str
) -> Conversation | None:
    """The conversation that somebody closed last; of several at once that with the highest number.

    Source: the order that the vendor of such a wire documents for "the last closed thread".
    """
    statement = (
        select(conversations)
        .where(
            conversations.c.project_id == project_id,
            conversations.c.contact_id == contact_id,
            conversations.c.closed_at.is_not(None),
        )
        .order_by(conversations.c.closed_at.desc(), conversations.c.number.desc())
        .limit(1)
    )
    row = connection.execute(statement).first()
    return read_conversation(row) if row else None


def insert_conversations(
    connection: Connection, project_id: str, new: Sequence[Conversation]
) -> None:
    """Store new conversations."""
    rows = [(project_id, *(_stored(name, getattr(one, name)) for name in COLUMNS)) for one in new]
    insert_rows(connection, conversations, _STORED, rows)


def update_conversations(
    connection: Connection, project_id: str, changed: Sequence[Conversation]
) -> None:
    """Store what has changed in conversations that are stored already."""
    if not changed:
        return
    statement = update(conversations).where(
        conversations.c.project_id == project_id, conversations.c.id == bindparam("the_id")
    )
    rows = [
        {"the_id": one.id, **{name: getattr(one, name) for name in _CHANGING}} for one in changed
    ]
    connection.execute(statement.values({name: bindparam(name) for name in _CHANGING}), rows)


def known_messages(connection: Connection, project_id: str, ids: Collection[str]) -> dict[str, int]:
    """Which of these messages are stored, and when they were written (ms)."""
    if not ids:
        return {}
    statement = select(messages.c.id, messages.c.created_at).where(
        messages.c.project_id == project_id, among(messages.c.id, ids)
    )
    return {row.id: row.created_at for row in connection.execute(statement)}


def insert_messages(
    connection: Connection, project_id: str, rows: Sequence[tuple[str, str, str | None, str, int]]
) -> None:
    """Store messages, given as (id, conversation id, contact id, text, moment in ms)."""
    insert_rows(connection, messages, _MESSAGE, [(project_id, *row) for row in rows])


def about_conversation(project_id: str, conversation_id: ColumnElement[Any]) -> Label[Any]:
    """The number of the conversation that a row is about, or NULL, as column ``conversation``."""
    table = conversations.c
    return (
        select(table.number)
        .where(table.project_id == project_id, table.id == conversation_id)
        .scalar_subquery()
        .label("conversation")
    )


def read_conversation(row: Row[Any]) -> Conversation:
    """A conversation from its row."""
    return Conversation(**{name: getattr(row, name) for name in COLUMNS})


def _stored(name: str, value: Any) -> Any:
    return to_json(value) if name == "properties" else value
