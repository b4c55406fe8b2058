"""Forget what has been kept for long enough."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.retention import Fleeting
from tellback.store.database import Transaction
from tellback.store.retention import forget


@dataclass(frozen=True, slots=True)
class ForgetOld:
    """Forget some of a kind that is from before a moment (ms): up to ``most``.

    ``project_id`` is whose it is, or that of nobody.
    """

    kind: Fleeting
    project_id: str
    before: int
    most: int = 500


def forget_old(tx: Transaction, jobs: Sequence[ForgetOld]) -> list[int]:
    """How many of each were forgotten. There may be more where that is as many as it may be."""
    return [_forget(tx, job) for job in jobs]


def _forget(tx: Transaction, job: ForgetOld) -> int:
    forgotten = forget(tx.connection, job.kind, job.project_id, job.before, job.most)
    if forgotten:
        tx.facts["forgotten", job.kind.value] += forgotten
    return forgotten
