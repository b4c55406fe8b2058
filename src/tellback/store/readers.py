"""Questions to a database, asked by any thread; each thread keeps a connection."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from tellback.core.errors import TellbackError
from tellback.store.engine import open_engine

T = TypeVar("T")
#: For how many seconds a replica that has failed is not asked again.
_REST = 5.0
log = structlog.get_logger()


class Asked(Protocol):
    """What answers questions."""

    def ask(self, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        """Run a store function that takes a connection first."""

    def close(self) -> None:
        """Give the connections up."""


class Readers:
    """The database itself."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, writing=False)
        self._local = threading.local()
        self._opened: list[Connection] = []

    def ask(self, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        """Run a store function that takes a connection first."""
        connection = self._connection()
        try:
            with connection.begin():
                return query(connection, *args)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        # The server has gone away and may be back: a question can be asked again.
        with connection.begin():
            return query(connection, *args)

    def close(self) -> None:
        """Give the connections up."""
        for connection in self._opened:
            connection.close()
        self._engine.dispose()

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._engine.connect()
            self._opened.append(connection)
        return connection


class Replica:
    """A copy of the database that is some moments behind; in its absence, the database itself.

    What is not there is asked of the database as well: it may not have come through yet.
    """

    def __init__(
        self, url: str, itself: Asked, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._readers = Readers(url)
        self._itself = itself
        self._clock = clock
        self._absent = False
        self._rests_until = 0.0

    def ask(self, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        """Run a store function that takes a connection first."""
        if self._absent and self._clock() < self._rests_until:
            return self._itself.ask(query, args)
        try:
            answer = self._readers.ask(query, args)
        except TellbackError:
            return self._itself.ask(query, args)
        except DBAPIError as error:
            self._miss(error)
            return self._itself.ask(query, args)
        if self._absent:
            self._absent = False
            log.info("replica is back")
        return answer

    def close(self) -> None:
        """Give the connections up."""
        self._readers.close()

    def _miss(self, error: DBAPIError) -> None:
        if not self._absent:
            # Of a statement, only the kind: its text may have somebody's data in it.
            lost = isinstance(error, OperationalError)
            reason = str(error.orig) if lost else type(error.orig).__name__
            log.warning("replica failed; the database itself is asked", reason=reason)
        self._absent, self._rests_until = True, self._clock() + _REST
