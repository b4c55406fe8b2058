"""The rules by which submitted answers are taken: new ones, continued ones, changes of mind."""

from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Any

from tellback.actions.announce import announce, listens
from tellback.actions.follow_closes import follow_closes
from tellback.actions.people import merged_traits
from tellback.actions.response_ledger import ResponseLedger
from tellback.actions.surveys_in_use import SurveysInUse
from tellback.core.addresses import private_ip
from tellback.core.answers import Answers, headline, read_answers, whole_problems
from tellback.core.asked import ANSWERABLE, FINISHING
from tellback.core.choice_numbers import in_words
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import OURS, Conversation, ConversationKey, RecordConversation
from tellback.core.errors import (
    ContactUnknown,
    ConversationUnknown,
    CredentialUnknown,
    Fault,
    Invalid,
    NotEligible,
    NotFound,
    Problem,
)
from tellback.core.instants import HOUR
from tellback.core.model import ContactKey, Identity, Project, Survey, SurveyDefinition
from tellback.core.outcomes import ResponseStored
from tellback.core.targeting import refusal, repetition
from tellback.core.tickets import TICKET_HOLDS, Ticket
from tellback.core.webhooks import EventType
from tellback.store.answered import Answerable
from tellback.store.contacts import Known
from tellback.store.database import Transaction
from tellback.store.ids import new_ids, new_tokens
from tellback.store.responses import ResponseRow
from tellback.store.secrets import hash_secret

_IGNORED = "the caller asked to skip the checks, which this project does not allow: ignored"


class ResponseBatch:
    """Answers to one project, judged one by one and stored together."""

    def __init__(
        self, tx: Transaction, project: Project, commands: Sequence[SubmitResponse]
    ) -> None:
        self._tx, self._now, self._project = tx, tx.now, project
        self._surveys = SurveysInUse(tx, project)
        self._ledger = ResponseLedger(tx, project.id, commands)
        self._people = self._ledger.people
        self._ids = iter(new_ids(len(commands)))
        self._tokens = iter(new_tokens(len(commands)))

    def answer(self, command: SubmitResponse) -> ResponseStored:
        """Take an answer that nobody was invited to by us."""
        person = self._person(command)
        conversation = self._conversation(command, person)
        if person is None and conversation is not None and _speaks_for(command, conversation):
            person = self._people.by_id(conversation.contact_id)
        survey = self._surveys.live(command.survey, command.dialect, command.survey_version)
        answers = _judge(survey.definition, command)
        traits = merged_traits(person, command.traits)
        known_id = conversation.id if conversation else None
        person_id = person.id if person else None
        earlier = self._ledger.of_conversation(known_id, survey.id, person_id)
        if earlier is not None:
            _check_newest(earlier, command)
            self._keep(person, command.contact, traits)
            self._record(command.about, person)
            return self._change(
                earlier, survey.definition, command, answers, traits, survey.version
            )
        if command.same_within and person is not None:
            at, within = self._at(command), command.same_within
            said = (answers, traits or None, command.referrer)
            again = self._ledger.same(person, survey.id, said, at, within)
            if again is not None:
                return ResponseStored(again.id, created=False, completed=again.completed)
        forced = command.force and self._project.settings.allow_force
        if not forced:
            self._check_eligible(survey, command, person, traits)
        self._keep(person, command.contact, traits)
        if person is not None:
            for key in command.also:
                self._people.attach(person, key)
        row = self._new_row(survey, command, answers, person, traits)
        row.conversation_id = self._record(command.about, person) or known_id
        token = next(self._tokens)
        row.token_hash = hash_secret(token)
        self._ledger.add(row)
        warning = _IGNORED if command.force and not forced else None
        return ResponseStored(row.id, token, completed=row.completed, warning=warning)

    def answer_as(self, command: SubmitResponse, response_id: str) -> ResponseStored:
        """Take an answer that brings its id along: for the first time, or once more."""
        row = self._ledger.by_id(response_id)
        if row is None:
            return self.answer(command)
        if row.survey_id != command.survey:
            raise NotFound("There is no such response.")
        return self._revise(row, command, self._people.by_id(row.contact_id))

    def answer_numbered(self, command: SubmitResponse, number: int) -> ResponseStored:
        """Take the answer of somebody whom we asked, by the number of the asking."""
        asked = self._ledger.numbered.get(number)
        return self.answer_invitation(command, asked.id if asked else "")

    def answer_invitation(self, command: SubmitResponse, invitation_id: str) -> ResponseStored:
        """Take the answer of somebody whom we asked, or their change of mind."""
        asked = self._ledger.asked.get(invitation_id)
        if asked is None:
            raise NotFound("There is no such invitation.")
        if not asked.may_be_answered:
            raise NotEligible("the invitation was not sent")
        earlier = self._ledger.of_invitation(invitation_id)
        if earlier is not None:
            return self._revise(earlier, command, self._people.by_id(earlier.contact_id))
        survey = self._surveys.of_invitation(
            asked.survey_id, command.dialect, command.survey_version
        )
        if asked.is_hidden(survey.definition, self._at(command)):
            raise NotEligible("the survey is no longer available")
        answers = _judge(survey.definition, command)
        person, key = self._invited(asked)
        traits = merged_traits(person, command.traits)
        self._keep(person, key, traits)
        row = self._new_row(survey, command, answers, person, traits)
        row.invitation_id, row.conversation_id = asked.id, asked.conversation_id
        row.language = row.language or asked.language
        self._ledger.add(row)
        return ResponseStored(row.id, completed=row.completed)

    def answer_ticket(self, command: SubmitResponse, ticket: Ticket) -> ResponseStored:
        """Take what somebody whom a widget was let ask has answered so far."""
        if self._now >= ticket.issued_at + TICKET_HOLDS:
            raise NotEligible("it was asked too long ago")
        person = self._people.by_id(ticket.contact_id)
        row = self._ledger.by_id(ticket.response_id)
        if row is not None:
            definition = self._surveys.version(row.survey_id, row.survey_version)
            if _judge(definition, command) == row.answers:
                return ResponseStored(row.id, created=False, completed=row.completed)
            return self._revise(row, command, person)
        survey = self._surveys.of_invitation(ticket.survey_id, command.dialect, ticket.version)
        answers = _judge(survey.definition, command)
        answered_at = self._ledger.answered_at(person, survey.id)
        again = repetition(survey.definition, answered_at, self._at(command))
        if again is not None:
            # In two windows that were open at once, say.
            raise NotEligible(again)
        traits = person.properties if person else {}
        row = self._new_row(survey, command, answers, person, traits)
        row.id = ticket.response_id
        self._ledger.add(row)
        return ResponseStored(row.id, completed=row.completed)

    def go_on(self, command: SubmitResponse, response_id: str) -> ResponseStored:
        """Continue a response by the token that was handed out for it."""
        row = self._ledger.by_id(response_id)
        if row is None:
            raise NotFound("There is no such response.")
        given = hash_secret(command.token or "")
        if row.token_hash is None or not compare_digest(given, row.token_hash):
            raise CredentialUnknown("The token is not the one that was given for this response.")
        person = self._people.by_id(row.contact_id)
        if person and command.contact and self._people.by_key(command.contact) is not person:
            rule = "the response is another person's"
            raise Invalid(Problem(Fault.VALUE, rule, "contact"))
        return self._revise(row, command, person)

    def store(self) -> None:
        """Write down everything that was accepted."""
        self._ledger.store()
        follow_closes(self._tx, self._project, self._ledger.conversations.closed)
        if listens(self._project):
            created, updated = self._ledger.created_and_updated()
            announce(self._tx, self._project, EventType.RESPONSE_CREATED, created)
            announce(self._tx, self._project, EventType.RESPONSE_UPDATED, updated)

    def _at(self, command: SubmitResponse) -> int:
        """When it was said."""
        return self._now if command.said_at is None else min(command.said_at, self._now)

    def _person(self, command: SubmitResponse) -> Known | None:
        if command.contact is None:
            return None
        if command.known_only and self._people.known(command.contact) is None:
            raise ContactUnknown
        return self._people.by_key(command.contact)

    def _conversation(self, command: SubmitResponse, person: Known | None) -> Conversation | None:
        book = self._ledger.conversations
        if command.about is not None:
            told = book.find(ConversationKey(reference=command.about.reference))
            if told is not None and told.dialect not in (command.dialect, OURS):
                # Another wire's chats are none of this one's business.
                raise ConversationUnknown
            return told
        if command.conversation is None:
            return None
        found = book.find(command.conversation)
        if found is None or (person is not None and found.contact_id != person.id):
            raise ConversationUnknown
        return found

    def _record(self, about: RecordConversation | None, person: Known | None) -> str | None:
        """Record the conversation that an answer tells of; its id."""
        if about is None:
            return None
        book = self._ledger.conversations
        known = book.find(ConversationKey(reference=about.reference))
        if known is not None and known.dialect != about.dialect:
            return known.id
        if known is not None and known.contact_id is not None:
            # Whose it is has been said, and who answers is no witness of another thing.
            return book.record(about, None)[0].id
        if about.contact is not None:
            person = self._people.by_key(about.contact)
        if person is not None:
            self._people.keep(person, about.contact, merged_traits(person, about.traits))
            self._people.give_number(person)
        return book.record(about, person)[0].id

    def _check_eligible(
        self,
        survey: Survey,
        command: SubmitResponse,
        person: Known | None,
        traits: Mapping[str, Any],
    ) -> None:
        reason = refusal(
            survey.definition,
            traits,
            anonymous=command.contact is None or command.contact.kind == Identity.ANONYMOUS,
            answered_at=self._ledger.answered_at(person, survey.id),
            first_seen_at=person.created_at if person else self._at(command),
            now=self._at(command),
        )
        if reason is not None:
            raise NotEligible(reason)

    def _invited(self, asked: Answerable) -> tuple[Known | None, ContactKey | None]:
        """Who was asked: the contact, or who the address leads to; nobody once erased."""
        if asked.contact_id is not None or asked.address is None:
            return self._people.by_id(asked.contact_id), None
        key = ContactKey(Identity.EMAIL, asked.address)
        return self._people.by_key(key), key

    def _keep(self, person: Known | None, key: ContactKey | None, traits: dict[str, Any]) -> None:
        if person is not None:
            self._people.keep(person, key, traits)

    def _new_row(
        self,
        survey: Survey,
        command: SubmitResponse,
        answers: Answers,
        person: Known | None,
        traits: dict[str, Any],
    ) -> ResponseRow:
        row = ResponseRow(
            id=command.own_id or next(self._ids),
            dialect=command.dialect,
            channel=command.channel.value,
            survey_id=survey.id,
            survey_version=survey.version,
            contact_id=person.id if person else None,
            created_at=self._at(command),
            updated_at=self._at(command),
            traits=traits or None,
        )
        self._write(row, survey.definition, command, answers)
        return row

    def _revise(
        self, row: ResponseRow, command: SubmitResponse, person: Known | None
    ) -> ResponseStored:
        """Change an answer or add to it, while that is allowed."""
        _check_newest(row, command)
        definition = self._surveys.version(row.survey_id, row.survey_version)
        adds = command.partial and command.ticket is None
        answers = _judge(definition, command, row.answers if adds else None)
        traits = merged_traits(person, command.traits)
        allowed = self._project.settings.change_of_mind_hours * HOUR
        if not _takes_back(row.answers, answers):
            allowed = max(allowed, FINISHING)
        if row.left_at is not None:
            allowed = max(allowed, ANSWERABLE)
        if self._at(command) >= row.created_at + allowed:
            raise NotEligible("already answered")
        self._keep(person, None, traits)
        return self._change(row, definition, command, answers, traits)

    def _change(
        self,
        row: ResponseRow,
        definition: SurveyDefinition,
        command: SubmitResponse,
        answers: Answers,
        traits: dict[str, Any],
        version: int | None = None,
    ) -> ResponseStored:
        """Let a response say something else, and keep what it said if that is taken back."""
        if _takes_back(row.answers, answers):
            self._ledger.keep_history(row)
        row.survey_version = version or row.survey_version
        row.traits = traits or row.traits
        row.updated_at = self._at(command)
        self._write(row, definition, command, answers)
        self._ledger.change(row)
        return ResponseStored(row.id, command.token, created=False, completed=row.completed)

    def _write(
        self,
        row: ResponseRow,
        definition: SurveyDefinition,
        command: SubmitResponse,
        answers: Answers,
    ) -> None:
        said = headline(definition, answers)
        row.answers = answers
        row.metric, row.rating, row.comment = said.metric, said.rating, said.comment
        row.dismissed, row.left_at = command.dismissed, command.left_at
        row.completed = said.completed and not command.dismissed
        row.language = command.language or row.language
        row.referrer = command.referrer or row.referrer
        row.user_agent = command.user_agent or row.user_agent
        row.ip = private_ip(command.ip, self._project.settings.ip_privacy) or row.ip


def _speaks_for(command: SubmitResponse, conversation: Conversation) -> bool:
    """Whether who knows a conversation's name may be taken for its person."""
    return command.of_conversation and conversation.dialect == command.dialect


def _judge(
    definition: SurveyDefinition, command: SubmitResponse, before: Answers | None = None
) -> Answers:
    """What is answered now, on top of what was ``before``; `Invalid` says all that is wrong."""
    given = in_words(definition, command.answers) if command.numbered else command.answers
    reading = read_answers(
        definition, given, command.rating, command.comment, as_text=command.as_text
    )
    answers = {**(before or {}), **reading.answers}
    problems = [*command.problems, *reading.problems]
    whole = whole_problems(
        definition,
        answers,
        partial=command.partial or command.left_at is not None,
        dismissed=command.dismissed,
        wrong=reading.wrong | {problem.field or "" for problem in problems},
    )
    if problems or whole:
        raise Invalid(*problems, *whole)
    return answers


def _check_newest(row: ResponseRow, command: SubmitResponse) -> None:
    """Refuse what comes late to change an answer that is younger."""
    if command.said_at is not None and row.updated_at > command.said_at:
        raise NotEligible("a newer answer is there, which stays")


def _takes_back(before: Answers, after: Answers) -> bool:
    return any(after.get(question_id) != answer for question_id, answer in before.items())
