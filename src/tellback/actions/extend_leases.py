"""Keep what a living worker has in its hands from being taken for left behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.store.database import Transaction
from tellback.store.outbox import extend_leases as extend


@dataclass(frozen=True, slots=True)
class ExtendLeases:
    """A worker holds these invitations of a project for another ``lease`` ms."""

    project_id: str
    worker: str
    invitation_ids: Sequence[str]
    lease: int


def extend_leases(tx: Transaction, jobs: Sequence[ExtendLeases]) -> list[None]:
    """Extend each lease that has not been lost."""
    for job in jobs:
        extend(tx.connection, job.project_id, job.worker, job.invitation_ids, tx.now + job.lease)
    return [None for _ in jobs]
