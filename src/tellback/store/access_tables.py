"""The tables of who may come in: callers with keys, and people who sign in."""

from sqlalchemy import BigInteger, Column, LargeBinary, Text

from tellback.store.schema import Id, shared

credentials = shared(
    "credentials",
    Column("dialect", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("id", Id, nullable=False),
    Column("project_id", Id, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("expires_at", BigInteger),
)

users = shared(
    "users",
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

memberships = shared(
    "memberships",
    Column("user_id", Id, primary_key=True),
    Column("project_id", Id, primary_key=True),
    Column("role", Text, nullable=False),
    #: What they are called as the agent of conversations: one name on each line.
    Column("agent_names", Text),
)

#: With these somebody sets their password, once.
password_links = shared(
    "password_links",
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Id, nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

sessions = shared(
    "sessions",
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Id, nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
