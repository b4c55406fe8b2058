"""What has changed since it was rolled up: marked by whoever changes it, in the same transaction.

A mark says only of which quarter of an hour something was changed, so a batch makes one or two of
them, and none where they are there already. Whoever rolls up takes the marks away before it reads:
what is changed after that is marked anew. That holds because no two transactions write to one
project at the same time.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, Table, func, select

from tellback.core.rollup import SLOT, Source
from tellback.store.rows import among, insert_new_rows
from tellback.store.tables import events, invitations, responses, signals
from tellback.store.tables import rollup_marks as table

_COLUMNS = ("project_id", "source", "start_at", "taken_by", "end_at")
ROWS: dict[Source, Table] = {
    Source.RESPONSES: responses,
    Source.INVITATIONS: invitations,
    Source.VISITS: signals,
    Source.SHOWN: events,
    Source.WORDS: responses,
}


def mark_moments(
    connection: Connection, project_id: str, source: Source, moments: Iterable[int]
) -> None:
    """Note that something which came about at these moments (ms) is new or has changed."""
    slots = {at // SLOT * SLOT for at in moments}
    rows = [(project_id, source.value, slot, "", slot + SLOT) for slot in sorted(slots)]
    if rows:
        insert_new_rows(connection, table, _COLUMNS, rows)


def mark_ids(
    connection: Connection, project_id: str, source: Source, ids: Collection[str | None]
) -> None:
    """Note that these rows have changed, where only their ids are known."""
    wanted = {id_ for id_ in ids if id_ is not None}
    if wanted:
        rows = ROWS[source].c
        # True of every row, and in no index: an index that has all that is asked for would be gone
        # through from end to end, instead of looking each row up by its key.
        always = rows.kind if source is Source.VISITS else rows.dialect
        mark_where(connection, project_id, source, among(rows.id, wanted) & always.is_not(None))


def mark_where(
    connection: Connection, project_id: str, source: Source, condition: ColumnElement[bool]
) -> None:
    """Note that the rows of which the condition holds are about to change, or have changed."""
    rows = ROWS[source].c
    moments = select(func.min(rows.created_at)).where(rows.project_id == project_id, condition)
    # One for each mark: fetching them all costs more than it costs the engine to tell them apart.
    slots = connection.execute(moments.group_by(rows.created_at // SLOT)).scalars()
    mark_moments(connection, project_id, source, slots)
