"""Replies that are kept for a while, so that the same call again is answered and not repeated."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from tellback.store.tables import kept_replies


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A reply, and the fingerprint of the call that it was given to."""

    fingerprint: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes


def find_reply(connection: Connection, project_id: str, key: str, since: int) -> KeptReply | None:
    """What was replied to the call of that key since a moment (ms)."""
    table = kept_replies.c
    statement = select(table.fingerprint, table.status, table.headers, table.body).where(
        table.project_id == project_id, table.key == key, table.created_at > since
    )
    row = connection.execute(statement).first()
    return KeptReply(*row) if row else None


def insert_reply(
    connection: Connection, project_id: str, key: str, reply: KeptReply, now: int
) -> None:
    """Keep a reply; none may be kept under that key."""
    values = {
        "project_id": project_id,
        "key": key,
        "fingerprint": reply.fingerprint,
        "status": reply.status,
        "headers": dict(reply.headers),
        "body": reply.body,
        "created_at": now,
    }
    connection.execute(insert(kept_replies), values)


def forget_reply(connection: Connection, project_id: str, key: str, until: int) -> None:
    """Forget what was replied to the call of a key, up to a moment (ms)."""
    table = kept_replies.c
    mine = (table.project_id == project_id) & (table.key == key)
    connection.execute(delete(kept_replies).where(mine, table.created_at <= until))
