"""Invitations that go into conversations, and those that a conversation's end brings about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, update

from tellback.core.invitation import State
from tellback.core.rollup import Source
from tellback.store.ids import new_ids
from tellback.store.invitations import existing_ids, insert_requests
from tellback.store.rollup_marks import mark_ids, mark_moments
from tellback.store.rows import insert_new_rows
from tellback.store.tables import invitations

_COLUMNS = (
    "project_id",
    "id",
    "dialect",
    "request_id",
    "survey_id",
    "contact_id",
    "conversation_id",
    "number",
    "channel",
    "address",
    "language",
    "reference",
    "transactional",
    "state",
    "reason",
    "created_at",
    "due_at",
    "sent_at",
)
_SENT = (
    update(invitations)
    .where(invitations.c.project_id == bindparam("project"), invitations.c.id == bindparam("which"))
    .values(state=State.SENT.value, reason=None, sent_at=bindparam("at"))
)


@dataclass(slots=True)
class ChatInvitation:
    """An invitation about a conversation. ``number`` is its per-project integer."""

    id: str
    dialect: str
    survey_id: str
    contact_id: str | None
    conversation_id: str
    number: int
    channel: str
    address: str | None
    language: str | None
    reference: str
    state: State
    due_at: int
    reason: str | None = None
    sent_at: int | None = None


def insert_chat_invitations(
    connection: Connection, project_id: str, new: Sequence[ChatInvitation], now: int
) -> set[str]:
    """Store new invitations, each as a call of its own, but for those whose reference is there.

    The ids of those that were stored.
    """
    if not new:
        return set()
    requests = new_ids(len(new))
    rows = [
        (
            project_id,
            one.id,
            one.dialect,
            request_id,
            one.survey_id,
            one.contact_id,
            one.conversation_id,
            one.number,
            one.channel,
            one.address,
            one.language,
            one.reference,
            False,
            one.state.value,
            one.reason,
            now,
            one.due_at,
            one.sent_at,
        )
        for one, request_id in zip(new, requests, strict=True)
    ]
    mark_moments(connection, project_id, Source.INVITATIONS, [now])
    stored = {one.id for one in new}
    if insert_new_rows(connection, invitations, _COLUMNS, rows) < len(rows):
        stored = set(existing_ids(connection, project_id, [one.id for one in new]))
    insert_requests(
        connection,
        [
            (project_id, request_id, one.dialect, 1, now)
            for one, request_id in zip(new, requests, strict=True)
            if one.id in stored
        ],
    )
    return stored


def mark_asked(connection: Connection, project_id: str, ids: Sequence[str], now: int) -> None:
    """Note that queued invitations have gone into their chats, now."""
    if ids:
        rows = [{"project": project_id, "which": id_, "at": now} for id_ in ids]
        connection.execute(_SENT, rows)
        mark_ids(connection, project_id, Source.INVITATIONS, ids)
