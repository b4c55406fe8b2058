"""What surveys brought about, page by page over all wires: rows, and the keys of their surveys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, select

from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.store.contact_records import find_merged
from tellback.store.feed import AnyRow, Columns, Position, read_feed
from tellback.store.surveys import find_survey
from tellback.store.tables import surveys

Condition = ColumnElement[bool]
#: An id that nothing has.
_NOBODY = "0" * 32


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Which rows are wanted: what is not None must hold. Times in ms, ``until`` excluded."""

    survey: str | None = None
    dialect: str | None = None
    channel: str | None = None
    since: int | None = None
    until: int | None = None
    contact_id: str | None = None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the keys of the surveys by their ids, and where older rows follow."""

    rows: Sequence[AnyRow]
    surveys: Mapping[str, str]
    older: Position | None = None


def read_page(
    connection: Connection,
    table: Table,
    columns: Columns,
    project: Project,
    wanted: PageFilter,
    before: Position | None,
    size: int,
    *,
    few: Sequence[Condition] = (),
    matching: Sequence[Condition] = (),
    steps: Sequence[Condition] | None = None,
) -> Page:
    """A page, newest first. It may be short and still have a next one.

    Besides what is ``wanted``, rows must fulfil ``few``, by indexes that lead to few of them, and
    ``matching``, which no index serves; and one of ``steps``, as `read_feed` takes them.
    """
    few = [*few, *_of_one(connection, table, project.id, wanted)]
    matching = [*_matching(connection, table, project.id, wanted), *matching]
    feed = read_feed(
        connection,
        table,
        columns,
        project.id,
        before,
        size,
        and_(*matching) if matching else None,
        within=[*_between(table, wanted), *few],
        few=bool(few),
        steps=steps,
    )
    return Page(feed.rows, survey_keys(connection, project.id), feed.older)


def read_one(
    connection: Connection, table: Table, columns: Columns, project: Project, id_: str
) -> Page:
    """One row; `NotFound` alike where it is unknown or another project's."""
    mine = (table.c.project_id == project.id) & (table.c.id == id_)
    rows = connection.execute(select(*columns).where(mine)).all() if is_id(id_) else ()
    if not rows:
        raise NotFound
    return Page(rows, survey_keys(connection, project.id))


def survey_keys(connection: Connection, project_id: str) -> dict[str, str]:
    """The keys of a project's surveys by their ids."""
    statement = select(surveys.c.id, surveys.c.key).where(surveys.c.project_id == project_id)
    return {row.id: row.key for row in connection.execute(statement)}


def _between(table: Table, wanted: PageFilter) -> list[Condition]:
    at, found = table.c.created_at, []
    if wanted.since is not None:
        found.append(at >= wanted.since)
    if wanted.until is not None:
        found.append(at < wanted.until)
    return found


def _of_one(
    connection: Connection, table: Table, project_id: str, wanted: PageFilter
) -> list[Condition]:
    """What leads to one person's rows, or to those about one conversation."""
    found = []
    if wanted.contact_id is not None:
        contact_id = find_merged(connection, project_id, _id(wanted.contact_id))
        found.append(table.c.contact_id == contact_id)
    if wanted.conversation_id is not None:
        found.append(table.c.conversation_id == _id(wanted.conversation_id))
    return found


def _matching(
    connection: Connection, table: Table, project_id: str, wanted: PageFilter
) -> list[Condition]:
    found = []
    if wanted.survey is not None:
        survey = find_survey(connection, project_id, wanted.survey, "")
        if survey is None:
            raise NotFound("There is no such survey.")
        found.append(table.c.survey_id == survey.id)
    if wanted.dialect is not None:
        found.append(table.c.dialect == wanted.dialect)
    if wanted.channel is not None:
        found.append(table.c.channel == wanted.channel)
    return found


def _id(text: str) -> str:
    """An id; where it is none, one that nothing has."""
    return text if is_id(text) else _NOBODY
