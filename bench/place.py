"""Where a fresh project's database is: in a file of its own, or on a PostgreSQL server."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Protocol

import psycopg
from psycopg.conninfo import make_conninfo

from tools.postgresql_server import running_postgresql


class Place(Protocol):
    """Gives empty databases."""

    def fresh(self) -> AbstractContextManager[Mapping[str, str]]:
        """The settings, by their names, that lead to an empty database, gone afterwards."""


class Embedded:
    """SQLite in the project's data directory."""

    @contextmanager
    def fresh(self) -> Iterator[Mapping[str, str]]:
        """Nothing to be set."""
        yield {}


class Server:
    """A PostgreSQL server; each fresh database is one of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)

    @contextmanager
    def fresh(self) -> Iterator[Mapping[str, str]]:
        """A database of the server."""
        name = f"bench{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name}")
        try:
            yield {"database_url": self.url.replace("/postgres?", f"/{name}?")}
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(make_conninfo(self.url), autocommit=True) as connection:
            connection.execute(statement)


EMBEDDED = Embedded()


@contextmanager
def durable_server() -> Iterator[Server]:
    """A PostgreSQL server that writes through to the disk, and is gone afterwards."""
    with running_postgresql(durable=True) as url:
        yield Server(url)
