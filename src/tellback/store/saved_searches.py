"""Searches that have a name."""

from sqlalchemy import Connection, delete, func, insert, select

from tellback.core.saved_searches import MAX_SEARCHES, SavedSearch, SaveSearch
from tellback.store.tables import saved_searches

_table = saved_searches.c


def list_saved_searches(connection: Connection, project_id: str) -> list[SavedSearch]:
    """A project's, by name."""
    statement = select(_table.id, _table.name, _table.query).where(_table.project_id == project_id)
    rows = connection.execute(statement.order_by(_table.name).limit(MAX_SEARCHES))
    return [SavedSearch(*row) for row in rows]


def count_saved_searches(connection: Connection, project_id: str) -> int:
    """How many there are."""
    statement = select(func.count()).where(_table.project_id == project_id)
    return connection.execute(statement).scalar_one()


def delete_named(connection: Connection, project_id: str, name: str) -> None:
    """Delete the one of that name, if there is one."""
    mine = (_table.project_id == project_id, _table.name == name)
    connection.execute(delete(saved_searches).where(*mine))


def delete_saved_search(connection: Connection, project_id: str, id_: str) -> bool:
    """Delete one; whether there was one."""
    mine = (_table.project_id == project_id, _table.id == id_)
    return connection.execute(delete(saved_searches).where(*mine)).rowcount > 0


def insert_saved_search(
    connection: Connection, project_id: str, id_: str, search: SaveSearch, now: int
) -> None:
    """Store a search; there may be none of its name."""
    values = {"name": search.name, "query": search.query, "created_by": search.by}
    statement = insert(saved_searches).values(project_id=project_id, id=id_, created_at=now)
    connection.execute(statement.values(values))
