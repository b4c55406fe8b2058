"""Events: what people did, and that a survey was shown to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.store.database import Transaction
from tellback.store.ids import new_ids
from tellback.store.rows import insert_rows
from tellback.store.tables import events

_COLUMNS = ("project_id", "id", "dialect", "contact_id", "name", "created_at")
#: What callers name begins otherwise: the name of "a survey was shown", before the survey's id.
SHOWN = "$shown:"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody did, by the name that the caller gave it."""

    project_id: str
    dialect: str
    contact_id: str
    name: str


def insert_events(tx: Transaction, happened: Sequence[Event]) -> list[str]:
    """Store events and say their ids."""
    ids = new_ids(len(happened)) if happened else []
    rows = [
        (one.project_id, id_, one.dialect, one.contact_id, one.name, tx.now)
        for id_, one in zip(ids, happened, strict=True)
    ]
    insert_rows(tx.connection, events, _COLUMNS, rows)
    return ids


def count_shown(
    connection: Connection,
    project_id: str,
    survey_id: str | None,
    start: int | None,
    end: int | None,
) -> int:
    """How often a survey, or any, was shown from ``start`` until before ``end`` (ms)."""
    table = events
    statement = select(func.count()).where(table.c.project_id == project_id)
    if survey_id is not None:
        statement = statement.where(table.c.name == f"{SHOWN}{survey_id}")
    else:
        statement = statement.where(table.c.name.startswith(SHOWN, autoescape=True))
    if start is not None:
        statement = statement.where(table.c.created_at >= start)
    if end is not None:
        statement = statement.where(table.c.created_at < end)
    return int(connection.execute(statement).scalar() or 0)
