"""Forget refused input that is older than its project wants to keep it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.store.database import Transaction
from tellback.store.rejected_inputs import forget_older


@dataclass(frozen=True, slots=True)
class ForgetRejections:
    """Forget a project's entries, or those of nobody, from before a moment (ms): some at a time."""

    owner: str
    before: int
    most: int = 200


def forget_rejections(tx: Transaction, jobs: Sequence[ForgetRejections]) -> list[bool]:
    """Whether there may be more of each to forget."""
    return [
        forget_older(tx.connection, job.owner, job.before, job.most) >= job.most for job in jobs
    ]
