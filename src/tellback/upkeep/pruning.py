"""Forgetting what has been kept for long enough, by whoever sends."""

import time
from collections import Counter, deque
from collections.abc import Callable

import structlog

from tellback.actions.forget_old import ForgetOld, forget_old
from tellback.core.retention import Fleeting, kept_for
from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.store.projects import list_projects
from tellback.store.rejected_inputs import NOBODY, oldest_rejections
from tellback.store.retention import oldest
from tellback.store.sessions import any_over
from tellback.webhooks.loop import Loop

log = structlog.get_logger()
#: How long it rests, in seconds: until it looks again; and for this many times what deleting a
#: little has cost, so that it takes no more than a fifth of a processor from the others.
_EVERY, _WORTH = 3600.0, 4


class Pruning:
    """Forgets of all projects what is too old. Several may do so on one database, side by side."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._jobs = deque[ForgetOld]()
        self._forgotten: Counter[Fleeting] = Counter()

    async def __call__(self) -> float:
        """Forget a little, if there is something; how long to rest, in seconds."""
        began = self._clock()
        if not self._jobs:
            self._jobs.extend(await self.due())
        if self._jobs:
            await self._forget(self._jobs.popleft())
        if self._jobs:
            return _WORTH * (self._clock() - began)
        if forgotten := self._counted():
            log.info("forgotten", **forgotten)
        return _EVERY

    async def all(self) -> dict[str, int]:
        """Forget everything that is too old, without a rest; how many of each kind there were."""
        self._jobs.extend(await self.due())
        while self._jobs:
            await self._forget(self._jobs.popleft())
        return self._counted()

    async def due(self) -> list[ForgetOld]:
        """What there is to forget."""
        now, jobs = self._database.clock(), list[ForgetOld]()
        rejected = await self._database.read_patiently(oldest_rejections)
        for project in await self._database.read_patiently(list_projects):
            found = await self._database.read_patiently(oldest, project.id)
            jobs += _too_old(project.id, found, project.settings, now)
            rejected.pop(project.id, None)
        for owner, at in rejected.items():
            # What is nobody's, or a project's that is gone, is kept as if nobody had chosen.
            jobs += _too_old(owner, {Fleeting.REJECTED: at}, ProjectSettings(), now)
        if await self._database.read_patiently(any_over, now):
            jobs.append(ForgetOld(Fleeting.SESSIONS, NOBODY, now))
        return jobs

    async def _forget(self, job: ForgetOld) -> None:
        forgotten: int = await self._database.write_one(forget_old, job)
        self._forgotten[job.kind] += forgotten
        if forgotten >= job.most:
            # Behind the others, so that a project with much of it does not keep them waiting.
            self._jobs.append(job)

    def _counted(self) -> dict[str, int]:
        """How many of each kind were forgotten since this was last asked."""
        counted = {kind.value: rows for kind, rows in self._forgotten.items() if rows}
        self._forgotten.clear()
        return counted


def open_pruner(database: Database) -> Loop:
    """What forgets until it is told to stop."""
    return Loop("pruning", Pruning(database))


def _too_old(
    owner: str, found: dict[Fleeting, int], settings: ProjectSettings, now: int
) -> list[ForgetOld]:
    due = ((kind, at, now - kept_for(kind, settings)) for kind, at in found.items())
    return [ForgetOld(kind, owner, before) for kind, at, before in due if at < before]
