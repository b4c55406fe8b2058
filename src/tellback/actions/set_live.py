"""Pause surveys, or go on with them; what they ask stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tellback.core.errors import NotFound
from tellback.core.model import Project
from tellback.store.database import Transaction
from tellback.store.surveys import find_by_key, update_survey


@dataclass(frozen=True, slots=True)
class SetLive:
    """Whether the survey of that key is asked from now on."""

    project: Project
    key: str
    live: bool


def set_live(tx: Transaction, jobs: Sequence[SetLive]) -> list[NotFound | None]:
    """Set each; `NotFound` where there is no survey of that key."""
    return [_set(tx, job) for job in jobs]


def _set(tx: Transaction, job: SetLive) -> NotFound | None:
    survey = find_by_key(tx.connection, job.project.id, job.key)
    if survey is None:
        return NotFound(f"There is no survey {job.key!r}.")
    if survey.live != job.live:
        update_survey(tx.connection, replace(survey, live=job.live), tx.now)
    return None
