"""Surveys are sent to closed conversations; what stands in the way is said in a fixed order."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.actions.ask_in_conversations import ask_in_conversations
from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import EraseContact, SubmitResponse
from tellback.core.conversations import AskInConversation, ConversationAsked, ConversationKey
from tellback.core.errors import (
    AskingDisabled,
    ContactUnknown,
    ConversationOpen,
    ConversationUnknown,
    SurveyNotOffered,
)
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.settings import ProjectSettings
from tellback.store.tables import invitations, outgoing_events, responses
from tests.actions.talking import ALICE, BOB, chat, close, record
from tests.actions.workroom import FORM, NPS, WIRE, Workroom


@pytest.fixture
def room(room: Workroom) -> Workroom:
    record(room, chat("chat-1", channel="web"))
    close(room)
    room.now += 7
    return room


def ask(room: Workroom, survey: str = "nps", **whom: Any) -> Any:
    whom = whom or {"contact": ALICE}
    return room.run(ask_in_conversations, (room.shop, AskInConversation(WIRE, survey, **whom)))


class TestAsking:
    def test_makes_an_invitation_that_has_gone_and_an_event(self, room: Workroom) -> None:
        done = ask(room)
        assert done == ConversationAsked(done.invitation_id, 1, 1)
        row = room.row(invitations)
        assert (row.id, row.number, row.state) == (done.invitation_id, 1, "sent")
        assert (row.channel, row.survey_id, row.sent_at) == ("chat", room.nps.id, room.now)
        assert row.contact_id is not None
        event = room.row(outgoing_events)
        assert (event.type, event.subject_id) == ("invitation.created", row.id)

    def test_again_is_another_sending(self, room: Workroom) -> None:
        assert [ask(room).number, ask(room).number] == [1, 2]

    def test_takes_the_conversation_that_was_closed_last(self, room: Workroom) -> None:
        record(room, chat("old", closed_at=5), chat("late", is_open=False))
        assert ask(room).conversation_number == 3
        assert ask(room, conversation=ConversationKey(number=2)).conversation_number == 2
        by_number = ContactKey(Identity.NUMBER, "1")
        assert ask(room, contact=by_number).conversation_number == 3

    def test_can_be_answered_by_its_number(self, room: Workroom) -> None:
        number = ask(room).number
        answer = SubmitResponse(WIRE, Channel.CHAT, invitation_number=number, rating=9)
        room.run(submit_responses, (room.shop, answer))
        row, asked = room.row(responses), room.row(invitations)
        assert (row.invitation_id, row.conversation_id) == (asked.id, asked.conversation_id)
        assert (row.contact_id, asked.state) == (asked.contact_id, "responded")


class TestRefusing:
    def test_where_it_is_switched_off_before_anything_else(self, room: Workroom) -> None:
        room.shop = replace(room.shop, settings=ProjectSettings(ask_in_chat=False))
        assert isinstance(ask(room, contact=BOB), AskingDisabled)

    def test_who_or_what_is_not_there(self, room: Workroom) -> None:
        assert isinstance(ask(room, contact=BOB), ContactUnknown)
        assert isinstance(ask(room, conversation=ConversationKey(number=9)), ConversationUnknown)
        seen = SubmitResponse(WIRE, Channel.IN_APP, contact=BOB, rating=9)
        room.run(submit_responses, (room.shop, seen))
        assert isinstance(ask(room, contact=BOB), ContactUnknown)

    def test_who_was_forgotten(self, room: Workroom) -> None:
        room.run(erase_contacts, (room.shop, EraseContact(contact=ALICE)))
        closed = ConversationKey(reference="chat-1")
        assert isinstance(ask(room, conversation=closed), ContactUnknown)
        assert isinstance(ask(room), ContactUnknown)

    def test_while_the_person_talks_wherever_it_is(self, room: Workroom) -> None:
        record(room, chat("chat-2"))
        closed = ConversationKey(reference="chat-1")
        assert isinstance(ask(room, "nowhere"), ConversationOpen)
        assert isinstance(ask(room, conversation=closed), ConversationOpen)
        still_open = ConversationKey(reference="chat-2")
        assert isinstance(ask(room, conversation=still_open), ConversationOpen)

    @pytest.mark.parametrize("name", ["nowhere", "paused", "elsewhere"])
    def test_a_survey_that_is_not_offered_there(self, room: Workroom, name: str) -> None:
        room.survey(room.shop, "paused", NPS, live=False)
        room.survey(room.shop, "elsewhere", replace(FORM, channels=("sms",)))
        with room.nothing_written():
            refused = ask(room, name)
        assert isinstance(refused, SurveyNotOffered)
        assert (refused.survey, refused.conversation) == (name, 1)

    def test_not_where_the_first_or_the_last_channel_is_the_surveys(self, room: Workroom) -> None:
        room.survey(room.shop, "web", replace(FORM, channels=("web",)))
        room.survey(room.shop, "sms", replace(FORM, channels=("sms",)))
        record(room, chat("chat-1", channel="sms"))
        assert isinstance(ask(room, "web"), ConversationAsked)
        assert isinstance(ask(room, "sms"), ConversationAsked)
