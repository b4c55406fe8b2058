"""Do the roll-ups say what the rows say? Each clean day is counted again."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, func, select

from tellback.core.rollup import Range, Source, day_of, midnight, plan
from tellback.store.audits import Audit, Complaints
from tellback.store.properties import property_types
from tellback.store.rollup_counts import Wanted, count_cells
from tellback.store.rollup_marks import ROWS
from tellback.store.rollups import Head, find_head, read_changed, stored_cells
from tellback.store.tables import rollup_cells
from tellback.store.vocabulary import count_strays


def rollups_follow_from_rows(audit: Audit) -> Complaints:
    """Every cell of a day of which nothing has changed, counted again from the rows."""
    connection = audit.connection
    head = find_head(connection, audit.project_id)
    if head is None:
        return
    properties = head.typed(property_types(connection, audit.project_id))
    for source in Source:
        for day in _clean_days(connection, head, source):
            range_ = midnight(day, head.zone), midnight(day + 1, head.zone)
            wanted = Wanted(audit.project_id, head.zone, range_, properties)
            counted = count_cells(connection, source, wanted)
            stored = stored_cells(connection, audit.project_id, source, day)
            wrong = {key for key in counted | stored if counted.get(key) != stored.get(key)}
            if wrong:
                yield "roll-ups", f"{source} of {date.fromordinal(day)}: {len(wrong)} cells differ"
    if strays := count_strays(connection, head.project_id):
        yield "roll-ups", f"the vocabulary differs from the cells by {strays} words"


def _clean_days(connection: Connection, head: Head, source: Source) -> Iterator[int]:
    """The days of which the cells are read, as far as there are rows or cells."""
    known = _extent(connection, head, source)
    if known is None:
        return
    changed = read_changed(connection, head.project_id, source)
    for first, end in plan(*known, changed, head.zone).days:
        yield from range(max(first, head.frozen_until(source)), end)


def _extent(connection: Connection, head: Head, source: Source) -> Range | None:
    """From the first day that has rows or cells to the end of the last."""
    rows, cells = ROWS[source].c, rollup_cells.c
    moments = select(func.min(rows.created_at), func.max(rows.created_at)).where(
        rows.project_id == head.project_id
    )
    stored = select(func.min(cells.day), func.max(cells.day)).where(
        cells.project_id == head.project_id, cells.source == source.value
    )
    days = [day_of(at, head.zone) for at in connection.execute(moments).one() if at is not None]
    days += [day for day in connection.execute(stored).one() if day is not None]
    if not days:
        return None
    return midnight(min(days), head.zone), midnight(max(days) + 1, head.zone)
