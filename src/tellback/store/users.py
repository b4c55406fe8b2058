"""The people who sign in, and the projects that they belong to."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Update, delete, insert, select, update

from tellback.core.users import Member, Membership, Role, User
from tellback.store.projects import read_project
from tellback.store.rows import insert_new_rows
from tellback.store.tables import memberships, projects, users


def insert_user(connection: Connection, user: User, password_hash: str) -> None:
    """Store a new user."""
    values = {
        "id": user.id,
        "email": user.email,
        "password_hash": password_hash,
        "created_at": user.created_at,
    }
    connection.execute(insert(users), values)


def insert_memberships(
    connection: Connection, user_id: str, project_ids: Iterable[str], role: Role
) -> None:
    """Make a user a member of projects; a part that they have already stays as it is."""
    rows = [(user_id, project_id, role.value) for project_id in project_ids]
    insert_new_rows(connection, memberships, ("user_id", "project_id", "role"), rows)


def delete_memberships(connection: Connection, user_id: str, project_ids: Iterable[str]) -> None:
    """Take a user out of projects."""
    for project_id in project_ids:
        part = (memberships.c.user_id == user_id) & (memberships.c.project_id == project_id)
        connection.execute(delete(memberships).where(part))


def update_role(connection: Connection, user_id: str, project_id: str, role: Role) -> None:
    """Give a member another role."""
    connection.execute(_part(user_id, project_id).values(role=role.value))


def update_names(
    connection: Connection, user_id: str, project_id: str, names: Iterable[str]
) -> bool:
    """Give a member other names in conversations; False where nobody is that member."""
    statement = _part(user_id, project_id).values(agent_names="\n".join(names) or None)
    return bool(connection.execute(statement).rowcount)


def find_user(connection: Connection, email: str) -> User | None:
    """The user with that (normalised) e-mail address."""
    row = connection.execute(select(users).where(users.c.email == email)).first()
    return read_user(row) if row else None


def find_password(connection: Connection, email: str) -> tuple[User, str] | None:
    """The user with that (normalised) e-mail address, and the hash of their password."""
    row = connection.execute(select(users).where(users.c.email == email)).first()
    return (read_user(row), row.password_hash) if row else None


def has_password(connection: Connection, user_id: str, password_hash: str) -> bool:
    """Whether that is (still) the hash of the user's password."""
    same = (users.c.id == user_id) & (users.c.password_hash == password_hash)
    return connection.execute(select(users.c.id).where(same)).first() is not None


def update_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """Replace the hash of a user's password."""
    statement = update(users).where(users.c.id == user_id)
    connection.execute(statement.values(password_hash=password_hash))


def find_membership(connection: Connection, user_id: str, slug: str) -> Membership | None:
    """A user's part in the project with that slug."""
    statement = _joined().where(memberships.c.user_id == user_id, projects.c.slug == slug)
    row = connection.execute(statement).first()
    return _read_membership(row) if row else None


def list_memberships(
    connection: Connection, user_id: str, most: int = 1_000
) -> Sequence[Membership]:
    """The projects that a user belongs to, by name; no more than ``most``."""
    statement = _joined().where(memberships.c.user_id == user_id).limit(most)
    rows = connection.execute(statement.order_by(projects.c.name, projects.c.id))
    return [_read_membership(row) for row in rows]


def list_members(connection: Connection, project_id: str) -> Sequence[Member]:
    """Who belongs to a project, by address."""
    statement = (
        select(users, memberships.c.role, memberships.c.agent_names)
        .join(memberships, memberships.c.user_id == users.c.id)
        .where(memberships.c.project_id == project_id)
        .order_by(users.c.email)
    )
    return [
        Member(read_user(row), Role(row.role), _names(row)) for row in connection.execute(statement)
    ]


def read_user(row: Row[Any]) -> User:
    """A user from a row that has all its columns."""
    return User(row.id, row.email, row.created_at)


def _joined() -> Select[Any]:
    part = memberships.c
    return (
        select(projects, part.role, part.agent_names, users.c.email)
        .join(memberships, part.project_id == projects.c.id)
        .join(users, users.c.id == part.user_id)
    )


def _read_membership(row: Row[Any]) -> Membership:
    return Membership(read_project(row), Role(row.role), row.email, _names(row))


def _names(row: Row[Any]) -> tuple[str, ...]:
    return tuple((row.agent_names or "").splitlines())


def _part(user_id: str, project_id: str) -> Update:
    mine = (memberships.c.user_id == user_id) & (memberships.c.project_id == project_id)
    return update(memberships).where(mine)
