"""Signals: the visits to an invitation's links, and what they say of the invitation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, select, update

from tellback.core.invitation import State
from tellback.core.model import Channel
from tellback.core.rollup import Source
from tellback.core.scanners import Kind, Scanner, Seen, Visit
from tellback.store.rollup_marks import mark_ids, mark_moments
from tellback.store.rows import among, insert_rows
from tellback.store.tables import invitations, signals

_COLUMNS = (
    "project_id",
    "id",
    "invitation_id",
    "kind",
    "link",
    "scanner",
    "user_agent",
    "ip",
    "created_at",
)


@dataclass(slots=True)
class Watched:
    """An invitation as far as its signals concern it, with all of them, oldest first.

    ``sent_at`` is when its mail went, if it is one.
    """

    id: str
    state: State
    seen: Seen
    sent_at: int | None
    delivered_at: int | None
    responded_at: int | None
    visits: list[Visit] = field(default_factory=list)


def find_watched(connection: Connection, project_id: str, ids: Iterable[str]) -> dict[str, Watched]:
    """Those of the invitations that exist, by id."""
    wanted = sorted(set(ids))
    found = dict(_find_invitations(connection, project_id, wanted))
    statement = select(signals).where(
        signals.c.project_id == project_id, among(signals.c.invitation_id, wanted)
    )
    # Sorted here: an engine would rather go through all signals in that order than look some up.
    for row in sorted(connection.execute(statement), key=lambda row: (row.created_at, row.id)):
        if row.invitation_id in found:
            found[row.invitation_id].visits.append(_visit(row))
    return found


def insert_signals(
    connection: Connection, project_id: str, visits: Sequence[tuple[str, Visit]]
) -> None:
    """Store visits, each with its invitation's id."""
    rows = [
        (
            project_id,
            visit.id,
            invitation_id,
            visit.kind.value,
            visit.link,
            visit.scanner,
            visit.agent,
            visit.ip,
            visit.at,
        )
        for invitation_id, visit in visits
    ]
    insert_rows(connection, signals, _COLUMNS, rows)
    mark_moments(connection, project_id, Source.VISITS, [visit.at for _, visit in visits])


def mark_signals(
    connection: Connection, project_id: str, marks: Sequence[tuple[str, Scanner | None]]
) -> None:
    """Set what signals, by id, are taken for."""
    if not marks:
        return
    statement = (
        update(signals)
        .where(signals.c.project_id == project_id, signals.c.id == bindparam("which"))
        .values(scanner=bindparam("mark"))
    )
    connection.execute(statement, [{"which": id_, "mark": mark} for id_, mark in marks])
    mark_ids(connection, project_id, Source.VISITS, [id_ for id_, _ in marks])


def update_seen(
    connection: Connection, project_id: str, changes: Sequence[tuple[Watched, Seen, State]]
) -> None:
    """Set when invitations were seen; their state only where nobody has moved it meanwhile."""
    if not changes:
        return
    table = invitations
    unmoved = table.c.state == bindparam("before")
    statement = (
        update(table)
        .where(table.c.project_id == project_id, table.c.id == bindparam("which"))
        .values(
            opened_at=bindparam("opened"),
            clicked_at=bindparam("clicked"),
            state=case((unmoved, bindparam("after")), else_=table.c.state),
        )
    )
    values = [
        {
            "which": watched.id,
            "opened": seen.opened_at,
            "clicked": seen.clicked_at,
            "before": watched.state.value,
            "after": after.value,
        }
        for watched, seen, after in changes
    ]
    connection.execute(statement, values)
    mark_ids(connection, project_id, Source.INVITATIONS, [watched.id for watched, _, _ in changes])


def _find_invitations(
    connection: Connection, project_id: str, ids: Sequence[str]
) -> Iterable[tuple[str, Watched]]:
    table = invitations
    statement = select(
        table.c.id,
        table.c.state,
        table.c.opened_at,
        table.c.clicked_at,
        table.c.sent_at,
        table.c.delivered_at,
        table.c.responded_at,
        table.c.channel,
    ).where(table.c.project_id == project_id, among(table.c.id, ids))
    for row in connection.execute(statement):
        yield (
            row.id,
            Watched(
                row.id,
                State(row.state),
                Seen(row.opened_at, row.clicked_at),
                # Who sits in a chat may be as quick as only machines are with mails.
                row.sent_at if row.channel == Channel.EMAIL else None,
                row.delivered_at,
                row.responded_at,
            ),
        )


def _visit(row: Row[Any]) -> Visit:
    scanner = None if row.scanner is None else Scanner(row.scanner)
    return Visit(row.id, Kind(row.kind), row.created_at, row.link, row.user_agent, row.ip, scanner)
