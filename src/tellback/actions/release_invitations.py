"""Put claimed invitations back whose mail nobody has begun to hand over."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.admission import LIFETIME
from tellback.core.invitation import State
from tellback.store.database import Transaction
from tellback.store.outbox import find_held, mark_released


@dataclass(frozen=True, slots=True)
class ReleaseInvitation:
    """A worker will not send this one now; it is due again at ``due_at`` (ms; None: at once)."""

    project_id: str
    invitation_id: str
    worker: str
    created_at: int
    due_at: int | None = None
    reason: str | None = None


def release_invitations(tx: Transaction, jobs: Sequence[ReleaseInvitation]) -> list[None]:
    """Put each back that the worker still holds; it never waits beyond its end."""
    groups: dict[tuple[str, str, str | None], dict[str, int | None]] = {}
    for job in jobs:
        due_at = None if job.due_at is None else min(job.due_at, job.created_at + LIFETIME)
        key = (job.project_id, job.worker, job.reason)
        groups.setdefault(key, {})[job.invitation_id] = due_at
    for (project_id, worker, reason), due in groups.items():
        held = find_held(tx.connection, project_id, worker, due, State.CLAIMED)
        mark_released(tx.connection, project_id, {id_: due[id_] for id_ in held}, reason)
    return [None for _ in jobs]
