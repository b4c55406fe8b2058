"""Suppressions as programs read them: page by page, by address."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from tellback.core.model import Project
from tellback.core.reports import Suppression
from tellback.store.tables import suppressions


def list_suppression_page(
    connection: Connection, project: Project, after: str, size: int
) -> tuple[Sequence[Suppression], bool]:
    """The suppressions after an address (empty: from the first), and whether more follow."""
    table = suppressions.c
    statement = (
        select(table.address, table.reason, table.created_at)
        .where(table.project_id == project.id, table.address > after)
        .order_by(table.address)
        .limit(size + 1)
    )
    rows = connection.execute(statement).all()
    return [Suppression(*row) for row in rows[:size]], len(rows) > size
