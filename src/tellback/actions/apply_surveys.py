"""Bring surveys to what a file says: create, add a version, or change nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tellback.core.errors import Fault, Invalid, Problem, TellbackError
from tellback.core.model import CHOSEN, RATED, Project, Survey, SurveyDefinition
from tellback.core.queries import ListSurveys
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.surveys import (
    insert_survey,
    insert_version,
    list_surveys,
    next_number,
    set_live,
)

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\Z")
MAX_QUESTIONS = 100


@dataclass(frozen=True, slots=True)
class ApplySurvey:
    """Make the survey of that key say this."""

    project: Project
    key: str
    live: bool
    definition: SurveyDefinition


@dataclass(frozen=True, slots=True)
class SurveyApplied:
    """At which version the survey is now, and whether anything changed."""

    id: str
    version: int
    changed: bool


def apply_surveys(
    tx: Transaction, jobs: Sequence[ApplySurvey]
) -> list[SurveyApplied | TellbackError]:
    """Carry out each; `Invalid` where a definition contradicts itself."""
    return [_apply(tx, job) for job in jobs]


def _apply(tx: Transaction, job: ApplySurvey) -> SurveyApplied | TellbackError:
    problems = definition_problems(job.key, job.definition)
    if problems:
        return Invalid(*problems)
    known = [
        survey
        for survey in list_surveys(tx.connection, job.project, ListSurveys(job.key))
        if survey.key == job.key
    ]
    if not known:
        return _create(tx, job)
    survey = known[0]
    if survey.definition != job.definition:
        changed = replace(
            survey, version=survey.version + 1, live=job.live, definition=job.definition
        )
        insert_version(tx.connection, changed, tx.now)
        return SurveyApplied(survey.id, changed.version, True)
    if survey.live != job.live:
        set_live(tx.connection, survey.project_id, survey.id, job.live, tx.now)
        return SurveyApplied(survey.id, survey.version, True)
    return SurveyApplied(survey.id, survey.version, False)


def _create(tx: Transaction, job: ApplySurvey) -> SurveyApplied:
    number = next_number(tx.connection, job.project.id)
    survey = Survey(job.project.id, new_id(), job.key, number, 1, job.live, None, job.definition)
    insert_survey(tx.connection, survey, tx.now)
    return SurveyApplied(survey.id, 1, True)


def definition_problems(key: str, definition: SurveyDefinition) -> list[Problem]:
    """What contradicts itself in a survey: keys, ids, ranges, choices."""
    problems = []
    if not _KEY.match(key):
        rule = "lower case letters, digits, - and _, at most 63"
        problems.append(Problem(Fault.FORMAT, rule, "key"))
    questions = definition.questions
    if not 1 <= len(questions) <= MAX_QUESTIONS:
        problems.append(Problem(Fault.VALUE, f"needs 1 to {MAX_QUESTIONS} questions", "questions"))
    names = [name for q in questions for name in (q.id, q.name) if name]
    for name in sorted({n for n in names if names.count(n) > 1}):
        problems.append(Problem(Fault.DUPLICATE, "two questions are called that", name))
    for question in questions:
        if not any(question.text.values()):
            problems.append(Problem(Fault.MISSING, "needs a text", question.id))
        if question.type in RATED and question.minimum >= question.maximum:
            problems.append(Problem(Fault.VALUE, "minimum must be below maximum", question.id))
        values = [choice.value for choice in question.choices]
        if question.type in CHOSEN and (not values or len(set(values)) < len(values)):
            problems.append(Problem(Fault.VALUE, "needs choices, each value once", question.id))
    return problems
