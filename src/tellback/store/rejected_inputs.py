"""Input that we refused: kept whole up to a size, for a project's owner to see."""

from collections.abc import Sequence

from sqlalchemy import Connection, case, delete, func, or_, select

from tellback.core.commands import RecordRejection
from tellback.store.feed import AnyRow, Columns, Feed, Position, read_feed
from tellback.store.ids import new_ids
from tellback.store.rows import insert_rows
from tellback.store.tables import rejected_inputs

#: Stands for "no project": refused before a valid credential was seen.
NOBODY = "0" * 32
MAX_BODY = 1024 * 1024
#: What anybody may make us keep for a project is bounded, since some wires' keys are public.
MOST = 10_000
MOST_BYTES = 100 * 1024 * 1024
MAX_NOBODY_BODY = 4 * 1024
MOST_OF_NOBODY = 1_000

_COLUMNS = (
    "project_id",
    "id",
    "dialect",
    "operation",
    "method",
    "path",
    "status",
    "reason",
    "content_type",
    "body",
    "body_size",
    "created_at",
)
_LISTED: Columns = (
    rejected_inputs.c.id,
    rejected_inputs.c.dialect,
    rejected_inputs.c.operation,
    rejected_inputs.c.method,
    rejected_inputs.c.path,
    rejected_inputs.c.status,
    rejected_inputs.c.reason,
    rejected_inputs.c.body_size,
    rejected_inputs.c.created_at,
)


def insert_rejections(
    connection: Connection, entries: Sequence[tuple[str, RecordRejection]], now: int
) -> None:
    """Store rejections given as (project id, or `NOBODY`; what was refused)."""
    rows = [
        (
            project_id,
            id_,
            entry.dialect,
            entry.operation,
            entry.method,
            entry.path[:500],
            entry.status,
            entry.reason,
            (entry.content_type or "")[:200] or None,
            entry.body[: MAX_NOBODY_BODY if project_id == NOBODY else MAX_BODY],
            len(entry.body),
            now,
        )
        for id_, (project_id, entry) in zip(new_ids(len(entries)), entries, strict=True)
    ]
    insert_rows(connection, rejected_inputs, _COLUMNS, rows)


def forget_oldest(connection: Connection, owner: str) -> None:
    """Keep only the newest entries of a project, or of `NOBODY`, in number and in bytes."""
    table, newest = (
        rejected_inputs.c,
        (rejected_inputs.c.created_at.desc(), rejected_inputs.c.id.desc()),
    )
    most, longest = (MOST_OF_NOBODY, MAX_NOBODY_BODY) if owner == NOBODY else (MOST, MAX_BODY)
    kept = case((table.body_size > longest, longest), else_=table.body_size)
    # All of these columns are in one index: no body is read for it.
    ranked = (
        select(
            table.id,
            func.count().over(order_by=newest, rows=(None, 0)).label("number"),
            func.sum(kept).over(order_by=newest, rows=(None, 0)).label("size"),
        )
        .where(table.project_id == owner)
        .subquery()
    )
    too_many = or_(ranked.c.number > most, ranked.c.size > MOST_BYTES)
    old = table.id.in_(select(ranked.c.id).where(too_many))
    connection.execute(delete(rejected_inputs).where(table.project_id == owner, old))


def list_rejections(
    connection: Connection, project_id: str, before: Position | None, size: int
) -> Feed:
    """What a project's callers were refused, newest first, without the bodies."""
    return read_feed(connection, rejected_inputs, _LISTED, project_id, before, size)


def get_rejection(connection: Connection, project_id: str, id_: str) -> AnyRow | None:
    """One refused input with its body; None where the project has none by that id."""
    mine = (rejected_inputs.c.project_id == project_id) & (rejected_inputs.c.id == id_)
    return connection.execute(select(rejected_inputs).where(mine)).first()
