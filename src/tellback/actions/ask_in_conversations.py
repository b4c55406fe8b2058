"""Send surveys into conversations because somebody asked for it."""

from collections.abc import Sequence

from tellback.actions.by_project import by_project
from tellback.actions.conversation_book import ConversationBook
from tellback.actions.people import People
from tellback.core.conversations import AskInConversation, Conversation, ConversationAsked
from tellback.core.errors import (
    AskingDisabled,
    ContactUnknown,
    ConversationOpen,
    ConversationUnknown,
    SurveyNotOffered,
    TellbackError,
)
from tellback.core.invitation import State
from tellback.core.model import Channel, Project, Survey, offered_in
from tellback.core.webhooks import EventType
from tellback.store.chat_invitations import ChatInvitation, insert_chat_invitations
from tellback.store.conversations import last_closed_conversation
from tellback.store.counters import take_numbers
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.outgoing_events import insert_outgoing_events
from tellback.store.surveys import find_survey

Outcome = ConversationAsked | TellbackError


def ask_in_conversations(
    tx: Transaction, jobs: Sequence[tuple[Project, AskInConversation]]
) -> list[Outcome]:
    """Send each survey, in order. The refusals, in their order, stand in `AskInConversation`."""

    def work(project: Project, commands: list[AskInConversation]) -> list[Outcome]:
        desk = _Desk(tx, project, commands)
        return [desk.ask(command) for command in commands]

    return by_project(jobs, work)


class _Desk:
    """What one project wants to be asked, and where."""

    def __init__(
        self, tx: Transaction, project: Project, commands: Sequence[AskInConversation]
    ) -> None:
        self._tx, self._project = tx, project
        keys = {c.conversation for c in commands if c.conversation is not None}
        self._book = ConversationBook(tx, project.id, keys)
        people = {c.contact for c in commands if c.contact is not None}
        self._people = People(tx, project.id, people, self._book.contact_ids)

    def ask(self, command: AskInConversation) -> Outcome:
        try:
            if not self._project.settings.ask_in_chat:
                raise AskingDisabled
            conversation = self._target(command)
            survey = self._survey(command.survey, conversation)
        except TellbackError as refusal:
            return refusal
        return self._send(command, conversation, survey)

    def _target(self, command: AskInConversation) -> Conversation:
        if command.conversation is not None:
            named = self._book.find(command.conversation)
            if named is None:
                raise ConversationUnknown
            if named.contact_id and self._people.by_id(named.contact_id) is None:
                raise ContactUnknown("The person has been forgotten.")
            if named.is_open or (named.contact_id and self._book.open_of(named.contact_id)):
                raise ConversationOpen
            return named
        person = self._people.known(command.contact) if command.contact else None
        if person is None:
            raise ContactUnknown
        if self._book.open_of(person.id):
            raise ConversationOpen
        last = last_closed_conversation(self._tx.connection, self._project.id, person.id)
        if last is None:
            raise ContactUnknown("The person has never had a conversation.")
        return last

    def _survey(self, name: str, conversation: Conversation) -> Survey:
        survey = find_survey(self._tx.connection, self._project.id, name, "")
        channels = (conversation.first_channel, conversation.channel)
        if survey is None or not survey.live or not offered_in(survey.definition, *channels):
            raise SurveyNotOffered(name, conversation.number)
        return survey

    def _send(
        self, command: AskInConversation, conversation: Conversation, survey: Survey
    ) -> ConversationAsked:
        tx, project_id = self._tx, self._project.id
        person = self._people.by_id(conversation.contact_id)
        id_ = new_id()
        invitation = ChatInvitation(
            id=id_,
            dialect=command.dialect,
            survey_id=survey.id,
            contact_id=conversation.contact_id,
            conversation_id=conversation.id,
            number=take_numbers(tx.connection, project_id, "sending", 1),
            channel=Channel.CHAT.value,
            address=None,
            language=person.language if person else None,
            reference=id_,
            state=State.SENT,
            due_at=tx.now,
            sent_at=tx.now,
        )
        insert_chat_invitations(tx.connection, project_id, [invitation], tx.now)
        tx.facts["requested", command.dialect, Channel.CHAT.value] += 1
        told = [(EventType.INVITATION_CREATED, id_)]
        insert_outgoing_events(tx.connection, project_id, told, tx.now)
        return ConversationAsked(id_, invitation.number, conversation.number)
