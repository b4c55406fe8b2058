"""How a project's webhooks tell of conversations, by the names of their mappings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from tellback.core.model import Project
from tellback.store.tables import conversation_mappings

_MAPPING = conversation_mappings


@dataclass(frozen=True, slots=True)
class StoredMapping:
    """A mapping, and when it was last changed (ms)."""

    name: str
    definition: Mapping[str, Any]
    updated_at: int


def list_mappings(connection: Connection, project: Project) -> list[StoredMapping]:
    """All mappings of a project, by name."""
    table = _MAPPING.c
    statement = select(table.name, table.definition, table.updated_at).where(
        table.project_id == project.id
    )
    return [StoredMapping(*row) for row in connection.execute(statement.order_by(table.name))]


def find_mapping(connection: Connection, project: Project, name: str) -> StoredMapping | None:
    """The mapping of that name."""
    table = _MAPPING.c
    statement = select(table.name, table.definition, table.updated_at).where(
        table.project_id == project.id, table.name == name
    )
    row = connection.execute(statement).first()
    return StoredMapping(*row) if row else None


def count_mappings(connection: Connection, project_id: str) -> int:
    """How many mappings a project has."""
    counting = select(func.count()).select_from(_MAPPING)
    found = connection.execute(counting.where(_MAPPING.c.project_id == project_id)).scalar()
    return int(found or 0)


def put_mapping(
    connection: Connection, project_id: str, name: str, definition: Mapping[str, Any], now: int
) -> bool:
    """Store a mapping, or what it says now; whether it is new."""
    values = {"definition": dict(definition), "updated_at": now}
    mine = (_MAPPING.c.project_id == project_id) & (_MAPPING.c.name == name)
    if connection.execute(update(_MAPPING).where(mine).values(values)).rowcount:
        return False
    named = {"project_id": project_id, "name": name}
    connection.execute(insert(_MAPPING), {**named, **values})
    return True


def delete_mapping(connection: Connection, project_id: str, name: str) -> bool:
    """Remove a mapping; False where there is none."""
    mine = (_MAPPING.c.project_id == project_id) & (_MAPPING.c.name == name)
    return bool(connection.execute(delete(_MAPPING).where(mine)).rowcount)
