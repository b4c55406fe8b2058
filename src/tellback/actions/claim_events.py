"""Take due events of a project to tell them by webhook. Where none is set, they are settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.model import Project
from tellback.store.database import Transaction
from tellback.store.outbox import lock_project
from tellback.store.outgoing_events import DueEvent, find_due_events, mark_taken, mark_unheard
from tellback.store.webhook_keys import live_keys, make_key

_UNHEARD_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ClaimEvents:
    """Give the caller up to ``limit`` due events of a project, for ``lease`` ms."""

    project_id: str
    limit: int
    lease: int


@dataclass(frozen=True, slots=True)
class ClaimedEvents:
    """What is to be told now, and the keys to sign it with, the newest first."""

    project: Project
    keys: Sequence[bytes]
    events: Sequence[DueEvent]


def claim_events(tx: Transaction, jobs: Sequence[ClaimEvents]) -> list[ClaimedEvents | None]:
    """Claim for each job in turn; None where there is nothing to tell, or nobody to tell it to."""
    return [_claim(tx, job) for job in jobs]


def _claim(tx: Transaction, job: ClaimEvents) -> ClaimedEvents | None:
    project = lock_project(tx.connection, job.project_id)
    if project is None:
        return None
    if not project.settings.webhook_url:
        unheard = find_due_events(tx.connection, project.id, tx.now, _UNHEARD_AT_ONCE)
        mark_unheard(tx.connection, project.id, unheard, tx.now)
        return None
    due = find_due_events(tx.connection, project.id, tx.now, job.limit)
    if not due:
        return None
    events = mark_taken(tx.connection, project.id, due, tx.now + job.lease)
    keys = live_keys(tx.connection, project.id, tx.now)
    # Who set the address as a mere setting has no key yet, and gets to know one by rotating it.
    return ClaimedEvents(project, keys or [make_key(tx.connection, project.id, tx.now, 0)], events)
