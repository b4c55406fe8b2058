"""Events: what people did, and that a survey was shown to them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

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
#: Likewise of "the public page of a survey was opened".
OPENED = "$opened:"
#: Who opened it: nobody whom we know.
NOBODY = "0" * 32
#: What is counted by survey and day, by what the names of those events begin with.
COUNTED = {SHOWN: "shown", DISMISSED: "dismissed", OPENED: "opened"}
_BEGINNINGS = tuple(COUNTED)


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
    for project_id in {one.project_id for one in happened if one.name.startswith(_BEGINNINGS)}:
        mark_moments(tx.connection, project_id, Source.SHOWN, [tx.now])
    return ids


def is_counted() -> ColumnElement[bool]:
    """Whether an event is one that is counted by survey and day."""
    return or_(*(events.c.name.startswith(one, autoescape=True) for one in _BEGINNINGS))


def split_name(name: str) -> tuple[str, str]:
    """What a counted event is counted as, and of which survey."""
    beginning, _, survey_id = name.partition(":")
    return COUNTED[f"{beginning}:"], survey_id


def count_shown(
    connection: Connection,
    project: Project,
    survey_id: str | None,
    start: int | None,
    end: int | None,
) -> int:
    """How often a survey, or any, was shown from ``start`` until before ``end`` (ms)."""
    return count_events(connection, project, survey_id, start, end)["shown"]


def count_events(
    connection: Connection,
    project: Project,
    survey_id: str | None,
    start: int | None,
    end: int | None,
) -> Counter[str]:
    """How often a survey, or any, was shown, dismissed and opened, as `count_shown` has it."""
    table, total = events.c, Counter[str]()
    plan = plan_reading(connection, project, Source.SHOWN, start, end)
    counted = is_counted()
    if survey_id is not None:
        counted = table.name.in_([f"{beginning}{survey_id}" for beginning in _BEGINNINGS])
    for first, last in plan.rest:
        within = (table.created_at >= first, table.created_at < last)
        statement = select(table.name, func.count()).where(table.project_id == project.id, counted)
        for name, count in connection.execute(statement.where(*within).group_by(table.name)):
            total[split_name(name)[0]] += count
    wanted = [] if survey_id is None else [of_survey(survey_id)]
    cells = read_cells(connection, project.id, Source.SHOWN, plan.days, *wanted)
    return total + sum_cells(cells)
