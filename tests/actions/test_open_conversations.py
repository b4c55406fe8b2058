"""A visitor gets the conversation that they have open, or a new one."""

import pytest

from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import IdentifyContact, SubmitResponse
from tellback.core.conversations import ConversationKey
from tellback.core.errors import ContactUnknown, ConversationUnknown, Duplicate
from tellback.core.model import Channel, ContactKey, Identity
from tellback.store.tables import conversations
from tests.actions.talking import VISITOR, chat, close, enter, record
from tests.actions.workroom import WIRE, Workroom

SECOND = ContactKey(Identity.VISITOR, "token-2")


@pytest.fixture
def room(room: Workroom) -> Workroom:
    for key in (VISITOR, SECOND):
        room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, key)))
    return room


def test_nobody_unknown_gets_one(room: Workroom) -> None:
    with room.nothing_written():
        assert isinstance(enter(room, ContactKey(Identity.VISITOR, "?")), ContactUnknown)


def test_the_open_one_is_given_again(room: Workroom) -> None:
    first = enter(room, new_reference="r1", channel="web", department="sales")
    again = enter(room, new_reference="r2")
    assert (first.created, again.created) == (True, False)
    assert again.conversation == first.conversation
    row = room.row(conversations)
    assert (row.reference, row.channel, row.department) == ("r1", "web", "sales")
    assert first.contact.number == 1


def test_after_the_close_there_is_a_new_one(room: Workroom) -> None:
    enter(room, new_reference="r1")
    close(room, "r1")
    assert enter(room, new_reference="r2").conversation.reference == "r2"


def test_a_named_one_must_be_open_and_theirs(room: Workroom) -> None:
    enter(room, new_reference="r1")
    assert enter(room, reference="r1").conversation.reference == "r1"
    assert isinstance(enter(room, SECOND, reference="r1"), ConversationUnknown)
    assert isinstance(enter(room, reference="r9"), ConversationUnknown)
    close(room, "r1")
    assert isinstance(enter(room, reference="r1"), ConversationUnknown)


def test_a_taken_reference_is_not_given_twice(room: Workroom) -> None:
    record(room, chat("r1"))
    assert isinstance(enter(room, new_reference="r1"), Duplicate)


def test_a_visitors_department_is_its_conversations(room: Workroom) -> None:
    sold = IdentifyContact(WIRE, VISITOR, {"department": "sales"})
    room.run(identify_contacts, (room.shop, sold))
    assert enter(room, new_reference="r1").conversation.department == "sales"
    close(room, "r1")
    assert enter(room, new_reference="r2", department="care").conversation.department == "care"


def test_what_was_answered_about_the_open_one_is_shown(room: Workroom) -> None:
    first = enter(room, new_reference="r1")
    said = SubmitResponse(
        WIRE,
        Channel.CHAT,
        survey="nps",
        conversation=ConversationKey(reference="r1"),
        answers=[("q-rating", 9)],
    )
    room.run(submit_responses, (room.shop, said))
    again = enter(room)
    assert ([one.rating for one in again.responses], list(first.responses)) == ([9], [])
