"""What is to be told to others by webhook: kept with what it tells of, in the same transaction.

Whoever posts an event sets its next moment to when that has to be over. So nobody else posts it
meanwhile, and if that somebody dies, it is posted again. The count of attempts tells a late result
from the current one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Text,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)

from tellback.core.instants import DAY
from tellback.core.webhooks import EventState
from tellback.store.across import across_projects, every_project
from tellback.store.ids import new_ids
from tellback.store.rows import insert_rows
from tellback.store.tables import outgoing_events as table

_COLUMNS = ("project_id", "id", "type", "subject_id", "state", "due_at", "created_at")
# Written out and not bound: only then does an engine see that the partial index covers it.
_QUEUED: ColumnElement[bool] = table.c.state == literal_column(f"'{EventState.QUEUED.value}'")
_PROJECTS = every_project()
_FIRST_DUE = (
    select(func.min(table.c.due_at))
    .where(table.c.project_id == _PROJECTS.c.project_id, _QUEUED)
    .scalar_subquery()
)
_NEXT_DUE = across_projects(select(_PROJECTS.c.project_id, _FIRST_DUE.label("due_at")))
_DUE = (
    select(table.c.id, table.c.type, table.c.subject_id, table.c.attempts, table.c.created_at)
    .where(
        table.c.project_id == bindparam("project"),
        _QUEUED,
        table.c.due_at <= bindparam("now"),
    )
    .order_by(table.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_ONE = update(table).where(
    table.c.project_id == bindparam("project"), table.c.id == bindparam("which"), _QUEUED
)
_TAKE = _ONE.values(attempts=bindparam("attempt"), due_at=bindparam("until"))
_IGNORE = _ONE.values(
    state=EventState.UNHEARD.value, error="no webhook was set", settled_at=bindparam("at")
)
_TOLD = _ONE.where(table.c.attempts == bindparam("attempt")).values(
    state=bindparam("after"),
    status=bindparam("answer"),
    error=bindparam("why", type_=Text),
    due_at=func.coalesce(bindparam("due", type_=BigInteger), table.c.due_at),
    settled_at=bindparam("settled", type_=BigInteger),
)


@dataclass(frozen=True, slots=True)
class DueEvent:
    """An event to tell; ``attempts`` counts the one that is about to be made, once it is taken."""

    id: str
    type: str
    subject_id: str
    attempts: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an attempt: ``status`` is the receiver's, ``due_at`` (ms) of the next one."""

    event_id: str
    attempt: int
    state: EventState
    status: int | None
    error: str | None
    due_at: int | None = None


def insert_outgoing_events(
    connection: Connection, project_id: str, events: Sequence[tuple[str, str]], now: int
) -> None:
    """Queue events, given as (type, id of what they are about)."""
    rows = [
        (project_id, id_, str(type_), subject_id, EventState.QUEUED.value, now, now)
        for id_, (type_, subject_id) in zip(new_ids(len(events)), events, strict=True)
    ]
    insert_rows(connection, table, _COLUMNS, rows)


def next_due_events(connection: Connection) -> list[tuple[str, int]]:
    """Each project that has something to tell, with the moment of the first (ms)."""
    rows = connection.execute(_NEXT_DUE)
    return [(row.project_id, row.due_at) for row in rows if row.due_at is not None]


def find_due_events(
    connection: Connection, project_id: str, now: int, limit: int
) -> list[DueEvent]:
    """Up to that many events to tell now, those first that wait longest."""
    rows = connection.execute(_DUE, {"project": project_id, "now": now, "most": limit})
    return [DueEvent(*row) for row in rows]


def mark_taken(
    connection: Connection, project_id: str, events: Iterable[DueEvent], until: int
) -> list[DueEvent]:
    """Let events be told by one alone, until that moment (ms); the events as they are then."""
    taken = [DueEvent(e.id, e.type, e.subject_id, e.attempts + 1, e.created_at) for e in events]
    shared = {"project": project_id, "until": until}
    _each(connection, _TAKE, [{**shared, "which": e.id, "attempt": e.attempts} for e in taken])
    return taken


def mark_unheard(
    connection: Connection, project_id: str, events: Iterable[DueEvent], now: int
) -> None:
    """Settle events that nobody wants to hear."""
    shared = {"project": project_id, "at": now}
    _each(connection, _IGNORE, [{**shared, "which": event.id} for event in events])


def mark_told(connection: Connection, project_id: str, told: Iterable[Told], now: int) -> None:
    """Note what came of attempts; one that somebody has made again meanwhile is passed over."""
    rows = [
        {
            "project": project_id,
            "which": one.event_id,
            "attempt": one.attempt,
            "after": one.state.value,
            "answer": one.status,
            "why": one.error,
            "due": one.due_at,
            "settled": None if one.state is EventState.QUEUED else now,
        }
        for one in told
    ]
    _each(connection, _TOLD, rows)


def forget_events(connection: Connection, project_id: str, before: int, most: int) -> int:
    """Delete up to so many settled events from before the day of a moment (ms); how many.

    Up to the first that still waits, so that what is there always begins with some day.
    """
    # Ids begin with their moment: the key itself finds what is old.
    oldest = (
        select(table.c.id, table.c.settled_at)
        .where(table.c.project_id == project_id)
        .where(table.c.id < f"{before // DAY * DAY:012x}" + "0" * 20)
        .order_by(table.c.id)
        .limit(most)
    )
    rows = connection.execute(oldest).all()
    old = [row.id for row in takewhile(lambda row: row.settled_at is not None, rows)]
    if old:
        connection.execute(
            delete(table).where(table.c.project_id == project_id, table.c.id.in_(old))
        )
    return len(old)


def list_events(connection: Connection, project_id: str, limit: int) -> Sequence[Row[Any]]:
    """The newest events of a project, newest first."""
    statement = select(table).where(table.c.project_id == project_id)
    return connection.execute(statement.order_by(table.c.id.desc()).limit(limit)).all()


def events_about(connection: Connection, project_id: str, subject_id: str) -> Sequence[Row[Any]]:
    """The events about one thing, oldest first."""
    statement = select(table).where(
        table.c.project_id == project_id, table.c.subject_id == subject_id
    )
    return connection.execute(statement.order_by(table.c.id)).all()


def _each(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)
