"""Invitations: inserting them in bulk. How they move on stands in `outbox`."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from tellback.core.invitation import State
from tellback.core.rollup import Source
from tellback.store.rollup_marks import mark_ids, mark_moments
from tellback.store.rows import among, insert_new_rows, insert_or_add
from tellback.store.tables import invitation_requests, invitations

COLUMNS = (
    "project_id",
    "id",
    "dialect",
    "request_id",
    "survey_id",
    "channel",
    "address",
    "language",
    "reference",
    "transactional",
    "transaction_at",
    "transaction_amount",
    "transaction_currency",
    "properties",
    "state",
    "created_at",
    "due_at",
)
_CREATED_AT = COLUMNS.index("created_at")


def insert_invitations(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> set[str]:
    """Insert rows in the order of `COLUMNS`; the ids of those whose reference was taken."""
    stored = insert_new_rows(connection, invitations, COLUMNS, rows)
    for project_id in {row[0] for row in rows}:
        moments = {row[_CREATED_AT] for row in rows if row[0] == project_id}
        mark_moments(connection, project_id, Source.INVITATIONS, moments)
    if stored == len(rows):
        return set()
    ids = [row[1] for row in rows]
    return set(ids) - set(existing_ids(connection, rows[0][0], ids))


def taken_references(
    connection: Connection, project_id: str, dialect: str, references: Iterable[str]
) -> set[str]:
    """Which of these references have an invitation already."""
    table = invitations
    wanted = list(references)
    if not wanted:
        return set()
    statement = select(table.c.reference).where(
        table.c.project_id == project_id,
        table.c.dialect == dialect,
        among(table.c.reference, wanted),
    )
    return set(connection.execute(statement).scalars())


def insert_requests(connection: Connection, rows: Sequence[tuple[str, str, str, int, int]]) -> None:
    """Store what was accepted per call: (project_id, id, dialect, accepted, created_at).

    A call whose list had to be halved comes in several transactions, and its numbers add up.
    """
    columns = ("project_id", "id", "dialect", "accepted", "created_at")
    insert_or_add(connection, invitation_requests, columns, rows, "accepted")


def existing_ids(connection: Connection, project_id: str, ids: list[str]) -> Iterable[str]:
    table = invitations
    statement = select(table.c.id).where(
        table.c.project_id == project_id, table.c.id.between(min(ids), max(ids))
    )
    return connection.execute(statement).scalars()


def has_invitation(connection: Connection, project_id: str, id_: str) -> bool:
    """Whether the project has an invitation of that id."""
    mine = (invitations.c.project_id == project_id) & (invitations.c.id == id_)
    return connection.execute(select(invitations.c.id).where(mine)).first() is not None


def standing_of(connection: Connection, project_id: str, id_: str) -> tuple[State, int] | None:
    """An invitation's state, and when it was requested (ms)."""
    mine = (invitations.c.project_id == project_id) & (invitations.c.id == id_)
    row = connection.execute(
        select(invitations.c.state, invitations.c.created_at).where(mine)
    ).first()
    return (State(row.state), row.created_at) if row else None


def cancel_waiting(connection: Connection, project_id: str, id_: str, reason: str) -> bool:
    """Cancel an invitation that waits to go; False where it waits no more.

    One that a worker has claimed may still be taken back: the worker asks again before it sends.
    """
    waits = invitations.c.state.in_((State.QUEUED.value, State.CLAIMED.value))
    mine = (invitations.c.project_id == project_id) & (invitations.c.id == id_)
    values = {"state": State.CANCELLED.value, "reason": reason}
    freed = {"lease_owner": None, "lease_until": None}
    done = connection.execute(update(invitations).where(mine, waits).values(**values, **freed))
    mark_ids(connection, project_id, Source.INVITATIONS, [id_])
    return bool(done.rowcount)
