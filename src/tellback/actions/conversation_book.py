"""The conversations that a batch is about: looked up once, changed in memory, stored at the end."""

from collections.abc import Callable, Iterable
from typing import Any

from tellback.core.conversations import Conversation, ConversationKey, RecordConversation
from tellback.store.contacts import Known
from tellback.store.conversations import (
    find_conversations,
    insert_conversations,
    open_conversations,
    update_conversations,
)
from tellback.store.counters import NumberLot
from tellback.store.database import Transaction
from tellback.store.ids import new_id

_NEWEST = 2**63
_COPIED = ("channel", "status", "agent", "department", "messages", "closed_by", "last_message_at")


class ConversationBook:
    """The conversations of one project behind some keys, and the open ones of people.

    Who gets a conversation here must be given a number by the caller (`People.give_number`).
    """

    def __init__(self, tx: Transaction, project_id: str, keys: Iterable[ConversationKey]) -> None:
        self._tx, self._project_id = tx, project_id
        self._known: dict[ConversationKey, Conversation] = {}
        self._numbers = NumberLot(tx.connection, project_id, "conversation")
        wanted = list(keys)
        self._unknown = len(wanted)
        for one in find_conversations(tx.connection, project_id, wanted):
            self._unknown -= 1
            self._index(one)
        self._open: dict[str, Conversation | None] = {}
        self._new: dict[str, Conversation] = {}
        self._changed: dict[str, Conversation] = {}
        #: Those that this batch has closed.
        self.closed: list[Conversation] = []

    @property
    def ids(self) -> set[str]:
        """The ids of those that are known."""
        return {one.id for one in self._known.values()}

    @property
    def contact_ids(self) -> set[str]:
        """Whose they are."""
        return {one.contact_id for one in self._known.values() if one.contact_id is not None}

    def find(self, key: ConversationKey) -> Conversation | None:
        """The conversation that a key names."""
        return self._known.get(key)

    def open_of(self, contact_id: str) -> Conversation | None:
        """The open conversation that somebody has."""
        if contact_id not in self._open:
            found = open_conversations(self._tx.connection, self._project_id, [contact_id])
            self._open[contact_id] = found.get(contact_id)
        return self._open[contact_id]

    def record(
        self, command: RecordConversation, person: Known | None
    ) -> tuple[Conversation, bool]:
        """The conversation as a command makes it, and whether it is new."""
        reference = command.reference or new_id()
        known = self.find(ConversationKey(reference=reference))
        if known is None:
            return self._make(command, reference, person), True
        # Older than what the platform itself has said before; our own clock has no say in it.
        if (command.changed_at or _NEWEST) >= (known.changed_at or 0):
            self._bring_up(known, command, person)
        return known, False

    def close(self, one: Conversation, by: str | None, properties: dict[str, Any]) -> None:
        """End a conversation now."""
        one.closed_at, one.closed_by = self._tx.now, by
        one.properties = {**one.properties, **properties}
        self.note(one)
        self.closed.append(one)

    def note(self, one: Conversation) -> None:
        """Remember that a conversation has changed."""
        one.updated_at = max(one.updated_at, self._tx.now)
        if one.id not in self._new:
            self._changed[one.id] = one
        self._follow(one)

    def store(self, who: Callable[[str | None], str | None] = lambda id_: id_) -> None:
        """Write everything down; ``who`` says what somebody's id is now."""
        for one in (*self._new.values(), *self._changed.values()):
            one.contact_id = who(one.contact_id)
        insert_conversations(self._tx.connection, self._project_id, list(self._new.values()))
        update_conversations(self._tx.connection, self._project_id, list(self._changed.values()))

    def _make(
        self, command: RecordConversation, reference: str, person: Known | None
    ) -> Conversation:
        now, number = self._tx.now, self._numbers.take(self._unknown)
        self._unknown -= 1
        closed_at = command.closed_at or (now if command.is_open is False else None)
        if command.is_open:
            closed_at = None
        one = Conversation(
            id=new_id(),
            number=number,
            reference=reference,
            dialect=command.dialect,
            contact_id=person.id if person else None,
            first_channel=command.first_channel or command.channel,
            channel=command.channel or command.first_channel,
            status=command.status,
            agent=command.agent,
            department=command.department,
            properties=dict(command.properties or {}),
            messages=command.messages or 0,
            opened_at=command.opened_at or min(now, closed_at or now),
            closed_at=closed_at,
            closed_by=command.closed_by,
            last_message_at=command.last_message_at,
            changed_at=self._told_at(command),
            updated_at=now,
        )
        self._index(one)
        self._new[one.id] = one
        self._follow(one)
        if closed_at is not None:
            self.closed.append(one)
        return one

    def _bring_up(
        self, one: Conversation, command: RecordConversation, person: Known | None
    ) -> None:
        was_open = one.is_open
        for name in _COPIED:
            given = getattr(command, name)
            if given is not None:
                setattr(one, name, given)
        one.first_channel = command.first_channel or one.first_channel or one.channel
        one.opened_at = command.opened_at or one.opened_at
        if command.properties:
            one.properties = {**one.properties, **command.properties}
        if person is not None:
            one.contact_id = person.id
        if command.is_open:
            one.closed_at = one.closed_by = None
        elif command.closed_at is not None or (command.is_open is False and was_open):
            one.closed_at = command.closed_at or self._tx.now
        one.changed_at = self._told_at(command) or one.changed_at
        one.updated_at = self._tx.now
        if one.id not in self._new:
            self._changed[one.id] = one
        self._follow(one)
        if was_open and not one.is_open:
            self.closed.append(one)

    def _told_at(self, command: RecordConversation) -> int | None:
        """How new news is; a clock that is ahead must not make all later news old."""
        return None if command.changed_at is None else min(command.changed_at, self._tx.now)

    def _follow(self, one: Conversation) -> None:
        if one.contact_id is None:
            return
        if one.is_open:
            self._open[one.contact_id] = one
        elif self._open.get(one.contact_id) is one:
            del self._open[one.contact_id]

    def _index(self, one: Conversation) -> None:
        for key in (
            ConversationKey(reference=one.reference),
            ConversationKey(number=one.number),
            ConversationKey(id=one.id),
        ):
            self._known[key] = one
