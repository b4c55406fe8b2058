"""Projects: the tenants."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.store.tables import projects

_KNOWN = {item.name for item in fields(ProjectSettings)}


def insert_project(connection: Connection, project: Project) -> None:
    """Store a new project."""
    values = {
        "id": project.id,
        "name": project.name,
        "slug": project.slug,
        "settings": asdict(project.settings),
        "secret": project.secret,
        "created_at": project.created_at,
    }
    connection.execute(insert(projects), values)


def update_settings(connection: Connection, project_id: str, settings: ProjectSettings) -> None:
    """Replace a project's settings."""
    statement = update(projects).where(projects.c.id == project_id)
    connection.execute(statement.values(settings=asdict(settings)))


def update_project(
    connection: Connection, project_id: str, name: str, settings: ProjectSettings
) -> None:
    """Replace a project's name and settings; its slug, and so its addresses, stay."""
    statement = update(projects).where(projects.c.id == project_id)
    connection.execute(statement.values(name=name, settings=asdict(settings)))


def find_project(connection: Connection, name: str) -> Project | None:
    """A project by slug or id."""
    wanted = projects.c.slug == name
    if is_id(name):
        wanted |= projects.c.id == name
    row = connection.execute(select(projects).where(wanted)).first()
    return read_project(row) if row else None


def find_only_project(connection: Connection) -> Project | None:
    """The project, where there is exactly one."""
    rows = connection.execute(select(projects).limit(2)).all()
    return read_project(rows[0]) if len(rows) == 1 else None


def list_projects(connection: Connection) -> Sequence[Project]:
    """All projects, oldest first."""
    rows = connection.execute(select(projects).order_by(projects.c.created_at, projects.c.id))
    return [read_project(row) for row in rows]


def read_project(row: Row[Any]) -> Project:
    """A project from a row that has all its columns."""
    # A setting that an older or newer version wrote must not stop this one.
    kept = {name: value for name, value in row.settings.items() if name in _KNOWN}
    return Project(
        id=row.id,
        name=row.name,
        slug=row.slug,
        created_at=row.created_at,
        settings=ProjectSettings(**kept),
        secret=row.secret,
    )
