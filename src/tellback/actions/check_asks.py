"""Decide whether somebody may be shown a survey now, where we are not the ones to show it."""

from collections.abc import Sequence

from tellback.actions.by_project import by_project
from tellback.actions.people import People, merged_traits
from tellback.actions.surveys_in_use import SurveysInUse
from tellback.core.admission import limits_of
from tellback.core.commands import CheckAsk
from tellback.core.errors import TellbackError
from tellback.core.instants import format_seconds
from tellback.core.model import Identity, Project, Survey
from tellback.core.outcomes import AskDecision
from tellback.core.targeting import refusal
from tellback.core.throttle import Window, decide
from tellback.store.asks import asked_at
from tellback.store.contacts import Known
from tellback.store.database import Transaction
from tellback.store.events import SHOWN, Event, insert_events
from tellback.store.responses import last_answers

Outcome = AskDecision | TellbackError


def check_asks(tx: Transaction, jobs: Sequence[tuple[Project, CheckAsk]]) -> list[Outcome]:
    """Identify each person and decide; a survey that may be shown counts as shown.

    Refusals: `NotFound` (no such live survey), `Invalid` (traits, or no survey named).
    """

    def work(project: Project, commands: list[CheckAsk]) -> list[Outcome]:
        desk = _Desk(tx, project, commands)
        outcomes = [desk.check(command) for command in commands]
        desk.store()
        return outcomes

    return by_project(jobs, work)


class _Desk:
    """The questions that one project asks at once."""

    def __init__(self, tx: Transaction, project: Project, commands: Sequence[CheckAsk]) -> None:
        self._tx, self._project = tx, project
        self._surveys = SurveysInUse(tx, project)
        self._people = People(tx, project.id, [command.contact for command in commands])
        known = self._people.stored_ids
        self._answered = last_answers(tx.connection, project.id, known) if known else {}
        since = tx.now - Window.MONTH.value
        self._asked = asked_at(tx.connection, project.id, known, since) if known else {}
        self._shown: list[Event] = []

    def check(self, command: CheckAsk) -> Outcome:
        try:
            survey = self._surveys.live(command.survey, command.dialect)
            person = self._people.by_key(command.contact)
            traits = merged_traits(person, command.traits)
        except TellbackError as error:
            return error
        self._people.keep(person, command.contact, traits)
        forced = command.force and self._project.settings.allow_force
        reason = None if forced else self._why_not(survey, command, person)
        if reason is None:
            name = f"{SHOWN}{survey.id}"
            self._shown.append(Event(self._project.id, command.dialect, person.id, name))
            # A later question of the batch must see that this one was let through.
            self._asked.setdefault(person.id, []).append(self._tx.now)
        return AskDecision(reason is None, survey.id, reason)

    def store(self) -> None:
        self._people.store()
        insert_events(self._tx, self._shown)

    def _why_not(self, survey: Survey, command: CheckAsk, person: Known) -> str | None:
        now = self._tx.now
        if person.next_ask_at is not None and person.next_ask_at > now:
            return f"the next survey is set to {format_seconds(person.next_ask_at)} or later"
        verdict = decide(limits_of(self._project.settings), self._asked.get(person.id, ()), now)
        if not verdict.allowed:
            return verdict.reason
        return refusal(
            survey.definition,
            person.properties,
            anonymous=command.contact.kind == Identity.ANONYMOUS,
            answered_at=self._answered.get((person.id, survey.id)),
            first_seen_at=person.created_at,
            now=now,
        )
