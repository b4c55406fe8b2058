"""Mails that came back: which invitation a report is about, and what it makes of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from tellback.core.invitation import GONE, State, predecessors
from tellback.core.rollup import Source
from tellback.store.across import across_projects
from tellback.store.rollup_marks import mark_ids
from tellback.store.tables import invitations as table
from tellback.store.tables import projects


@dataclass(frozen=True, slots=True)
class Returned:
    """The invitation that a report is about."""

    project_id: str
    id: str
    address: str
    state: State


def find_mailed(
    connection: Connection, invitation_id: str, project_id: str | None
) -> Returned | None:
    """The invitation with that id if its mail was handed over; of that project, if one is given."""
    # Joined with the projects, so that the key's first part is known and no table is scanned.
    rows = connection.execute(_mails(project_id).where(table.c.id == invitation_id))
    return _returned(rows.first())


def find_last_mailed(
    connection: Connection, address: str, since: int, project_id: str | None
) -> Returned | None:
    """The last mail that went to an address after ``since`` (ms)."""
    statement = (
        _mails(project_id)
        .where(table.c.address == address, table.c.sent_at > since)
        .order_by(table.c.sent_at.desc(), table.c.id.desc())
        .limit(1)
    )
    return _returned(connection.execute(statement).first())


def mark_returned(
    connection: Connection, returned: Returned, after: State | None, reason: str, now: int
) -> None:
    """Note what a report said; the state moves where it may follow."""
    if after is None and returned.state not in GONE:
        return
    values: dict[str, Any] = {"reason": reason}
    if after is State.BOUNCED:
        values["bounced_at"] = func.coalesce(table.c.bounced_at, now)
    if after is not None and returned.state in predecessors(after):
        values["state"] = after.value
    mine = and_(table.c.project_id == returned.project_id, table.c.id == returned.id)
    connection.execute(update(table).where(mine).values(values))
    mark_ids(connection, returned.project_id, Source.INVITATIONS, [returned.id])


def _mails(project_id: str | None) -> Any:
    gone: ColumnElement[bool] = table.c.message_id.is_not(None)
    joined = table.c.project_id == projects.c.id
    columns = (table.c.project_id, table.c.id, table.c.address, table.c.state)
    statement = select(*columns).join(projects, joined).where(gone)
    if project_id is None:
        return across_projects(statement)
    return statement.where(projects.c.id == project_id)


def _returned(row: Row[Any] | None) -> Returned | None:
    if row is None or row.address is None:
        return None
    return Returned(row.project_id, row.id, row.address, State(row.state))
