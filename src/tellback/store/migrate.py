"""Bringing a database to this program's schema, and refusing one that does not fit.

Migrations expand before they contract, so that the version before goes on while the next one is
installed: each says in ``serves_from`` the oldest revision whose program still works with it, and
the database keeps that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, delete, insert, inspect, select
from sqlalchemy.exc import DatabaseError, OperationalError

from tellback.store.copy_marks import refuse_unfinished
from tellback.store.engine import DatabaseUnusable, is_embedded
from tellback.store.engines import ways
from tellback.store.schema import is_shared, is_tenant, metadata
from tellback.store.tables import schema_marks

_SCRIPTS = Path(__file__).parent / "migrations"


class SchemaTooNew(Exception):
    """The database was written by a newer version of this program; upgrade the program."""


class SchemaTooOld(Exception):
    """The database has not this version's schema yet; run `tellback migrate`."""


class DatabaseBusy(Exception):
    """The migration waited too long for others; nothing was changed, so try again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a migration may wait for a lock, and run a statement; in ms, 0: for ever.

    While it waits for a table's lock, everybody else waits behind it.
    """

    lock: int = 5_000
    statement: int = 0


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which revision (None: an empty database) to which.

    ``spread`` are the tables that were spread over the machines of a cluster.
    """

    before: str | None
    after: str
    spread: Sequence[str] = ()


def fit(engine: Engine) -> None:
    """Make sure that the database has a schema this program works with.

    An embedded database is migrated; any other is somebody's to migrate when it suits them. Raises
    `SchemaTooNew`, `SchemaTooOld`, `CopyUnfinished`, and `DatabaseUnusable` when it cannot be
    opened.
    """
    check_usable(engine)
    with engine.connect() as connection, connection.begin():
        refuse_unfinished(connection)
    if is_embedded(engine):
        migrate(engine)
        return
    with engine.connect() as connection, connection.begin():
        current, newest = revisions(connection)
        if current != newest and not _serves(connection, current):
            raise SchemaTooOld(SchemaTooOld.__doc__)


def fits(connection: Connection) -> bool:
    """Whether the schema is one this program works with, now: another may have migrated it."""
    current, newest = revisions(connection)
    try:
        return current == newest or _serves(connection, current)
    except SchemaTooNew:
        return False


def migrate(
    engine: Engine, patience: Patience = Patience(), *, distribute: bool = False
) -> Migrated:
    """Apply the migrations that are missing, all in one transaction.

    With ``distribute``, or where that was done before, tables that are not yet spread over the
    machines of the cluster are.

    Raises `SchemaTooNew` when the database is ahead of this program, `DatabaseBusy` when others
    held what it needed, `DatabaseUnusable` when it cannot be opened or is no database, and
    `NoCluster` when it cannot be distributed.
    """
    check_usable(engine)
    try:
        with engine.connect() as connection, connection.begin():
            ways(engine.dialect.name).migrate_alone(connection, patience.lock, patience.statement)
            done = _migrate(connection)
            return replace(done, spread=_spread(connection, begin=distribute))
    except OperationalError as error:
        if is_embedded(engine) or error.connection_invalidated:
            raise
        raise DatabaseBusy(f"{DatabaseBusy.__doc__} ({error.orig})") from error


def _migrate(connection: Connection) -> Migrated:
    current, newest = revisions(connection)
    if current == newest:
        return Migrated(current, newest)
    if current is not None and _serves(connection, current):
        # A newer program's, and it stays so.
        return Migrated(current, current)
    command.upgrade(migration_config(connection), "head")
    _mark(connection)
    return Migrated(current, newest)


def _spread(connection: Connection, *, begin: bool) -> Sequence[str]:
    tables = metadata.sorted_tables
    divided, copied = (
        [table for table in tables if test(table)] for test in (is_tenant, is_shared)
    )
    return ways(connection.dialect.name).spread(connection, divided, copied, begin=begin)


def _serves(connection: Connection, current: str | None) -> bool:
    """Whether a newer program's schema serves this one. False: it is older; else `SchemaTooNew`."""
    known = {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}
    if current is None or current in known:
        return False
    if inspect(connection).has_table(schema_marks.name):
        oldest = connection.execute(select(schema_marks.c.serves_from)).scalar()
        if oldest in known:
            return True
    raise SchemaTooNew(SchemaTooNew.__doc__)


def _mark(connection: Connection) -> None:
    head = ScriptDirectory(str(_SCRIPTS)).get_revision("head")
    connection.execute(delete(schema_marks))
    connection.execute(insert(schema_marks).values(serves_from=head.module.serves_from))


def check_usable(engine: Engine) -> None:
    """Raise `DatabaseUnusable` when the database cannot be opened or is no database."""
    # Nothing of ours is asked here, so that whatever fails lies with the database.
    try:
        with engine.connect() as connection, connection.begin():
            MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        raise DatabaseUnusable(f"The database cannot be used: {error.orig}.") from error


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def revisions(connection: Connection) -> tuple[str | None, str]:
    """The database's revision (None: it is empty), and this program's."""
    current = MigrationContext.configure(connection).get_current_revision()
    return current, _newest()


@cache
def _newest() -> str:
    newest = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    assert newest is not None  # noqa: S101 - this program has migrations
    return newest
