"""Whether this process should be sent requests, and why not."""

import asyncio
import time
from dataclasses import dataclass

import structlog

from tellback.store.database import Database
from tellback.store.migrate import fits

log = structlog.get_logger()
#: How long an answer about the database holds, in seconds: anybody may ask, and as often as wished.
_FRESH = 1.0
#: How long the database may take to answer, in seconds.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the server is not ready: a word for programs, a sentence for people."""

    code: str
    message: str


DRAINING = Reason("draining", "The server is stopping.")
UNREACHABLE = Reason("database_unreachable", "The database does not answer.")
UNFIT = Reason("schema_unfit", "The database's schema does not fit this program.")


class Health:
    """Asked by load balancers. ``patience`` is in seconds."""

    def __init__(self, database: Database, patience: float = _PATIENCE) -> None:
        self._database, self._patience = database, patience
        self._draining = False
        self._known: tuple[Reason, ...] = ()
        self._known_until = 0.0
        self._asking = asyncio.Lock()

    def drain(self) -> None:
        """Be ready no more, since we are about to stop."""
        self._draining = True

    async def reasons(self) -> tuple[Reason, ...]:
        """Why no request should be sent here; empty when we are ready."""
        if self._draining:
            # Without asking the database, which may be what we are stopped for.
            return (DRAINING,)
        async with self._asking:
            if time.monotonic() >= self._known_until:
                self._known = await self._ask()
                self._known_until = time.monotonic() + _FRESH
            return self._known

    async def _ask(self) -> tuple[Reason, ...]:
        try:
            async with asyncio.timeout(self._patience):
                fit = await self._database.read_patiently(fits)
        except Exception as error:
            log.warning("not ready", error=type(error).__name__)
            return (UNREACHABLE,)
        return () if fit else (UNFIT,)
