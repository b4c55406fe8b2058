"""What is dear to count, counted seldom.

Counting over all of a long history takes seconds. So figures are kept for a time that grows with
what they cost: small projects see every change at once, and large ones cost the server little.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tellback.core.calendar import Bucket
from tellback.core.model import Project
from tellback.core.selection import EVERYTHING, Selection
from tellback.store.database import Database
from tellback.store.overview import Overview, read_overview

#: Figures stay fresh for this many times what they cost, but never longer than this, in seconds.
_WORTH, _LONGEST = 20, 120
#: Below this cost (in seconds) counting anew is no burden, and somebody may be watching a figure.
_CHEAP = 0.1
#: From this cost on (in seconds) nobody waits for fresh figures while there are older ones.
_DEAR = 0.25
_MOST_KEPT = 200
#: Whose counts, in which steps, of which invitations, of which selection.
_Key = tuple[str, tuple[Bucket, ...], int, Selection]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted, and at which moment (ms)."""

    overview: Overview
    at: int
    cost: float = 0.0
    taken: float = 0.0

    def is_fresh(self, now: float) -> bool:
        """Whether these will do, at a reading of the monotonic clock."""
        if self.cost < _CHEAP:
            return False
        return now - self.taken <= min(_LONGEST, _WORTH * self.cost)


@dataclass(slots=True)
class Counter:
    """Counts for the pages: two at a time at most, so that other readers keep their threads."""

    database: Database
    clock: Callable[[], float] = time.perf_counter
    _kept: OrderedDict[_Key, Figures] = field(default_factory=OrderedDict)
    _running: dict[_Key, asyncio.Task[Figures]] = field(default_factory=dict)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def overview(
        self,
        project: Project,
        steps: Sequence[Bucket],
        since: int,
        selection: Selection = EVERYTHING,
    ) -> Figures:
        """The counts of a project in these steps, as fresh as they are worth.

        Of invitations those that were requested ``since`` (ms).
        """
        key = project.id, tuple(steps), since, selection
        kept = self._kept.get(key)
        if kept and kept.is_fresh(self.clock()):
            return kept
        counting = self._running.get(key)
        if counting is None:
            counting = self._running[key] = asyncio.ensure_future(
                self._count(project, steps, since, selection)
            )
            counting.add_done_callback(lambda task: self._done(key, task))
        if kept and kept.cost > _DEAR:
            return kept
        # Whoever goes away must not take the count from the others who wait for it.
        return await asyncio.shield(counting)

    async def _count(
        self, project: Project, steps: Sequence[Bucket], since: int, selection: Selection
    ) -> Figures:
        async with self._slots:
            at, began = self.database.clock(), self.clock()
            overview = await self.database.look(read_overview, project, steps, since, selection)
            taken = self.clock()
            return Figures(overview, at, taken - began, taken)

    def _done(self, key: _Key, task: "asyncio.Task[Any]") -> None:
        del self._running[key]
        if task.cancelled() or task.exception():
            return
        self._kept[key] = task.result()
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
