"""Lists, newest first, that cost the same on every page and however long the table is.

A page goes on from the last row of the one before, never from an offset. A filter that no index
serves looks at a bounded number of rows: then a page may be short, and still has a next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, Tuple, select, tuple_

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
    *,
    within: Sequence[ColumnElement[bool]] = (),
    by: str = "created_at",
    few: bool = False,
    steps: Sequence[ColumnElement[bool]] | None = None,
) -> Feed:
    """A page of a tenant table that has an index on (project_id, ``by``, id).

    ``columns`` must include ``by`` and id. ``within`` are conditions that an index serves, ``few``
    where it is another index, which leads to few rows; ``matching`` is one that none serves.
    ``steps`` are conditions that each lead to few rows, of ever older ones; what meets any is
    wanted.
    """
    few = few or steps is not None
    # Sorted by a sum, lest the engine walk the whole table in its order to find a few rows.
    at = table.c[by] + 0 if few else table.c[by]
    everything = select(*columns).where(table.c.project_id == project_id, *within)
    everything = everything.order_by(at.desc(), table.c.id.desc())
    if before is not None:
        everything = everything.where(tuple_(at, table.c.id) < bound_place(table, by, before))
    if steps is not None:
        wanted = everything if matching is None else everything.where(matching)
        return _cut(_take(connection, wanted, steps, size + 1), size, by)
    if matching is None:
        return _cut(connection.execute(everything.limit(size + 1)).all(), size, by)
    return _search(connection, table, everything, size, matching, by)


def _take(
    connection: Connection,
    wanted: Select[Any],
    steps: Sequence[ColumnElement[bool]],
    most: int,
) -> list[AnyRow]:
    rows: list[AnyRow] = []
    for step in steps:
        rows += connection.execute(wanted.where(step).limit(most - len(rows))).all()
        if len(rows) == most:
            break
    return rows


def _search(
    connection: Connection,
    table: Table,
    everything: Select[Any],
    size: int,
    matching: ColumnElement[bool],
    by: str,
) -> Feed:
    places = everything.with_only_columns(table.c[by], table.c.id)
    last = connection.execute(places.offset(SEARCHED - 1).limit(1)).first()
    found = everything.where(matching).limit(size + 1)
    if last is not None:
        found = found.where(
            tuple_(table.c[by], table.c.id) >= bound_place(table, by, (last[0], last[1]))
        )
    feed = _cut(connection.execute(found).all(), size, by)
    if feed.older is None and last is not None:
        return Feed(feed.rows, (last[0], last[1]), cut=True)
    return feed


def bound_place(table: Table, by: str, position: Position) -> Tuple:
    """A position, to be compared with the columns ``by`` and id."""
    # An id is text only in Python: without its type some engines would not compare it.
    return tuple_(*position, types=[table.c[by].type, table.c.id.type])


def _cut(rows: Sequence[AnyRow], size: int, by: str) -> Feed:
    if len(rows) <= size:
        return Feed(rows)
    last = rows[size - 1]
    return Feed(rows[:size], (getattr(last, by), last.id))
