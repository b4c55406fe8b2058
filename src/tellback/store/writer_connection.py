"""The connection that the writer's thread writes through."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from tellback.store.engines import ways

log = structlog.get_logger()


class WriterConnection:
    """Opened in the writer's thread, and again after a failure."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ways = ways(engine.dialect.name)
        self._connection: Connection | None = None
        self.number = 0

    @contextmanager
    def begin(self, projects: Collection[str | None]) -> Iterator[Connection]:
        """A transaction in which nobody else writes to these projects (None: to any)."""
        try:
            transaction = self._begin(projects)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            # The server has gone away since the last time, and nothing was asked of it yet.
            transaction = self._begin(projects)
        with transaction:
            yield transaction.connection

    def _begin(self, projects: Collection[str | None]) -> RootTransaction:
        connection = self._open()
        transaction = connection.begin()
        try:
            self._ways.lock(connection, projects)
        except BaseException:
            self.reset()
            raise
        return transaction

    def _open(self) -> Connection:
        if self._connection is None:
            opened = self._engine.connect()
            self._ways.release_if_lost(opened)
            self._connection, self.number = opened, self._ways.number_of(opened)
        return self._connection

    def is_away(self, error: Exception) -> bool:
        """Whether the database could not do its part, rather than that something was wrong."""
        return isinstance(error, DBAPIError) and self._ways.is_away(error)

    def tell(self, name: str) -> None:
        """Let other processes know a name; who misses it looks for itself before long."""
        try:
            self._ways.tell(self._open(), name)
        except DBAPIError:
            log.exception("telling failed", action=name)
            self.reset()

    def reset(self) -> None:
        """Give the connection up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    close = reset
