"""Bringing a database to this program's schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from tellback.store.engine import DatabaseUnusable

_SCRIPTS = Path(__file__).parent / "migrations"


class SchemaTooNew(Exception):
    """The database was written by a newer version of this program; upgrade the program."""


def migrate(engine: Engine) -> None:
    """Apply the migrations that are missing, all in one transaction.

    Raises `SchemaTooNew` when the database is ahead of this program, and `DatabaseUnusable` when
    its file cannot be opened or is no database.
    """
    _touch(engine)
    with engine.connect() as connection, connection.begin():
        current, newest = _revisions(connection)
        if current == newest:
            return
        config = migration_config(connection)
        known = {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}
        if current is not None and current not in known:
            raise SchemaTooNew(SchemaTooNew.__doc__)
        command.upgrade(config, "head")


def _touch(engine: Engine) -> None:
    # Nothing of ours is asked here, so that whatever fails lies with the file.
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


def _revisions(connection: Connection) -> tuple[str | None, str | None]:
    current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory(str(_SCRIPTS)).get_current_head()
