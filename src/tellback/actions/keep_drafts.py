"""Keep what owners are writing, throw it away, or publish it as the survey's next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tellback.actions.apply_surveys import ApplySurvey, SurveyApplied, apply_surveys
from tellback.core.errors import TellbackError
from tellback.core.model import Project
from tellback.store.database import Transaction
from tellback.store.survey_drafts import Draft, delete_draft, put_draft


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """Keep this as the draft of that key; see `Draft`."""

    project: Project
    key: str
    content: Mapping[str, Any]
    version: int
    author: str


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Throw the draft of that key away."""

    project: Project
    key: str


def keep_drafts(tx: Transaction, jobs: Sequence[KeepDraft]) -> list[None]:
    """Keep each; the last one of a key stays."""
    for job in jobs:
        draft = Draft(job.key, job.content, job.version, tx.now, job.author)
        put_draft(tx.connection, job.project.id, draft)
    return [None for _ in jobs]


def drop_drafts(tx: Transaction, jobs: Sequence[DropDraft]) -> list[None]:
    """Throw each away, if it is there."""
    for job in jobs:
        delete_draft(tx.connection, job.project.id, job.key)
    return [None for _ in jobs]


def publish_drafts(
    tx: Transaction, jobs: Sequence[ApplySurvey]
) -> list[SurveyApplied | TellbackError]:
    """Apply each survey, as `apply_surveys` does; the draft of one that was applied is gone."""
    outcomes = apply_surveys(tx, jobs)
    for job, outcome in zip(jobs, outcomes, strict=True):
        if isinstance(outcome, SurveyApplied):
            delete_draft(tx.connection, job.project.id, job.key)
    return outcomes
