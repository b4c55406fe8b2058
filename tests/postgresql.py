"""PostgreSQL for the tests: a few databases on one server, emptied after each test.

Making a database takes a hundred times as long as emptying one that holds little.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import OperationalError

from tellback.config import Config
from tellback.store.engine import open_engine
from tellback.store.migrate import migrate
from tellback.store.tables import metadata, schema_marks
from tests.engines import Engine

_OTHERS = """\
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = [table.name for table in metadata.tables.values() if table is not schema_marks]
_FILLED = "SELECT array_remove(ARRAY[{}], NULL)".format(
    ", ".join(f"CASE WHEN EXISTS (SELECT FROM {name}) THEN '{name}' END" for name in _TABLES)
)


class PostgreSQL(Engine):
    """A server; its databases are made when they are needed and used again."""

    name = "postgresql"

    def __init__(self, server: str) -> None:
        self._server = Server(make_url(server))
        self._places: list[Place] = []
        self._free: list[Place] = []

    @contextmanager
    def config(self, data: Path) -> Iterator[Config]:
        """A data directory without anything, and an empty database of the server."""
        with self._lease() as place:
            yield Config(data=data, port=0, database_url=place.url)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that has been used before: a new one takes its time to get going."""
        with self._lease() as place:
            yield place.connection

    @contextmanager
    def without_tables(self, data: Path) -> Iterator[Config]:
        """A data directory without anything, and a new database of the server."""
        with self._server.new_database() as url:
            yield Config(data=data, port=0, database_url=url)

    def close(self) -> None:
        """Drop all databases."""
        for place in self._places:
            place.close()

    @contextmanager
    def _lease(self) -> Iterator["Place"]:
        place = self._free.pop() if self._free else self._make()
        try:
            yield place
        finally:
            place.clear()
            self._free.append(place)

    def _make(self) -> "Place":
        place = Place(self._server)
        self._places.append(place)
        return place


class Place:
    """A migrated database that is empty whenever nobody uses it."""

    def __init__(self, server: "Server") -> None:
        self._held = server.new_database()
        self.url = self._held.__enter__()
        self._engine = open_engine(self.url, writing=True)
        migrate(self._engine)
        self.connection = self._engine.connect()

    def clear(self) -> None:
        """Take everything out, and end what a test has left running."""
        self.connection.rollback()
        try:
            self._end_others()
        except OperationalError:
            # A test has ended all connections there were.
            self.connection.rollback()
            self._end_others()
        with self.connection.begin():
            for name in self.connection.exec_driver_sql(_FILLED).scalar_one():
                self.connection.exec_driver_sql(f"DELETE FROM {name}")

    def _end_others(self) -> None:
        with self.connection.begin():
            self.connection.exec_driver_sql(_OTHERS)

    def close(self) -> None:
        """Drop the database."""
        self.connection.close()
        self._engine.dispose()
        self._held.__exit__(None, None, None)


class Server:
    """Where databases are made."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._numbers = count(1)

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """The URL of a database with nothing in it, dropped at the end."""
        # Other processes may be testing on the same server.
        name = f"tellback_test_{os.getpid()}_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name}")
        try:
            yield self._url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        engine = open_engine(self._url.render_as_string(hide_password=False), writing=True)
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
        engine.dispose()
