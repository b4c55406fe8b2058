"""Keys by which a wire's callers name their project. Kept hashed, shown once when made."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from tellback.core.instants import HOUR
from tellback.core.model import Project
from tellback.store.ids import new_ids
from tellback.store.projects import read_project
from tellback.store.rows import insert_rows
from tellback.store.secrets import hash_secret
from tellback.store.tables import credentials, projects

#: How exactly it is known when a key was last used, in ms.
COARSE = HOUR
_COLUMNS = ("dialect", "kind", "secret_hash", "id", "project_id", "role", "hint", "created_at")
#: Whose key: dialect, kind, and the key itself.
Presented = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to store. One that is ``public`` is no secret, and may be shown for ever."""

    dialect: str
    kind: str
    role: str
    secret: str
    public: bool = False

    @property
    def hint(self) -> str:
        """What is kept to be shown."""
        return self.secret if self.public else self.secret[-4:]


@dataclass(frozen=True, slots=True)
class Key:
    """What may still be shown of a key. ``hint`` is its end, or all of it where it is public.

    Times are ms. It was ``last_used_at`` some time in the hour from then on, and holds until
    ``expires_at``, or for good.
    """

    id: str
    dialect: str
    kind: str
    role: str
    hint: str
    created_at: int
    last_used_at: int | None
    expires_at: int | None


_KEY = tuple(credentials.c[name] for name in Key.__dataclass_fields__)


def insert_credentials(
    connection: Connection, project_id: str, keys: Sequence[NewKey], now: int
) -> list[str]:
    """Store keys, which nobody may have yet; their ids."""
    ids = new_ids(len(keys))
    rows = [
        (key.dialect, key.kind, hash_secret(key.secret), id_, project_id, key.role, key.hint, now)
        for id_, key in zip(ids, keys, strict=True)
    ]
    insert_rows(connection, credentials, _COLUMNS, rows)
    return ids


def find_credential(
    connection: Connection, dialect: str, kind: str, secret: str, now: int
) -> tuple[Project, str] | None:
    """Whose key this is, and the role that it gives; None where it holds no more."""
    statement = (
        select(projects, credentials.c.role)
        .join(credentials, credentials.c.project_id == projects.c.id)
        .where(
            credentials.c.dialect == dialect,
            credentials.c.kind == kind,
            credentials.c.secret_hash == hash_secret(secret),
            _holds(now),
        )
    )
    row = connection.execute(statement).first()
    return (read_project(row), row.role) if row else None


def holder_of(connection: Connection, dialect: str, kind: str, secret: str) -> str | None:
    """The id of the project that has this key, whether it still holds or not."""
    statement = select(credentials.c.project_id).where(*_is((dialect, kind, secret)))
    return connection.execute(statement).scalar()


def list_keys(connection: Connection, project_id: str, now: int) -> list[Key]:
    """The keys of a project that hold, without the keys themselves."""
    table = credentials.c
    mine = select(*_KEY).where(table.project_id == project_id, _holds(now))
    ordered = mine.order_by(table.dialect, table.created_at, table.kind, table.role, table.id)
    return [Key(*row) for row in connection.execute(ordered)]


def get_key(connection: Connection, project_id: str, key_id: str, now: int) -> Key | None:
    """One key of a project by its id, if it holds."""
    mine = (credentials.c.project_id == project_id, credentials.c.id == key_id)
    row = connection.execute(select(*_KEY).where(*mine, _holds(now))).first()
    return Key(*row) if row else None


def expire_credential(connection: Connection, project_id: str, key_id: str, at: int) -> None:
    """Let a key hold until a moment, if it does not end before anyway."""
    table = credentials.c
    later = or_(table.expires_at.is_(None), table.expires_at > at)
    mine = (table.project_id == project_id, table.id == key_id, later)
    connection.execute(update(credentials).where(*mine).values(expires_at=at))


def delete_credential(connection: Connection, project_id: str, key_id: str) -> None:
    """Let a key hold no more."""
    mine = (credentials.c.project_id == project_id, credentials.c.id == key_id)
    connection.execute(delete(credentials).where(*mine))


def delete_expired(connection: Connection, now: int) -> None:
    """Forget the keys that hold no more, of all projects."""
    connection.execute(delete(credentials).where(credentials.c.expires_at <= now))


def note_use(connection: Connection, key: Presented, now: int) -> None:
    """Keep that a key was used; one that was used within the hour is left alone."""
    last = credentials.c.last_used_at
    long_ago = or_(last.is_(None), last <= now - COARSE)
    connection.execute(update(credentials).where(*_is(key), long_ago).values(last_used_at=now))


def _holds(now: int) -> ColumnElement[bool]:
    return or_(credentials.c.expires_at.is_(None), credentials.c.expires_at > now)


def _is(key: Presented) -> tuple[ColumnElement[bool], ...]:
    dialect, kind, secret = key
    table = credentials.c
    return table.dialect == dialect, table.kind == kind, table.secret_hash == hash_secret(secret)
