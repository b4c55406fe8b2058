"""Days whose rows are forgotten: their cells are all that is left of them, and stay as they are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, delete, func, select, update

from tellback.core.rollup import FIRST_DAY, Key, Source, day_of, midnight
from tellback.store.rollup_counts import Cells, Wanted, count_cells
from tellback.store.rollups import Head, find_head, insert_cells, of_day, stored_cells
from tellback.store.tables import rollup_cells, rollup_heads, rollup_marks

#: Where a head says from which day on there are rows.
_COLUMN = {Source.VISITS: "visits_from", Source.SHOWN: "shown_from"}


def freeze(connection: Connection, project_id: str, source: Source, before: int) -> int | None:
    """Let cells stand for all days that are over at a moment (ms); which rows may be deleted.

    That is those from before the moment that is returned, none if that is None. A day of which
    something has changed since it was counted, or which never was, keeps its rows until it is.
    """
    head = find_head(connection, project_id)
    if head is None:
        return None
    first_mark = connection.execute(
        select(func.min(rollup_marks.c.start_at)).where(
            rollup_marks.c.project_id == project_id, rollup_marks.c.source == source.value
        )
    ).scalar()
    until = day_of(before if first_mark is None else min(before, first_mark), head.zone)
    if until > head.frozen_until(source):
        column = _COLUMN[source]
        mine = rollup_heads.c.project_id == project_id
        connection.execute(update(rollup_heads).where(mine).values({column: until}))
        head = replace(head, **{column: until})  # type: ignore[arg-type]
    rows_from = head.rows_from(source)
    return None if rows_from is None else min(before, rows_from)


def carry_over(connection: Connection, before: Head, head: Head) -> Head:
    """A head with the frozen days of the one before it, which may be those of another zone.

    No row counts twice or is lost: where the first day with rows begins later by the new clock, the
    rows before it are added to the last frozen day.
    """
    for source, column in _COLUMN.items():
        first = before.frozen_until(source)
        if first != FIRST_DAY and before.zone_name != head.zone_name:
            first = _moved(connection, source, before, head)
        head = replace(head, **{column: first})  # type: ignore[arg-type]
    return head


def _moved(connection: Connection, source: Source, before: Head, head: Head) -> int:
    """The first day by the new clock that begins no earlier than the rows do."""
    kept_from, old = before.rows_from(source), before.frozen_until(source)
    if kept_from is None:
        return old
    day = max(old, day_of(kept_from, head.zone))
    if midnight(day, head.zone) < kept_from:
        day += 1
    project_id = head.project_id
    between = Wanted(project_id, head.zone, (kept_from, midnight(day, head.zone)))
    cells = count_cells(connection, source, between)
    if day == old:
        cells = _added(cells, stored_cells(connection, project_id, source, day - 1))
    for stale in range(min(old, day - 1), day):
        connection.execute(delete(rollup_cells).where(of_day(source, project_id, stale)))
    insert_cells(connection, source, project_id, day - 1, cells)
    return day


def _added(cells: Cells, stored: Mapping[Key, Mapping[str, int]]) -> Cells:
    total: Cells = {key: Counter(counts) for key, counts in stored.items()}
    for key, counts in cells.items():
        total[key] = total.get(key, Counter()) + counts
    return total
