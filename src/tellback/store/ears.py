"""Hearing what other processes have written."""

import threading
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError

from tellback.store.engine import open_engine
from tellback.store.engines import ways

#: How long to wait before listening again to a server that has gone away, in seconds.
_PAUSE = 2.0
log = structlog.get_logger()


class Ears:
    """A thread that hears what is told, where the engine can tell, on a connection of its own.

    ``heard`` gets the name and the number of the connection that told it; no name means that
    something may have been missed.
    """

    def __init__(self, url: str, heard: Callable[[str, int], None]) -> None:
        self._engine = open_engine(url, writing=True)
        self._heard = heard
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ears", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        hearing = ways(self._engine.dialect.name).listen
        while not self._closing.is_set():
            try:
                for name, connection in hearing(self._engine, self._closing.is_set):
                    self._heard(name, connection)
                return
            except DBAPIError:
                log.exception("listening failed")
                self._closing.wait(_PAUSE)
