"""The database engines that every test of a database runs on."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.engine import Connection

from tellback.app import open_database
from tellback.config import Config
from tellback.store.database import Database
from tellback.store.engine import database_file, open_engine
from tellback.store.tables import metadata


class Engine(ABC):
    """Gives a test what it needs of an engine, with every table and no row, and takes it back."""

    name: str

    @abstractmethod
    def config(self, data: Path) -> AbstractContextManager[Config]:
        """A server's settings, with an empty database."""

    @abstractmethod
    def connection(self) -> AbstractContextManager[Connection]:
        """A connection that may write to an empty database, for actions called directly."""

    @abstractmethod
    def without_tables(
        self, data: Path, *, in_language: bool = False
    ) -> AbstractContextManager[Config]:
        """A server's settings, with a database that has not even a table.

        One ``in_language`` sorts words as people do, and not as bytes, if it can.
        """


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """An open database, closed at the end."""
    database = open_database(config)
    try:
        yield database
    finally:
        database.close()


class Sqlite(Engine):
    """A file in the data directory; in memory where one connection is enough."""

    name = "sqlite"

    @contextmanager
    def config(self, data: Path) -> Iterator[Config]:
        """A data directory with a copy of an empty database."""
        data.mkdir(parents=True, exist_ok=True)
        database_file(data).write_bytes(_empty_file())
        yield Config(data=data, port=0)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection to a copy of an empty database."""
        with _in_memory() as connection:
            _raw(connection).deserialize(_empty())
            yield connection

    @contextmanager
    def without_tables(self, data: Path, *, in_language: bool = False) -> Iterator[Config]:
        """A data directory that is not there."""
        yield Config(data=data, port=0)


@cache
def _empty_file() -> bytes:
    """A file that has been migrated: copying it takes a fraction of making it."""
    with TemporaryDirectory() as folder:
        with opened(Config(data=Path(folder))):
            pass
        return database_file(Path(folder)).read_bytes()


@cache
def _empty() -> bytes:
    """A database with every table, as it lies in memory."""
    with _in_memory() as connection:
        with connection.begin():
            metadata.create_all(connection)
        return bytes(_raw(connection).serialize())


@contextmanager
def _in_memory() -> Iterator[Connection]:
    engine = open_engine("sqlite://", writing=True)
    connection = engine.connect()
    try:
        yield connection
    finally:
        connection.close()
        engine.dispose()


def _raw(connection: Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.dbapi_connection
