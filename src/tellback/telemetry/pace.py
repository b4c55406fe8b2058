"""Whether this process keeps up: how long whoever comes now would have to wait."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from tellback.core.errors import Overloaded

#: Who would wait longer is refused, in seconds: a refusal at once is worth more than a late reply.
LONGEST_WAIT = 3.0
#: How often the event loop is looked at, in seconds.
EVERY = 0.1
#: How much the newest look counts.
_WEIGHT = 1 / 3
#: A look that comes later than this, in seconds, is a late one. One long turn of the event loop is
#: no overload, however long it was: it takes two late looks in a row.
_LATE = 0.25
#: How many long turns of the event loop a request takes, by and large, until its reply is sent.
_TURNS = 4


class Pace:
    """How long a request would take, by how late the event loop is and what waits to be written.

    ``oldest`` gives for how many seconds what is to be written next has waited.
    """

    def __init__(
        self,
        oldest: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._oldest, self._clock = oldest, clock
        self._late = self._writing = 0.0
        self._late_looks = 0
        self._due: float | None = None

    def check(self) -> None:
        """Raise `Overloaded` where a request that comes now would wait for too long."""
        if self.wait() > LONGEST_WAIT:
            raise Overloaded(retry_after=round(LONGEST_WAIT))

    def wait(self) -> float:
        """How long a request that comes now would wait, in seconds."""
        overdue = self._overdue()
        in_a_row = self._late_looks + (overdue > _LATE)
        turn = max(self._late, self._with(overdue)) if in_a_row > 1 else 0.0
        return _TURNS * turn + self._writing

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look at the running loop again and again; unless it is watched, nothing is refused."""
        watching = asyncio.ensure_future(self._watch())
        try:
            yield
        finally:
            watching.cancel()

    async def _watch(self) -> None:
        try:
            while True:
                self._due = self._clock() + EVERY
                await asyncio.sleep(EVERY)
                self._look(self._overdue())
        finally:
            self._late, self._writing, self._late_looks, self._due = 0.0, 0.0, 0, None

    def _look(self, overdue: float) -> None:
        self._late, self._writing = self._with(overdue), self._oldest()
        self._late_looks = self._late_looks + 1 if overdue > _LATE else 0

    def _overdue(self) -> float:
        """For how long the next look has been due: a turn that is under way may be a long one."""
        return 0.0 if self._due is None else max(0.0, self._clock() - self._due)

    def _with(self, late: float) -> float:
        return self._late + (late - self._late) * _WEIGHT
