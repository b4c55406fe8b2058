"""Roll up: take changed days, and store what was counted of them. The counting reads in between."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.store.database import Transaction
from tellback.store.projects import find_project
from tellback.store.rollup_work import Remade, Task, restart, store_remade
from tellback.store.rollup_work import take_days as take_from_marks
from tellback.store.rollups import find_head, made_for


@dataclass(frozen=True, slots=True)
class TakeDays:
    """Have changed days of a project made anew by a worker, until ``lease`` (ms) has passed."""

    project_id: str
    worker: str
    most: int
    lease: int


@dataclass(frozen=True, slots=True)
class StoreDay:
    """Store what a worker has found that a day's cells should be."""

    worker: str
    remade: Remade

    @property
    def project_id(self) -> str:
        """Whose they are."""
        return self.remade.task.head.project_id


@dataclass(frozen=True, slots=True)
class RestartRollUp:
    """Have all of a project's cells made anew."""

    project_id: str


def take_days(tx: Transaction, jobs: Sequence[TakeDays]) -> list[list[Task]]:
    """The days that each worker is to make anew.

    Where the settings have changed by which cells are made, that is all of them, step by step.
    """
    return [_take(tx, job) for job in jobs]


def store_days(tx: Transaction, jobs: Sequence[StoreDay]) -> list[bool]:
    """Whether each was stored; not if somebody else has taken the day over."""
    return [store_remade(tx.connection, job.remade, job.worker) for job in jobs]


def restart_roll_ups(tx: Transaction, jobs: Sequence[RestartRollUp]) -> list[None]:
    """Mark everything as changed; until it is made anew, all is counted from the rows."""
    for job in jobs:
        project = find_project(tx.connection, job.project_id)
        if project is not None:
            restart(tx.connection, project, tx.now)
    return [None for _ in jobs]


def _take(tx: Transaction, job: TakeDays) -> list[Task]:
    project = find_project(tx.connection, job.project_id)
    if project is None:
        return []
    head = find_head(tx.connection, project.id)
    if head is None or not made_for(head, project):
        head = restart(tx.connection, project, tx.now)
    until = tx.now + job.lease
    return take_from_marks(tx.connection, head, job.worker, tx.now, until, job.most)
