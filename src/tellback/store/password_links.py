"""Links with which somebody sets their password: only hashes of their tokens are kept."""

from sqlalchemy import Connection, delete, insert, select

from tellback.core.users import User
from tellback.store.secrets import hash_secret
from tellback.store.tables import password_links, users
from tellback.store.users import read_user


def insert_password_link(
    connection: Connection, token: str, user_id: str, now: int, expires_at: int
) -> None:
    """Store a link in place of all others of that user; those of anybody's that are over go."""
    delete_password_links(connection, user_id)
    connection.execute(delete(password_links).where(password_links.c.expires_at <= now))
    values = {
        "token_hash": hash_secret(token),
        "user_id": user_id,
        "created_at": now,
        "expires_at": expires_at,
    }
    connection.execute(insert(password_links), values)


def find_linked_user(connection: Connection, token: str, now: int) -> User | None:
    """Who sets their password with that token; None when it is unknown, used or over."""
    link = password_links.c
    statement = (
        select(users)
        .join(password_links, link.user_id == users.c.id)
        .where(link.token_hash == hash_secret(token), link.expires_at > now)
    )
    row = connection.execute(statement).first()
    return read_user(row) if row else None


def delete_password_links(connection: Connection, user_id: str) -> None:
    """Let no link of a user be used any more."""
    connection.execute(delete(password_links).where(password_links.c.user_id == user_id))
