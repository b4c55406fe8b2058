"""Keys by which a wire's callers name their project. Kept hashed, shown once when made."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from tellback.core.model import Project
from tellback.store.projects import read_project
from tellback.store.rows import insert_rows
from tellback.store.secrets import hash_secret
from tellback.store.tables import credentials, projects

_COLUMNS = ("dialect", "kind", "secret_hash", "project_id", "role", "hint", "created_at")


def insert_credentials(
    connection: Connection,
    project_id: str,
    keys: Sequence[tuple[str, str, str, str]],
    now: int,
) -> None:
    """Store keys given as (dialect, kind, role, secret)."""
    rows = [
        (dialect, kind, hash_secret(secret), project_id, role, secret[-4:], now)
        for dialect, kind, role, secret in keys
    ]
    insert_rows(connection, credentials, _COLUMNS, rows)


def find_credential(
    connection: Connection, dialect: str, kind: str, secret: str
) -> tuple[Project, str] | None:
    """Whose key this is, and the role that it gives."""
    statement = (
        select(projects, credentials.c.role)
        .join(credentials, credentials.c.project_id == projects.c.id)
        .where(
            credentials.c.dialect == dialect,
            credentials.c.kind == kind,
            credentials.c.secret_hash == hash_secret(secret),
        )
    )
    row = connection.execute(statement).first()
    return (read_project(row), row.role) if row else None
