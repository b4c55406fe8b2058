"""Suppressions: addresses that are never mailed. Each has one reason, the strongest there is."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from tellback.core.model import Project
from tellback.core.queries import ListSuppressions
from tellback.core.reports import Suppression
from tellback.store.rows import among, insert_rows
from tellback.store.tables import invitations, suppressions

_COLUMNS = ("project_id", "address", "reason", "created_at")


def list_suppressions(
    connection: Connection, project: Project, query: ListSuppressions
) -> list[Suppression]:
    """The project's suppressions for the given reasons, oldest first."""
    table = suppressions
    statement = select(table.c.address, table.c.reason, table.c.created_at).where(
        table.c.project_id == project.id
    )
    if query.reasons:
        statement = statement.where(table.c.reason.in_(query.reasons))
    rows = connection.execute(statement.order_by(table.c.created_at, table.c.address))
    return [Suppression(*row) for row in rows]


def insert_suppressions(
    connection: Connection, project_id: str, reasons: Mapping[str, str], now: int
) -> None:
    """Store suppressions by address; none of them may be there."""
    rows = [(project_id, address, reason, now) for address, reason in reasons.items()]
    insert_rows(connection, suppressions, _COLUMNS, rows)


def change_suppressions(
    connection: Connection, project_id: str, reasons: Mapping[str, str]
) -> None:
    """Give suppressed addresses another reason."""
    table = suppressions
    for address, reason in reasons.items():
        mine = (table.c.project_id == project_id) & (table.c.address == address)
        connection.execute(update(table).where(mine).values(reason=reason))


def delete_suppressions(connection: Connection, project_id: str, addresses: Sequence[str]) -> None:
    """Let addresses be mailed again."""
    table = suppressions
    if not addresses:
        return
    mine = (table.c.project_id == project_id, among(table.c.address, addresses))
    connection.execute(delete(table).where(*mine))


def mailed_among(connection: Connection, project_id: str, addresses: Sequence[str]) -> set[str]:
    """Those of the addresses that a mail has gone to."""
    table = invitations
    if not addresses:
        return set()
    statement = select(table.c.address).where(
        table.c.project_id == project_id,
        among(table.c.address, addresses),
        table.c.sent_at.is_not(None),
    )
    return set(connection.execute(statement.distinct()).scalars())
