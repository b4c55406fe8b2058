"""Let callers say what a survey asks, and how often the project's rule asks it."""

from collections.abc import Sequence
from dataclasses import replace

from tellback.actions.apply_surveys import ApplySurvey, SurveyApplied, apply_surveys
from tellback.core.commands import AskingRule, DefineSurvey
from tellback.core.errors import TellbackError
from tellback.core.model import Project, SurveyDefinition
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.outbox import lock_project
from tellback.store.projects import update_settings
from tellback.store.surveys import find_by_key, find_survey

Outcome = Done | TellbackError


def define_surveys(tx: Transaction, jobs: Sequence[tuple[Project, DefineSurvey]]) -> list[Outcome]:
    """Carry out each, in order; `Invalid` where a definition contradicts itself."""
    return [_define(tx, project, command) for project, command in jobs]


def _define(tx: Transaction, project: Project, command: DefineSurvey) -> Outcome:
    definition = _kept(tx, project, command)
    wanted = ApplySurvey(project, command.key, command.live, definition, by=command.dialect)
    (applied,) = apply_surveys(tx, [wanted])
    if not isinstance(applied, SurveyApplied):
        return applied
    if command.rule is not None:
        _set_rule(tx, project.id, command.key, applied.id, command.rule)
    return Done(applied.id)


def _kept(tx: Transaction, project: Project, command: DefineSurvey) -> SurveyDefinition:
    known = find_by_key(tx.connection, project.id, command.key)
    if known is None:
        return command.definition
    kept = {name: getattr(known.definition, name) for name in command.keep}
    return replace(command.definition, **kept)


def _set_rule(tx: Transaction, project_id: str, key: str, survey_id: str, rule: AskingRule) -> None:
    project = lock_project(tx.connection, project_id)
    if project is None:
        return
    chosen = project.settings.close_survey
    other = find_survey(tx.connection, project_id, chosen, "") if chosen else None
    if other is not None and other.id != survey_id:
        return
    kept = project.settings
    changed = replace(
        kept,
        close_survey=key,
        close_sample=kept.close_sample if rule.sample is None else rule.sample,
        close_messages=kept.close_messages if rule.messages is None else rule.messages,
    )
    update_settings(tx.connection, project_id, changed)
