"""What visitors write is kept with their conversation."""

from typing import Any

import pytest

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.record_messages import record_messages
from tellback.core.commands import EraseContact
from tellback.core.conversations import ConversationKey, RecordMessage
from tellback.core.errors import (
    ContactUnknown,
    ConversationClosed,
    ConversationUnknown,
    Fault,
    Invalid,
    Problem,
)
from tellback.core.model import ContactKey, Identity
from tellback.store.tables import conversations, messages
from tests.actions.talking import ALICE, BOB, chat, close, record
from tests.actions.workroom import WIRE, Workroom

HERS = ConversationKey(reference="chat-1")


@pytest.fixture
def room(room: Workroom) -> Workroom:
    record(room, chat("chat-1"), chat("chat-2", contact=BOB))
    room.now += 7
    return room


def write(room: Workroom, contact: ContactKey = ALICE, **what: Any) -> Any:
    message = RecordMessage(WIRE, contact, "Hello?", **what)
    return room.run(record_messages, (room.shop, message))


def test_is_kept_and_counted(room: Workroom) -> None:
    done = write(room, conversation=HERS)
    row = room.row(messages)
    assert (row.id, row.text, row.created_at) == (done.id, "Hello?", room.now)
    assert (row.conversation_id, row.contact_id) == (done.conversation.id, done.contact.id)
    talk = room.row(conversations, reference="chat-1")
    assert (talk.messages, talk.last_message_at) == (1, room.now)


def test_is_kept_and_counted_once_under_its_sender_s_own_id(room: Workroom) -> None:
    first = write(room, conversation=HERS, key="mine")
    room.now += 5
    again = write(room, conversation=HERS, key="mine")
    assert (again.id, again.at) == (first.id, first.at)
    assert room.row(messages).id == first.id
    talk = room.row(conversations, reference="chat-1")
    assert (talk.messages, talk.last_message_at) == (1, first.at)
    theirs = write(room, BOB, conversation=ConversationKey(reference="chat-2"), key="mine")
    assert theirs.id != first.id
    write(room, conversation=HERS, key="another")
    assert room.row(conversations, reference="chat-1").messages == 2


def test_repetitions_that_are_written_together_are_one(room: Workroom) -> None:
    message = RecordMessage(WIRE, ALICE, "Hello?", conversation=HERS, key="mine")
    one, same = room.run(record_messages, (room.shop, message), (room.shop, message))
    assert one.id == same.id
    assert room.row(conversations, reference="chat-1").messages == 1


def test_refuses_what_is_not_there_not_theirs_or_over(room: Workroom) -> None:
    stranger = ContactKey(Identity.EXTERNAL, "eve")
    assert isinstance(write(room, stranger, conversation=HERS), ContactUnknown)
    assert isinstance(write(room, BOB, conversation=HERS), ConversationUnknown)
    close(room)
    with room.nothing_written():
        assert isinstance(write(room, conversation=HERS), ConversationClosed)


def test_one_that_was_left_is_a_closed_conversation_of_its_own(room: Workroom) -> None:
    mail = ContactKey(Identity.EMAIL, "dora@example.org")
    done = write(room, mail, channel="offline", department="sales", traits={"name": "Dora"})
    talk = room.row(conversations, id=done.conversation.id)
    assert (talk.closed_at, talk.messages, talk.channel) == (room.now, 1, "offline")
    assert (done.contact.name, done.contact.keys["email"]) == ("Dora", "dora@example.org")


def test_goes_with_its_author(room: Workroom) -> None:
    done = write(room, conversation=HERS)
    room.run(erase_contacts, (room.shop, EraseContact(done.contact.id)))
    assert room.rows(messages) == []


def test_what_a_wire_finds_wrong_is_said_last(room: Workroom) -> None:
    wrong = (Problem(Fault.VALUE, "is too long", "text"),)
    with room.nothing_written():
        assert isinstance(write(room, BOB, conversation=HERS, problems=wrong), ConversationUnknown)
        assert isinstance(write(room, conversation=HERS, problems=wrong), Invalid)
