"""Conversations as their project may see them: found, listed, with what was answered."""

from typing import Any

import pytest

from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import (
    ConversationKey,
    FindContacts,
    GetContact,
    GetConversation,
    ListConversations,
)
from tellback.core.errors import ContactUnknown, ConversationUnknown
from tellback.core.model import Channel, ContactKey, Identity, Project
from tellback.store.conversation_records import (
    find_contacts,
    get_contact,
    get_conversation,
    list_conversations,
)
from tests.actions.talking import ALICE, BOB, VISITOR, chat, close, record
from tests.actions.workroom import WIRE, Workroom

HERS = ConversationKey(reference="a")


@pytest.fixture
def room(room: Workroom) -> Workroom:
    record(room, chat("a", agent="ann", department="sales", properties={"tags": ["x", "y"]}))
    room.now += 10
    news = {"agent": "ben", "status": "queued", "traits": {"name": "Bob Smith"}}
    record(room, chat("b", contact=BOB, properties={"plan": "pro"}, **news))
    room.now += 10
    record(room, chat("c", agent="ann"))
    close(room, "c")
    return room


def read(room: Workroom, query: Any, asked: Any, project: Project | None = None) -> Any:
    with room.connection.begin():
        return query(room.connection, project or room.shop, asked)


def listed(room: Workroom, **what: Any) -> list[str]:
    page = read(room, list_conversations, ListConversations(**what))
    assert page.total >= len(page.items)
    return [item.conversation.reference for item in page.items]


class TestOne:
    @pytest.mark.parametrize("key", [HERS, ConversationKey(number=1)])
    def test_is_found_by_what_names_it(self, room: Workroom, key: ConversationKey) -> None:
        found = read(room, get_conversation, GetConversation(key))
        assert (found.conversation.reference, found.contact.external) == ("a", "alice")
        by_id = ConversationKey(id=found.conversation.id)
        assert read(room, get_conversation, GetConversation(by_id)) == found

    @pytest.mark.parametrize("number", [9, -1, 2**80])
    def test_is_unknown_by_any_other_number(self, room: Workroom, number: int) -> None:
        with pytest.raises(ConversationUnknown):
            read(room, get_conversation, GetConversation(ConversationKey(number=number)))

    def test_may_have_to_be_somebodys(self, room: Workroom) -> None:
        assert read(room, get_conversation, GetConversation(HERS, ALICE)).contact
        for stranger in (BOB, VISITOR):
            with pytest.raises(ConversationUnknown):
                read(room, get_conversation, GetConversation(HERS, stranger))

    def test_is_unknown_to_others(self, room: Workroom) -> None:
        with pytest.raises(ConversationUnknown):
            read(room, get_conversation, GetConversation(HERS), room.other)

    def test_shows_what_was_answered_about_it(self, room: Workroom) -> None:
        said = SubmitResponse(WIRE, Channel.CHAT, contact=ALICE, conversation=HERS, rating=9)
        room.run(submit_responses, (room.shop, said))
        (answer,) = read(room, get_conversation, GetConversation(HERS)).responses
        assert answer.answers == {"q-rating": 9}
        (shown,) = (
            item.responses
            for item in read(room, list_conversations, ListConversations()).items
            if item.responses
        )
        assert list(shown) == [answer]


class TestList:
    def test_is_newest_first_in_pages(self, room: Workroom) -> None:
        assert listed(room) == ["c", "b", "a"]
        assert listed(room, ascending=True) == ["a", "b", "c"]
        assert listed(room, size=2, offset=1) == ["b", "a"]
        assert read(room, list_conversations, ListConversations(size=1)).total == 3

    @pytest.mark.parametrize(
        ("what", "found"),
        [
            ({"is_open": True}, ["b", "a"]),
            ({"is_open": False}, ["c"]),
            ({"agents": ["ann"]}, ["c", "a"]),
            ({"agents": ["ann", "ben"], "departments": ["sales"]}, ["a"]),
            ({"contact": BOB}, ["b"]),
            ({"contact": VISITOR}, []),
            ({"properties": {"plan": "pro"}}, ["b"]),
            ({"properties": {"plan": "free"}}, []),
            ({"tags": ["y", "z"]}, ["a"]),
            ({"tags": ["%"]}, []),
            ({"status": "queued"}, ["b"]),
            ({"name": "SMITH"}, ["b"]),
            ({"name": "%"}, []),
        ],
    )
    def test_keeps_to_what_was_asked_for(
        self, room: Workroom, what: dict[str, Any], found: list[str]
    ) -> None:
        assert listed(room, **what) == found

    def test_keeps_to_times(self, room: Workroom) -> None:
        start = room.now - 10
        assert listed(room, opened=(start, None)) == ["c", "b"]
        assert listed(room, opened=(None, start)) == ["a"]
        assert listed(room, closed=(start, room.now + 1)) == ["c"]

    def test_shows_nobody_elses(self, room: Workroom) -> None:
        assert read(room, list_conversations, ListConversations(), room.other).items == []


class TestPeople:
    def test_are_found_by_key_and_id(self, room: Workroom) -> None:
        found = read(room, get_contact, GetContact(ALICE))
        assert (found.contact.number, found.has_open_conversation) == (1, True)
        assert found.open_conversation.reference == "a"
        assert read(room, get_contact, GetContact(id=found.contact.id)) == found
        for nobody in (GetContact(VISITOR), GetContact(id="0" * 32), GetContact(id="?")):
            with pytest.raises(ContactUnknown):
                read(room, get_contact, nobody)

    def test_are_found_as_who_they_have_become(self, room: Workroom) -> None:
        guest = record(room, chat("d", contact=VISITOR)).contact
        record(room, chat("a", also=(VISITOR,)))
        assert read(room, get_contact, GetContact(id=guest.id)).contact.external == "alice"

    def test_each_stands_once_in_the_order_of_the_keys(self, room: Workroom) -> None:
        close(room, "b")
        number = ContactKey(Identity.NUMBER, "1")
        found = read(room, find_contacts, FindContacts([BOB, number, VISITOR, ALICE]))
        assert [one.contact.external for one in found] == ["bob", "alice"]
        assert [one.has_open_conversation for one in found] == [False, True]
        assert all(one.has_conversation for one in found)
