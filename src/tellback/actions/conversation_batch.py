"""Conversations of one project and their people: what the actions on them share."""

from collections.abc import Iterable, Sequence
from typing import Any

from tellback.actions.conversation_book import ConversationBook
from tellback.actions.follow_closes import follow_closes
from tellback.actions.people import People, merged_traits
from tellback.core.conversations import (
    Conversation,
    ConversationKey,
    ConversationRecorded,
    RecordConversation,
)
from tellback.core.errors import (
    ContactUnknown,
    ConversationClosed,
    ConversationUnknown,
    TellbackError,
)
from tellback.core.model import ContactKey, Project
from tellback.store.contact_records import find_contact_records
from tellback.store.contacts import Known
from tellback.store.database import Transaction


class ConversationBatch:
    """What a batch of commands about conversations knows, and what it leaves to be stored."""

    def __init__(
        self,
        tx: Transaction,
        project: Project,
        keys: Iterable[ConversationKey],
        contacts: Iterable[ContactKey],
    ) -> None:
        self.tx, self.project = tx, project
        self.book = ConversationBook(tx, project.id, keys)
        self.people = People(tx, project.id, contacts, self.book.contact_ids)

    def record(self, command: RecordConversation) -> ConversationRecorded:
        """Create or bring up to date a conversation, with its person."""
        person = self._vouched_for(command)
        conversation, created = self.book.record(command, person)
        if person is not None:
            self.people.give_number(person)
        return ConversationRecorded(conversation, None, created)

    def visitor(self, key: ContactKey) -> Known:
        """The known person that a visitor's key leads to."""
        person = self.people.known(key)
        if person is None:
            raise ContactUnknown
        return person

    def open_conversation(self, key: ConversationKey, person: Known | None) -> Conversation:
        """The open conversation of that name; of that person's, if one is given."""
        found = self.book.find(key)
        if found is None or (person is not None and found.contact_id != person.id):
            raise ConversationUnknown
        if not found.is_open:
            raise ConversationClosed
        return found

    def store(self, outcomes: Sequence[Any]) -> None:
        """Write everything down, and tell in the outcomes whose the conversations are."""
        connection, project_id = self.tx.connection, self.project.id
        self.people.store()
        self.book.store(self.people.who)
        follow_closes(self.tx, self.project, self.book.closed)
        told = [one for one in outcomes if not isinstance(one, TellbackError)]
        ids = {one.conversation.contact_id for one in told} - {None}
        records = find_contact_records(connection, project_id, ids)
        for one in told:
            one.contact = records.get(one.conversation.contact_id)

    def _vouched_for(self, command: RecordConversation) -> Known | None:
        if command.contact is None:
            return None
        person = self.people.by_key(command.contact)
        self.people.keep(person, command.contact, merged_traits(person, command.traits))
        for key in command.also:
            person = self.people.join(person, key)
        return person
