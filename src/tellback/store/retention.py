"""What is forgotten in time: how old the oldest of it is, and deleting a little of it.

A little at a time, the oldest first and found by an index, in a transaction that keeps only its own
project's writers waiting, and those for a few ms. Who begins again, or does it beside others,
finds what is left.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, select

from tellback.core.retention import Fleeting, kept_for
from tellback.core.rollup import Source
from tellback.store.outgoing_events import forget_events
from tellback.store.projects import list_projects
from tellback.store.rejected_inputs import forget_older
from tellback.store.rollup_freezing import freeze
from tellback.store.sessions import forget_over
from tellback.store.tables import events, kept_replies, outgoing_events, rejected_inputs, signals

#: Deletes up to so many of a project's rows that are older than a moment (ms); how many it did.
Forget = Callable[[Connection, str, int, int], int]

#: Each table with the column by which an index has its rows in the order of their age.
_AGED: Mapping[Fleeting, tuple[Table, Column[object]]] = {
    Fleeting.SIGNALS: (signals, signals.c.created_at),
    Fleeting.EVENTS: (events, events.c.created_at),
    Fleeting.WEBHOOK: (outgoing_events, outgoing_events.c.id),
    Fleeting.REJECTED: (rejected_inputs, rejected_inputs.c.created_at),
    Fleeting.REPLIES: (kept_replies, kept_replies.c.created_at),
}
_OLDEST = {
    kind: select(table.c.created_at)
    .where(table.c.project_id == bindparam("project"))
    .order_by(age)
    .limit(1)
    for kind, (table, age) in _AGED.items()
}


@dataclass(frozen=True, slots=True)
class Held:
    """What a project keeps for a time (ms), and when the oldest of it was made; None: nothing."""

    project: str
    kind: Fleeting
    kept_for: int
    oldest_at: int | None

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def held(connection: Connection) -> list[Held]:
    """What each project keeps for a time."""
    found = []
    for project in list_projects(connection):
        ages = oldest(connection, project.id)
        found += [
            Held(project.slug, kind, kept_for(kind, project.settings), ages.get(kind))
            for kind in _AGED
        ]
    return found


def oldest(connection: Connection, project_id: str) -> dict[Fleeting, int]:
    """When the oldest of each kind that a project has was made (ms)."""
    found = {
        kind: connection.execute(statement, {"project": project_id}).scalar()
        for kind, statement in _OLDEST.items()
    }
    return {kind: at for kind, at in found.items() if at is not None}


def forget(connection: Connection, kind: Fleeting, project_id: str, before: int, most: int) -> int:
    """Delete up to so many rows that are older than a moment (ms); how many there were."""
    return _FORGET[kind](connection, project_id, before, most)


def _forget_signals(connection: Connection, project_id: str, before: int, most: int) -> int:
    until = freeze(connection, project_id, Source.VISITS, before)
    return _delete(connection, signals, project_id, until, most)


def _forget_events(connection: Connection, project_id: str, before: int, most: int) -> int:
    until = freeze(connection, project_id, Source.SHOWN, before)
    return _delete(connection, events, project_id, until, most)


def _forget_replies(connection: Connection, project_id: str, before: int, most: int) -> int:
    return _delete(connection, kept_replies, project_id, before, most)


def _forget_sessions(connection: Connection, _nobody: str, before: int, most: int) -> int:
    return forget_over(connection, before, most)


def _delete(
    connection: Connection, table: Table, project_id: str, before: int | None, most: int
) -> int:
    if before is None:
        return 0
    mine, key = table.c.project_id == project_id, list(table.primary_key)[1]
    old = (
        select(key)
        .where(mine, table.c.created_at < before)
        .order_by(table.c.created_at)
        .limit(most)
    )
    return connection.execute(delete(table).where(mine, key.in_(old))).rowcount


_FORGET: Mapping[Fleeting, Forget] = {
    Fleeting.SIGNALS: _forget_signals,
    Fleeting.EVENTS: _forget_events,
    Fleeting.WEBHOOK: forget_events,
    Fleeting.REJECTED: forget_older,
    Fleeting.REPLIES: _forget_replies,
    Fleeting.SESSIONS: _forget_sessions,
}
