"""Decide whether somebody may be shown a survey now, where we are not the ones to show it."""

from collections.abc import Mapping, Sequence
from typing import Any

from tellback.actions.by_project import by_project
from tellback.actions.people import People, merged_traits
from tellback.actions.surveys_in_use import SurveysInUse
from tellback.core.admission import limits_of
from tellback.core.commands import CheckAsk
from tellback.core.errors import NotFound, TellbackError
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

    What a page's widget says of somebody who is known already changes nothing that is stored.
    Refusals: `NotFound` (no such live survey, or not for a widget), `Invalid` (traits, or no survey
    named).
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
        keys = [key for command in commands for key in (command.contact, *command.also)]
        self._people = People(tx, project.id, keys)
        known = self._people.stored_ids
        self._answered = last_answers(tx.connection, project.id, known) if known else {}
        since = tx.now - Window.MONTH.value
        self._asked = asked_at(tx.connection, project.id, known, since) if known else {}
        self._shown: list[Event] = []

    def check(self, command: CheckAsk) -> Outcome:
        try:
            survey = self._surveys.live(command.survey, command.dialect)
            if command.widget and survey.definition.widget is None:
                raise NotFound("The survey is not published to the widget.")
            person = self._people.by_key(command.contact)
            traits = merged_traits(person, command.traits)
        except TellbackError as error:
            return error
        if not _is_hearsay(command, person):
            self._people.keep(person, command.contact, traits)
        forced = command.force and self._project.settings.allow_force
        reason = None if forced else self._why_not(survey, command, person, traits)
        if reason is None and not command.wanted:
            name = f"{SHOWN}{survey.id}"
            self._shown.append(Event(self._project.id, command.dialect, person.id, name))
            # A later question of the batch must see that this one was let through.
            self._asked.setdefault(person.id, []).append(self._tx.now)
        return AskDecision(reason is None, survey.id, reason, survey.version, person.id)

    def store(self) -> None:
        self._people.store()
        insert_events(self._tx, self._shown)

    def _why_not(
        self, survey: Survey, command: CheckAsk, person: Known, traits: Mapping[str, Any]
    ) -> str | None:
        known = [self._people.known(key) for key in command.also]
        everybody = {one.id: one for one in (person, *known) if one is not None}
        if not command.wanted and (reason := self._asked_enough(everybody)):
            return reason
        answered = [
            self._answered[id_, survey.id]
            for id_ in everybody
            if (id_, survey.id) in self._answered
        ]
        return refusal(
            survey.definition,
            traits,
            anonymous=command.contact.kind == Identity.ANONYMOUS,
            answered_at=max(answered, default=None),
            first_seen_at=person.created_at,
            now=self._tx.now,
        )

    def _asked_enough(self, everybody: Mapping[str, Known]) -> str | None:
        """Why nobody may ask somebody anything now, who may be each of these."""
        now = self._tx.now
        for one in everybody.values():
            if one.next_ask_at is not None and one.next_ask_at > now:
                return f"the next survey is set to {format_seconds(one.next_ask_at)} or later"
        asked = [at for id_ in everybody for at in self._asked.get(id_, ())]
        verdict = decide(limits_of(self._project.settings), asked, now)
        return None if verdict.allowed else verdict.reason


def _is_hearsay(command: CheckAsk, person: Known) -> bool:
    """Whether a page, where anybody can say anything, speaks of somebody who is known already.

    What it says is then for this decision alone. A browser's own id is guessed by nobody.
    """
    is_guessable = command.contact.kind != Identity.ANONYMOUS
    return command.widget and is_guessable and not person.created
