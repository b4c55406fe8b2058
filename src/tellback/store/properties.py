"""Declared properties of invitations: name and type, fixed when first seen."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.queries import ListProperties
from tellback.store.rows import insert_new_rows
from tellback.store.tables import property_definitions

_COLUMNS = ("project_id", "name", "type", "created_at")


def property_types(connection: Connection, project_id: str) -> dict[str, PropertyType]:
    """The types of a project's properties by name, oldest first."""
    table = property_definitions
    statement = select(table.c.name, table.c.type).where(table.c.project_id == project_id)
    rows = connection.execute(statement.order_by(table.c.created_at, table.c.name))
    return {row.name: PropertyType(row.type) for row in rows}


def declare_properties(
    connection: Connection, project_id: str, types: Mapping[str, PropertyType], now: int
) -> None:
    """Declare properties that are new; a name that is there already keeps its type."""
    rows = [(project_id, name, str(kind), now) for name, kind in types.items()]
    insert_new_rows(connection, property_definitions, _COLUMNS, rows)


def list_properties(
    connection: Connection, project: Project, query: ListProperties
) -> dict[str, PropertyType]:
    """The project's properties by name, of one type if the query says so."""
    types = property_types(connection, project.id)
    return {n: kind for n, kind in types.items() if query.type in (None, kind)}
