"""Bring surveys to what a file says: create, add a version, or change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tellback.actions.number_questions import number_questions
from tellback.core.errors import Fault, Invalid, Problem, TellbackError
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.numbering import numbers_of, with_numbers
from tellback.core.survey_problems import number_problems, survey_problems
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.surveys import (
    find_by_key,
    insert_survey,
    insert_version,
    is_number_taken,
    next_number,
    update_survey,
)


@dataclass(frozen=True, slots=True)
class ApplySurvey:
    """Make the survey of that key say this. Without a ``number`` it keeps its own, or gets one.

    ``by`` is noted with the version, if it is a new one: who publishes it, or by which wire.
    """

    project: Project
    key: str
    live: bool
    definition: SurveyDefinition
    number: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class SurveyApplied:
    """At which version the survey is now, and whether anything changed."""

    id: str
    version: int
    changed: bool


def apply_surveys(
    tx: Transaction, jobs: Sequence[ApplySurvey]
) -> list[SurveyApplied | TellbackError]:
    """Carry out each; `Invalid` where a definition contradicts itself or takes another's number."""
    return [_attempt(tx, job) for job in jobs]


def _attempt(tx: Transaction, job: ApplySurvey) -> SurveyApplied | TellbackError:
    survey = find_by_key(tx.connection, job.project.id, job.key)
    problems = _problems(tx, job, survey)
    if problems:
        return Invalid(*problems)
    try:
        return _change(tx, job, survey) if survey else _create(tx, job)
    except Invalid as no_number_left:
        return no_number_left


def _change(tx: Transaction, job: ApplySurvey, survey: Survey) -> SurveyApplied:
    before = numbers_of(survey.definition)
    definition = number_questions(tx, job.project.id, job.definition, before)
    wanted = replace(
        survey, live=job.live, number=job.number or survey.number, definition=definition
    )
    if wanted.definition != survey.definition:
        wanted = replace(wanted, version=survey.version + 1)
        insert_version(tx.connection, wanted, tx.now, job.by)
    if wanted != survey:
        update_survey(tx.connection, wanted, tx.now)
    return SurveyApplied(survey.id, wanted.version, wanted != survey)


def _create(tx: Transaction, job: ApplySurvey) -> SurveyApplied:
    project_id = job.project.id
    number = job.number or next_number(tx.connection, project_id)
    definition = number_questions(tx, project_id, job.definition)
    survey = Survey(project_id, new_id(), job.key, number, 1, job.live, None, definition)
    insert_survey(tx.connection, survey, tx.now, job.by)
    return SurveyApplied(survey.id, 1, True)


def _problems(tx: Transaction, job: ApplySurvey, survey: Survey | None) -> list[Problem]:
    problems = survey_problems(job.key, job.number, job.definition)
    if problems:
        return problems
    before = numbers_of(survey.definition) if survey else {}
    # A number that the file gives may be the one that another question has kept.
    problems += number_problems(with_numbers(job.definition, before).questions)
    own = survey.id if survey else None
    if job.number and is_number_taken(tx.connection, job.project.id, job.number, own):
        rule = f"another survey of the project has the number {job.number}"
        problems.append(Problem(Fault.DUPLICATE, rule, "number"))
    return problems
