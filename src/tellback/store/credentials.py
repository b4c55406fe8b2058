"""Keys by which a wire's callers name their project. Kept hashed, shown once when made."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class KeyHint:
    """What may still be shown of a key: its last characters, and when it was made (ms)."""

    dialect: str
    kind: str
    role: str
    hint: str
    created_at: int


def list_hints(connection: Connection, project_id: str) -> list[KeyHint]:
    """The keys of a project, without the keys themselves."""
    table = credentials.c
    statement = (
        select(table.dialect, table.kind, table.role, table.hint, table.created_at)
        .where(table.project_id == project_id)
        .order_by(table.dialect, table.created_at, table.kind, table.role)
    )
    return [KeyHint(*row) for row in connection.execute(statement)]
