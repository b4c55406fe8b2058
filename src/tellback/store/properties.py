"""Declared properties of invitations: name and type, fixed when first seen."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.queries import ListProperties
from tellback.store.rows import insert_new_rows
from tellback.store.tables import contacts, property_definitions, responses

#: How many of the newest people and responses are looked at for what they are told apart by.
_SAMPLE = 200
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


def seen_properties(connection: Connection, project_id: str) -> dict[str, PropertyType]:
    """What `property_types` says, and what else was lately told of people, by name.

    What was of several types has that of the newest; what has none of ours is left out.
    """
    types = property_types(connection, project_id)
    for told in _told_lately(connection, project_id):
        for name, value in told.items():
            kind = _type_of(value)
            if kind is not None:
                types.setdefault(name, kind)
    return types


def _told_lately(connection: Connection, project_id: str) -> Iterator[Mapping[str, Any]]:
    told: list[tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]] = [
        (responses.c.traits, responses.c.project_id, responses.c.created_at),
        (contacts.c.properties, contacts.c.project_id, contacts.c.created_at),
    ]
    for column, owner, at in told:
        newest = select(column).where(owner == project_id).order_by(at.desc()).limit(_SAMPLE)
        yield from filter(None, connection.execute(newest).scalars())


def _type_of(value: object) -> PropertyType | None:
    match value:
        case bool():
            return PropertyType.BOOLEAN
        case int() | float():
            return PropertyType.NUMBER
        case str():
            return PropertyType.STRING
        case [str(), *_]:
            return PropertyType.STRING_SET
    return None
