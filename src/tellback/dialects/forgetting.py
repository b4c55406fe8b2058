"""Refused input is forgotten when it is older than its project wants to keep it."""

from dataclasses import dataclass

from tellback.actions.forget_rejections import ForgetRejections, forget_rejections
from tellback.core.instants import DAY, HOUR
from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.store.projects import list_projects
from tellback.store.rejected_inputs import oldest_rejections

_EVERY = HOUR


@dataclass(slots=True)
class Forgetting:
    """A chore: looks once an hour, however often it is called, for what is to be forgotten."""

    database: Database
    _due_at: int = 0

    async def __call__(self) -> None:
        """Forget what is too old, if it is time to look."""
        now = self.database.clock()
        if now >= self._due_at:
            await forget_old_rejections(self.database)
            self._due_at = now + _EVERY


async def forget_old_rejections(database: Database) -> None:
    """Forget what is too old, a little in each transaction, so that others get their turn."""
    oldest = await database.read(oldest_rejections)
    kept = {p.id: p.settings.keep_rejected_days for p in await database.read(list_projects)}
    default, now = ProjectSettings().keep_rejected_days, database.clock()
    jobs = [
        # What is nobody's, or a project's that is gone, is kept as long as if nobody had chosen.
        ForgetRejections(owner, now - kept.get(owner, default) * DAY)
        for owner in oldest
    ]
    jobs = [job for job in jobs if oldest[job.owner] < job.before]
    while jobs:
        more = await database.write_all(forget_rejections, jobs)
        jobs = [job for job, again in zip(jobs, more, strict=True) if again]
