"""The database engines that every test of a database runs on."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from tellback.app import open_database
from tellback.config import Config
from tellback.store.database import Database
from tellback.store.engine import open_engine
from tellback.store.tables import metadata


class Engine(ABC):
    """Gives a test what it needs of an engine, empty and with every table, and takes it back."""

    name: str

    @abstractmethod
    def config(self, data: Path) -> AbstractContextManager[Config]:
        """A server's settings: a data directory, not yet there, and an empty database."""

    @abstractmethod
    def connection(self) -> AbstractContextManager[Connection]:
        """A connection that may write to an empty database, for actions called directly."""

    def close(self) -> None:  # noqa: B027 - not every engine leaves something behind
        """Remove what is left."""


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
        """A directory without a database, which the server makes."""
        yield Config(data=data, port=0)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection to a copy of an empty database."""
        with _in_memory() as connection:
            _raw(connection).deserialize(_empty())
            yield connection


@cache
def _empty() -> bytes:
    """A database with every table: copying it takes a tenth of making it."""
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
