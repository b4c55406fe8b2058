"""PostgreSQL for the tests: a few databases on one server, emptied after each test.

The server may be the coordinator of a Citus cluster; then everything is spread over its workers.

Making a database takes a hundred times as long as emptying one that holds little.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Row, make_url, text
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
    ", ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in _TABLES)
)
_HAS_ICU = "SELECT EXISTS (SELECT FROM pg_collation WHERE collname = 'en-x-icu')"
_IN_ENGLISH = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'"
_IS_CLUSTER = "SELECT to_regclass('pg_dist_node') IS NOT NULL"
_WORKERS = "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 ORDER BY nodeid"


class PostgreSQL(Engine):
    """A server; its databases are made when they are needed and used again."""

    name = "postgresql"

    def __init__(self, server: str) -> None:
        self._server = find_server(make_url(server))
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
    def without_tables(self, data: Path, *, in_language: bool = False) -> Iterator[Config]:
        """A data directory without anything, and a new database of the server."""
        with self._server.new_database(in_language=in_language) as url:
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
        migrate(self._engine, distribute=server.distributes)
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


def find_server(url: URL) -> "Server":
    """What a URL leads to."""
    workers = list(_ask(url, _WORKERS)) if next(_ask(url, _IS_CLUSTER))[0] else []
    return Cluster(url, workers) if workers else Server(url)


class Server:
    """Where databases are made."""

    distributes = False

    def __init__(self, url: URL) -> None:
        self._url = url
        self._numbers = count(1)

    @contextmanager
    def new_database(self, *, in_language: bool = False) -> Iterator[str]:
        """The URL of a database with nothing in it, dropped at the end."""
        # Other processes may be testing on the same server.
        url = self._url.set(database=f"tellback_test_{os.getpid()}_{next(self._numbers)}")
        self._make(url, self._language() if in_language else "")
        try:
            yield url.render_as_string(hide_password=False)
        finally:
            self._drop(url)

    def _language(self) -> str:
        """How a database is made that sorts as people do; nothing where the server cannot."""
        has_icu = next(_ask(self._url, _HAS_ICU))[0]
        return _IN_ENGLISH if has_icu else ""

    def _make(self, url: URL, how: str) -> None:
        _do(self._url, f"CREATE DATABASE {url.database} {how}")

    def _drop(self, url: URL) -> None:
        _do(self._url, f"DROP DATABASE {url.database} WITH (FORCE)")


class Cluster(Server):
    """The coordinator of a cluster, whose workers must let us in as it does.

    A database is made on every machine, and then the coordinator's is told of the workers'.
    """

    distributes = True

    def __init__(self, url: URL, workers: Sequence[tuple[str, int]]) -> None:
        super().__init__(url)
        self._workers = workers

    def _make(self, url: URL, how: str) -> None:
        for machine in self._machines():
            _do(machine, f"CREATE DATABASE {url.database} {how}")
            _do(machine.set(database=url.database), "CREATE EXTENSION citus")
            # Tests look at plans as they are for large tables, and no setting of theirs gets here.
            _do(machine, f"ALTER DATABASE {url.database} SET enable_seqscan TO off")
        _do(url, f"SELECT citus_set_coordinator_host('{url.host}', {url.port or 5432})")
        for host, port in self._workers:
            _do(url, f"SELECT citus_add_node('{host}', {port})")

    def _drop(self, url: URL) -> None:
        for machine in self._machines():
            _do(machine, f"DROP DATABASE {url.database} WITH (FORCE)")

    def _machines(self) -> list[URL]:
        return [self._url, *(self._url.set(host=host, port=port) for host, port in self._workers)]


def _do(url: URL, statement: str) -> None:
    next(_ask(url, statement), None)


def _ask(url: URL, statement: str) -> Iterator[Row[Any]]:
    """What a statement gives that may not be part of a transaction."""
    engine = open_engine(url.render_as_string(hide_password=False), writing=True)
    with engine.connect() as connection:
        result = connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
        rows = result.all() if result.returns_rows else []
    engine.dispose()
    return iter(rows)
