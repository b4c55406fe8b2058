"""Logos: one picture per project. Its name stands in the project's settings too."""

from sqlalchemy import Connection, delete, insert, select

from tellback.store.tables import logos


def find_logo(connection: Connection, project_id: str, name: str) -> bytes | None:
    """The project's logo, if it is the one of that name."""
    statement = select(logos.c.data).where(logos.c.project_id == project_id, logos.c.name == name)
    found: bytes | None = connection.execute(statement).scalar()
    return found


def replace_logo(
    connection: Connection, project_id: str, name: str, data: bytes | None, now: int
) -> None:
    """Make this picture the project's logo; None takes the one that there is away."""
    connection.execute(delete(logos).where(logos.c.project_id == project_id))
    if data is not None:
        values = {"project_id": project_id, "name": name, "data": data, "updated_at": now}
        connection.execute(insert(logos), values)
