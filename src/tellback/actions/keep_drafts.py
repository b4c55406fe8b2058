"""Keep what owners are writing, throw it away, or publish it as the survey's next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tellback.actions.apply_surveys import ApplySurvey, SurveyApplied, apply_surveys
from tellback.core.errors import TellbackError
from tellback.core.model import Project
from tellback.store.database import Transaction
from tellback.store.survey_drafts import Draft, delete_draft, find_draft, put_draft
from tellback.store.surveys import find_by_key


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """Keep this as the draft of that key; see `Draft`."""

    project: Project
    key: str
    content: Mapping[str, Any]
    version: int
    author: str
    #: What it was written upon (`basis_of`); None takes the place of whatever there is.
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Overtaken:
    """It was not kept, since somebody has changed the draft or the survey meanwhile."""


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Throw the draft of that key away."""

    project: Project
    key: str


def basis_of(draft: Draft | None, version: int) -> str:
    """What an editor goes on with: a draft, if there is one, of a survey at a version."""
    return f"{draft.updated_at if draft else 0}.{version}"


def keep_drafts(tx: Transaction, jobs: Sequence[KeepDraft]) -> list[Draft | Overtaken]:
    """Keep each; the last one of a key stays. `Overtaken` where the basis is another by now."""
    return [_keep(tx, job) for job in jobs]


def _keep(tx: Transaction, job: KeepDraft) -> Draft | Overtaken:
    connection, project_id = tx.connection, job.project.id
    known = find_draft(connection, project_id, job.key)
    if job.basis is not None:
        survey = find_by_key(connection, project_id, job.key)
        if job.basis != basis_of(known, survey.version if survey else 0):
            return Overtaken()
    # No two that follow each other have the same time, by which they are told apart.
    at = max(tx.now, known.updated_at + 1) if known else tx.now
    draft = Draft(job.key, job.content, job.version, at, job.author)
    put_draft(connection, project_id, draft)
    return draft


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
