"""Rolling up, by whoever sends: days of which something has changed are counted anew."""

import time
from collections.abc import Callable

from tellback.actions.roll_up import StoreDay, TakeDays, store_days, take_days
from tellback.core.instants import MINUTE
from tellback.store.database import Database
from tellback.store.rollup_work import Remade, Task, projects_to_roll_up, remake
from tellback.webhooks.loop import Loop

#: How many days are taken at a time, and for how long nobody else takes them.
_AT_ONCE, _LEASE = 16, 10 * MINUTE
#: How long it rests, in seconds: until something may have changed; and for this many times what the
#: work has cost, so that it takes no more than a fifth of a processor from the others.
_EVERY, _WORTH, _LONGEST = 15.0, 4, 300.0


class Rolling:
    """Rolls up all projects. Several may do so on one database, each a day at a time."""

    def __init__(
        self, database: Database, worker: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._worker, self._clock = database, worker, clock

    async def __call__(self) -> float:
        """Roll up some of what has changed in each project; how long to rest, in seconds."""
        began, more = self._clock(), False
        for project_id in await self.waiting():
            more |= await self.roll_up(project_id) == _AT_ONCE
        rest = _WORTH * (self._clock() - began)
        return min(rest, _LONGEST) if more else max(rest, _EVERY)

    async def waiting(self) -> list[str]:
        """The projects that have something to roll up."""
        return await self._database.read_patiently(projects_to_roll_up, self._database.clock())

    async def roll_up(self, project_id: str) -> int:
        """Count some days of a project anew, the newest first; how many."""
        job = TakeDays(project_id, self._worker, _AT_ONCE, _LEASE)
        tasks: list[Task] = await self._database.write_one(take_days, job)
        for task in tasks:
            # Read after the marks were taken away, so that no change in between is missed.
            remade: Remade = await self._database.read_patiently(remake, task)
            await self._database.write_one(store_days, StoreDay(self._worker, remade))
        return len(tasks)


def open_roller(database: Database, worker: str) -> Loop:
    """What rolls up until it is told to stop."""
    return Loop("roll-up", Rolling(database, worker))
