"""Input that we refused: kept whole up to a size, for a project's owner to see and do again."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select, update

from tellback.core.commands import RecordRejection
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.store.across import across_projects
from tellback.store.feed import AnyRow, Columns, Feed, Position, read_feed
from tellback.store.ids import new_ids
from tellback.store.rows import among, insert_rows, to_json
from tellback.store.tables import rejected_inputs

#: Stands for "no project": refused before a valid credential was seen.
NOBODY = "0" * 32
MAX_BODY = 1024 * 1024
MAX_PATH, MAX_QUERY, MAX_HEADER, MAX_REASON = 1_000, 4_000, 500, 2_000
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
    "kind",
    "item",
    "method",
    "path",
    "query",
    "headers",
    "status",
    "reason",
    "whole",
    "created_at",
    "body_size",
    "body",
)
_LISTED: Columns = tuple(
    column for column in rejected_inputs.c if column.name not in ("project_id", "headers", "body")
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
            entry.kind.value,
            entry.item,
            entry.method,
            entry.path[:MAX_PATH],
            entry.query[:MAX_QUERY],
            to_json({name: value[:MAX_HEADER] for name, value in entry.headers.items()}),
            entry.status,
            entry.reason[:MAX_REASON],
            _is_whole(entry),
            now,
            len(entry.body),
            entry.body[: MAX_NOBODY_BODY if project_id == NOBODY else MAX_BODY],
        )
        for id_, (project_id, entry) in zip(new_ids(len(entries)), entries, strict=True)
    ]
    insert_rows(connection, rejected_inputs, _COLUMNS, rows)


def forget_oldest(connection: Connection, owner: str) -> None:
    """Keep only the newest entries of a project, or of `NOBODY`, in number and in bytes.

    What a wire has beyond half of the room goes first, so that no wire, whose key may be public,
    pushes out all that the others were refused.
    """
    table = rejected_inputs.c
    most, longest = (MOST_OF_NOBODY, MAX_NOBODY_BODY) if owner == NOBODY else (MOST, MAX_BODY)
    kept = case((table.body_size > longest, longest), else_=table.body_size)
    # All of these columns are in one index: no body is read for it.
    wire, newest = table.dialect, (table.created_at.desc(), table.id.desc())
    of_wire = (
        select(
            table.id,
            table.created_at,
            kept.label("kept"),
            func.count().over(partition_by=wire, order_by=newest, rows=(None, 0)).label("number"),
            func.sum(kept).over(partition_by=wire, order_by=newest, rows=(None, 0)).label("size"),
        )
        .where(table.project_id == owner)
        .subquery()
    )
    beyond_half = or_(of_wire.c.number > most // 2, of_wire.c.size > MOST_BYTES // 2)
    order = case((beyond_half, 1), else_=0), of_wire.c.created_at.desc(), of_wire.c.id.desc()
    ranked = select(
        of_wire.c.id,
        func.count().over(order_by=order, rows=(None, 0)).label("number"),
        func.sum(of_wire.c.kept).over(order_by=order, rows=(None, 0)).label("size"),
    ).subquery()
    too_many = or_(ranked.c.number > most, ranked.c.size > MOST_BYTES)
    old = table.id.in_(select(ranked.c.id).where(too_many))
    connection.execute(delete(rejected_inputs).where(table.project_id == owner, old))


def list_rejections(
    connection: Connection,
    project_id: str,
    wanted: RejectionFilter,
    before: Position | None,
    size: int,
) -> Feed:
    """What a project's callers were refused, newest first, without headers and bodies."""
    conditions = _matching(wanted)
    matching = and_(*conditions) if conditions else None
    return read_feed(connection, rejected_inputs, _LISTED, project_id, before, size, matching)


def get_rejection(connection: Connection, project_id: str, id_: str) -> AnyRow | None:
    """One refused input with its body; None where the project has none by that id."""
    return connection.execute(select(rejected_inputs).where(*_is(project_id, id_))).first()


def find_bodies(
    connection: Connection, project_id: str, ids: Collection[str]
) -> Mapping[str, bytes]:
    """What was kept of the bodies of a project's entries, by their ids."""
    table = rejected_inputs.c
    mine = (table.project_id == project_id, among(table.id, ids))
    rows = connection.execute(select(table.id, table.body).where(*mine))
    return {row.id: row.body for row in rows}


def was_cut(row: AnyRow) -> bool:
    """Whether an entry that is not whole was too long; otherwise its body was not read."""
    return (
        row.body_size > 0
        or len(row.path) == MAX_PATH
        or len(row.query) == MAX_QUERY
        or any(len(value) == MAX_HEADER for value in row.headers.values())
    )


def list_replayable(
    connection: Connection,
    project_id: str,
    wanted: RejectionFilter,
    dialects: Collection[str],
    most: int,
) -> Sequence[str]:
    """The ids of refused inputs of these dialects that can be done again, in the order they came.

    Of more than ``most`` those that were not tried yet, or longest ago.
    """
    table = rejected_inputs.c
    refused = (table.kind == RejectionKind.REFUSED.value, table.dialect.in_(dialects))
    open_ones = (table.project_id == project_id, table.settled_at.is_(None), table.whole)
    found = (
        select(table.id, table.created_at)
        .where(*open_ones, *refused, *_matching(wanted))
        .order_by(func.coalesce(table.replayed_at, 0), table.created_at, table.id)
        .limit(most)
    )
    rows = connection.execute(found).all()
    return [row.id for row in sorted(rows, key=lambda row: (row.created_at, row.id))]


def claim_rejection(
    connection: Connection, project_id: str, id_: str, now: int, *, force: bool
) -> bool:
    """Take an entry to do it again, in the transaction in which it is done.

    False where there is none, or where it is settled and that is not to be overridden.
    """
    statement = update(rejected_inputs).where(*_is(project_id, id_)).values(replayed_at=now)
    if not force:
        statement = statement.where(rejected_inputs.c.settled_at.is_(None))
    return connection.execute(statement).rowcount > 0


def note_replay(
    connection: Connection,
    project_id: str,
    id_: str,
    status: int,
    reason: str | None,
    settled_at: int | None,
) -> None:
    """Keep what came of a replay. What was settled stays so, whatever came of doing it again."""
    connection.execute(
        update(rejected_inputs)
        .where(*_is(project_id, id_))
        .values(
            replay_status=status,
            replay_reason=None if reason is None else reason[:MAX_REASON],
            settled_at=func.coalesce(rejected_inputs.c.settled_at, settled_at),
        )
    )


def oldest_rejections(connection: Connection) -> dict[str, int]:
    """When the oldest entry of each project, and of `NOBODY`, was made (ms)."""
    table = rejected_inputs.c
    statement = select(table.project_id, func.min(table.created_at)).group_by(table.project_id)
    return {row[0]: row[1] for row in connection.execute(across_projects(statement))}


def forget_older(connection: Connection, owner: str, before: int, most: int) -> int:
    """Delete up to so many entries that are older than a moment; how many there were."""
    table = rejected_inputs.c
    old = (
        select(table.id)
        .where(table.project_id == owner, table.created_at < before)
        .order_by(table.created_at)
        .limit(most)
    )
    deleting = delete(rejected_inputs).where(table.project_id == owner, table.id.in_(old))
    return connection.execute(deleting).rowcount


def delete_rejections(connection: Connection, project_id: str, ids: Collection[str]) -> None:
    """Delete entries by their ids."""
    table = rejected_inputs.c
    if not ids:
        return
    mine = (table.project_id == project_id, among(table.id, ids))
    connection.execute(delete(rejected_inputs).where(*mine))


def _is(project_id: str, id_: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return rejected_inputs.c.project_id == project_id, rejected_inputs.c.id == id_


def _is_whole(entry: RecordRejection) -> bool:
    """Whether all of it is kept, so that it can be done again."""
    return (
        not entry.unread
        and len(entry.body) <= MAX_BODY
        and len(entry.path) <= MAX_PATH
        and len(entry.query) <= MAX_QUERY
        and all(len(value) <= MAX_HEADER for value in entry.headers.values())
    )


def _matching(wanted: RejectionFilter) -> list[ColumnElement[bool]]:
    table, found = rejected_inputs.c, list[ColumnElement[bool]]()
    if wanted.dialect is not None:
        found.append(table.dialect == wanted.dialect)
    if wanted.operation is not None:
        found.append(table.operation == wanted.operation)
    if wanted.kind is not None:
        found.append(table.kind == wanted.kind.value)
    if wanted.text is not None:
        found.append(func.lower(table.reason).contains(wanted.text.lower(), autoescape=True))
    if wanted.since is not None:
        found.append(table.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(table.created_at < wanted.until)
    if wanted.settled is not None:
        found.append(table.settled_at.is_(None) != wanted.settled)
    return found
