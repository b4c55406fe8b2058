"""Events: what people did, and that a survey was shown to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.model import Project
from tellback.core.rollup import Source
from tellback.store.database import Transaction
from tellback.store.ids import new_ids
from tellback.store.rollup_marks import mark_moments
from tellback.store.rollups import of_survey, plan_reading, read_cells, sum_cells
from tellback.store.rows import insert_rows
from tellback.store.tables import events

_COLUMNS = ("project_id", "id", "dialect", "contact_id", "name", "created_at")
#: What callers name begins otherwise: the name of "a survey was shown", before the survey's id.
SHOWN = "$shown:"
#: Likewise of "a shown survey was closed without an answer".
DISMISSED = "$dismissed:"


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
    for project_id in {one.project_id for one in happened if one.name.startswith(SHOWN)}:
        mark_moments(tx.connection, project_id, Source.SHOWN, [tx.now])
    return ids


def count_shown(
    connection: Connection,
    project: Project,
    survey_id: str | None,
    start: int | None,
    end: int | None,
) -> int:
    """How often a survey, or any, was shown from ``start`` until before ``end`` (ms)."""
    table = events.c
    plan = plan_reading(connection, project, Source.SHOWN, start, end)
    shown = table.name.startswith(SHOWN, autoescape=True)
    if survey_id is not None:
        shown = table.name == f"{SHOWN}{survey_id}"
    total = 0
    for first, last in plan.rest:
        within = (table.created_at >= first, table.created_at < last)
        statement = select(func.count()).where(table.project_id == project.id, shown, *within)
        total += connection.execute(statement).scalar() or 0
    wanted = [] if survey_id is None else [of_survey(survey_id)]
    cells = read_cells(connection, project.id, Source.SHOWN, plan.days, *wanted)
    return total + sum_cells(cells)["shown"]
