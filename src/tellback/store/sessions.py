"""Who is signed in. A session is known by its token, which only the browser keeps."""

from sqlalchemy import Connection, delete, insert, select, update

from tellback.core.users import User, Visitor
from tellback.store.secrets import hash_secret
from tellback.store.tables import sessions, users
from tellback.store.users import find_membership, list_memberships, read_user

#: How many of a user's projects come along with every page.
MOST_LISTED = 30


def insert_session(
    connection: Connection, token: str, user_id: str, now: int, expires_at: int
) -> None:
    """Store a session under the hash of its token."""
    values = {
        "token_hash": hash_secret(token),
        "user_id": user_id,
        "created_at": now,
        "expires_at": expires_at,
    }
    connection.execute(insert(sessions), values)


def find_session(connection: Connection, token: str, now: int) -> tuple[User, int] | None:
    """Whose session this is, and when it ends; None when it is unknown or over."""
    statement = (
        select(users, sessions.c.expires_at)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(sessions.c.token_hash == hash_secret(token), sessions.c.expires_at > now)
    )
    row = connection.execute(statement).first()
    return (read_user(row), row.expires_at) if row else None


def find_visitor(connection: Connection, token: str, slug: str | None, now: int) -> Visitor | None:
    """Who comes with that token, and their part in the project of that slug; None: nobody."""
    session = find_session(connection, token, now)
    if session is None:
        return None
    user, expires_at = session
    membership = find_membership(connection, user.id, slug) if slug is not None else None
    return Visitor(user, expires_at, membership, list_memberships(connection, user.id, MOST_LISTED))


def extend_session(connection: Connection, token: str, expires_at: int) -> None:
    """Move the end of a session."""
    mine = sessions.c.token_hash == hash_secret(token)
    connection.execute(update(sessions).where(mine).values(expires_at=expires_at))


def delete_session(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == hash_secret(token)))


def delete_sessions_of(connection: Connection, user_id: str) -> None:
    """End every session of a user."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def any_over(connection: Connection, now: int) -> bool:
    """Whether anybody's session is over."""
    statement = select(sessions.c.user_id).where(sessions.c.expires_at < now).limit(1)
    return connection.execute(statement).first() is not None


def forget_over(connection: Connection, before: int, most: int) -> int:
    """Delete up to so many sessions that were over at a moment (ms); how many there were."""
    over = select(sessions.c.token_hash).where(sessions.c.expires_at < before).limit(most)
    found = list(connection.execute(over).scalars())
    if found:
        connection.execute(delete(sessions).where(sessions.c.token_hash.in_(found)))
    return len(found)


def forget_expired(connection: Connection, user_id: str, now: int) -> None:
    """Delete a user's sessions that are over."""
    over = (sessions.c.user_id == user_id) & (sessions.c.expires_at <= now)
    connection.execute(delete(sessions).where(over))
