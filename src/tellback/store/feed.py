"""Lists, newest first, that cost the same on every page and however long the table is.

A page goes on from the last row of the one before, never from an offset. A filter that no index
serves looks at a bounded number of rows: then a page may be short, and still has a next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, select, tuple_

#: A row by its columns' names.
AnyRow = Row[*tuple[Any, ...]]
Columns = Sequence[ColumnElement[Any]]
#: Where a page ends: the moment and the id of its last row.
Position = tuple[int, str]
#: How many rows a filter looks at for one page.
SEARCHED = 20_000


@dataclass(frozen=True, slots=True)
class Feed:
    """Rows, and where to go on for older ones; ``cut`` when the search stopped for its length."""

    rows: Sequence[AnyRow]
    older: Position | None = None
    cut: bool = False


def read_feed(
    connection: Connection,
    table: Table,
    columns: Columns,
    project_id: str,
    before: Position | None,
    size: int,
    matching: ColumnElement[bool] | None = None,
) -> Feed:
    """A page of a tenant table that has an index on (project_id, created_at, id).

    ``columns`` must include created_at and id.
    """
    newest = (table.c.created_at.desc(), table.c.id.desc())
    everything = select(*columns).where(table.c.project_id == project_id).order_by(*newest)
    if before is not None:
        place = tuple_(table.c.created_at, table.c.id)
        everything = everything.where(place < tuple_(*before))
    if matching is None:
        return _cut(connection.execute(everything.limit(size + 1)).all(), size)
    return _search(connection, table, everything, size, matching)


def _search(
    connection: Connection,
    table: Table,
    everything: Select[Any],
    size: int,
    matching: ColumnElement[bool],
) -> Feed:
    places = everything.with_only_columns(table.c.created_at, table.c.id)
    last = connection.execute(places.offset(SEARCHED - 1).limit(1)).first()
    found = everything.where(matching).limit(size + 1)
    if last is not None:
        found = found.where(tuple_(table.c.created_at, table.c.id) >= tuple_(*last))
    feed = _cut(connection.execute(found).all(), size)
    if feed.older is None and last is not None:
        return Feed(feed.rows, (last.created_at, last.id), cut=True)
    return feed


def _cut(rows: Sequence[AnyRow], size: int) -> Feed:
    if len(rows) <= size:
        return Feed(rows)
    last = rows[size - 1]
    return Feed(rows[:size], (last.created_at, last.id))
