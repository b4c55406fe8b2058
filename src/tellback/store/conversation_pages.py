"""Conversations as programs read them: filtered, page by page, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_

from tellback.core.conversations import Conversation
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.store.contact_records import find_merged
from tellback.store.conversations import read_conversation
from tellback.store.feed import Columns, Position, read_feed
from tellback.store.tables import conversations

_ALL: Columns = tuple(conversations.c)


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """Which conversations are wanted: what is not None must hold. Times in ms, ends excluded."""

    is_open: bool | None = None
    dialect: str | None = None
    channel: str | None = None
    agent: str | None = None
    department: str | None = None
    contact_id: str | None = None
    opened_since: int | None = None
    opened_until: int | None = None
    closed_since: int | None = None
    closed_until: int | None = None


@dataclass(frozen=True, slots=True)
class ConversationRows:
    """Conversations, and where older ones follow."""

    conversations: Sequence[Conversation]
    older: Position | None


def list_conversation_rows(
    connection: Connection,
    project: Project,
    wanted: ConversationFilter,
    before: Position | None,
    size: int,
) -> ConversationRows:
    """A page of conversations by when they began. A short page may have a next one."""
    within, few = _within(connection, project.id, wanted)
    matching = _matching(wanted)
    feed = read_feed(
        connection,
        conversations,
        _ALL,
        project.id,
        before,
        size,
        and_(*matching) if matching else None,
        within=within,
        by="opened_at",
        few=few,
    )
    return ConversationRows([read_conversation(row) for row in feed.rows], feed.older)


def _within(
    connection: Connection, project_id: str, wanted: ConversationFilter
) -> tuple[list[ColumnElement[bool]], bool]:
    """The conditions that an index serves, and whether it is one that leads to few rows."""
    table, found = conversations.c, []
    if wanted.opened_since is not None:
        found.append(table.opened_at >= wanted.opened_since)
    if wanted.opened_until is not None:
        found.append(table.opened_at < wanted.opened_until)
    if wanted.contact_id is None:
        return found, False
    known = is_id(wanted.contact_id)
    contact_id = find_merged(connection, project_id, wanted.contact_id) if known else "0" * 32
    return [*found, table.contact_id == contact_id], True


def _matching(wanted: ConversationFilter) -> list[ColumnElement[bool]]:
    table = conversations.c
    equal = (
        (table.dialect, wanted.dialect),
        (table.channel, wanted.channel),
        (table.agent, wanted.agent),
        (table.department, wanted.department),
    )
    found = [column == value for column, value in equal if value is not None]
    if wanted.is_open is not None:
        found.append(table.closed_at.is_(None) if wanted.is_open else table.closed_at.is_not(None))
    if wanted.closed_since is not None:
        found.append(table.closed_at >= wanted.closed_since)
    if wanted.closed_until is not None:
        found.append(table.closed_at < wanted.closed_until)
    return found
