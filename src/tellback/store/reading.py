"""Questions that an event loop asks, and the threads that put them to a database."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from tellback.core.errors import Overloaded, Unavailable
from tellback.store.readers import Asked

T = TypeVar("T")
#: How long a question waits for a thread at most, in seconds: who asked does not wait much longer.
LONGEST_WAIT = 2.0


class Reading:
    """Threads that ask questions; how many questions wait for them, and for how long, is bounded.

    ``is_away`` says of an error whether the database failed, and not the question.
    """

    def __init__(
        self,
        threads: int,
        most: int,
        is_away: Callable[[DBAPIError], bool],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._most, self._is_away, self._clock = most, is_away, clock
        self._under_way = 0

    async def ask(self, whom: Asked, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        """The answer. Raises `Overloaded` where too many wait, or this one has for too long."""
        if self._under_way >= self._most:
            raise Overloaded
        self._under_way += 1
        try:
            return await self._run(self._in_time, self._clock(), whom, query, args)
        finally:
            self._under_way -= 1

    async def ask_patiently(self, whom: Asked, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        """The answer, however many wait."""
        return await self._run(whom.ask, query, args)

    def close(self) -> None:
        """Answer what is under way, and let the threads go."""
        self._threads.shutdown()

    async def _run(self, work: Callable[..., T], *args: Any) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        except DBAPIError as error:
            if not self._is_away(error):
                raise
            raise Unavailable from error

    def _in_time(
        self, since: float, whom: Asked, query: Callable[..., T], args: tuple[Any, ...]
    ) -> T:
        # To be refused costs next to nothing, so that those who came later are served in time.
        if self._clock() - since > LONGEST_WAIT:
            raise Overloaded
        return whom.ask(query, args)
