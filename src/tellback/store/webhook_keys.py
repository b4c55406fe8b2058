"""The keys that projects' webhooks are signed with. Kept as they are: signing takes the key."""

from sqlalchemy import Connection, insert, or_, select, update

from tellback.store.ids import new_id
from tellback.store.secrets import random_bytes
from tellback.store.tables import webhook_keys as table

_LENGTH = 32  # bytes; Standard Webhooks wants 24 to 64


def live_keys(connection: Connection, project_id: str, now: int) -> list[bytes]:
    """The keys that sign at a moment, the newest first."""
    statement = select(table.c.secret).where(
        table.c.project_id == project_id, or_(table.c.ends_at.is_(None), table.c.ends_at > now)
    )
    return list(connection.execute(statement.order_by(table.c.id.desc())).scalars())


def make_key(connection: Connection, project_id: str, now: int, overlap: int) -> bytes:
    """A new key; those before it sign along for ``overlap`` more ms at most."""
    until = now + overlap
    ending = update(table).where(
        table.c.project_id == project_id, or_(table.c.ends_at.is_(None), table.c.ends_at > until)
    )
    connection.execute(ending.values(ends_at=until))
    secret = random_bytes(_LENGTH)
    values = {"project_id": project_id, "id": new_id(), "secret": secret, "created_at": now}
    connection.execute(insert(table), values)
    return secret
