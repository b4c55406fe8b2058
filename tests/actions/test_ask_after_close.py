"""A conversation's end brings about a survey, where the project has set one."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import EraseContact, SubmitResponse
from tellback.core.conversations import RecordConversation
from tellback.core.instants import DAY, MINUTE
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.settings import ProjectSettings
from tellback.store.tables import (
    conversations,
    invitation_requests,
    invitations,
    outgoing_events,
)
from tests.actions.talking import ALICE, chat, close, record
from tests.actions.workroom import FORM, WIRE, Workroom


@pytest.fixture
def room(room: Workroom) -> Workroom:
    rule(room)
    return room


def rule(room: Workroom, **settings: Any) -> None:
    """Let the shop ask when conversations close."""
    changed = ProjectSettings(**{"close_survey": "nps", **settings})
    room.shop = replace(room.shop, settings=changed)


def test_one_invitation_waits_for_its_moment(room: Workroom) -> None:
    rule(room, close_delay_minutes=5)
    record(room, chat())
    assert room.rows(invitations) == []
    close(room)
    row = room.row(invitations)
    assert (row.state, row.channel, row.dialect) == ("queued", "chat", WIRE)
    assert row.due_at == room.now + 5 * MINUTE
    assert row.conversation_id == room.row(conversations).id
    assert (row.survey_id, row.number) == (room.nps.id, 1)
    request = room.row(invitation_requests)
    assert (request.id, request.accepted) == (row.request_id, 1)


def test_a_conversation_is_asked_about_once(room: Workroom) -> None:
    record(room, chat(is_open=False))
    record(room, chat(is_open=True))
    close(room)
    assert len(room.rows(invitations)) == 1


def test_by_mail_it_goes_to_the_address_that_the_person_is_known_by(room: Workroom) -> None:
    rule(room, close_channel="email")
    mail = ContactKey(Identity.EMAIL, "alice@example.org")
    record(room, chat("a", also=(mail,), is_open=False))
    row = room.row(invitations)
    assert (row.channel, row.address, row.state) == ("email", "alice@example.org", "queued")


def test_by_mail_nobody_is_asked_at_an_address_that_they_only_typed(room: Workroom) -> None:
    rule(room, close_channel="email")
    record(room, chat(traits={"email": "typed@example.org"}, is_open=False))
    row = room.row(invitations)
    assert (row.address, row.state) == (None, "cancelled")
    assert "not known by an e-mail address" in row.reason


def test_nobody_is_asked_where_there_is_no_rule_or_no_person(room: Workroom) -> None:
    record(room, chat("nobody", contact=None, is_open=False))
    rule(room, close_survey="")
    record(room, chat("no rule", is_open=False))
    rule(room, close_survey="gone")
    record(room, chat("no survey", is_open=False))
    assert room.rows(invitations) == []


def test_nobody_is_asked_about_history(room: Workroom) -> None:
    record(room, chat(closed_at=room.now - DAY - 1))
    assert room.rows(invitations) == []


def test_only_where_the_survey_is_offered(room: Workroom) -> None:
    room.survey(room.shop, "sms", replace(FORM, channels=("sms",)))
    rule(room, close_survey="sms")
    record(room, chat("a", channel="web", is_open=False))
    record(room, chat("b", channel="sms", is_open=False))
    asked = room.row(invitations)
    assert asked.conversation_id == room.row(conversations, reference="b").id


def test_a_sample_takes_its_share(room: Workroom) -> None:
    rule(room, close_sample=30)
    record(room, *(chat(f"c{n}", is_open=False) for n in range(400)))
    assert 80 < len(room.rows(invitations)) < 160
    rule(room, close_sample=0)
    before = len(room.rows(invitations))
    record(room, *(chat(f"d{n}", is_open=False) for n in range(50)))
    assert len(room.rows(invitations)) == before


def test_only_about_a_conversation_of_enough_messages(room: Workroom) -> None:
    rule(room, close_messages=2)
    record(room, chat("a", messages=1, is_open=False))
    record(room, chat("b", messages=2, is_open=False))
    asked = room.row(invitations)
    assert asked.conversation_id == room.row(conversations, reference="b").id


def test_who_was_forgotten_meanwhile_is_not_asked(room: Workroom) -> None:
    done = record(room, chat("a"), chat("b"))[0]
    room.run(erase_contacts, (room.shop, EraseContact(done.contact.id)))
    assert record(room, chat("a", contact=None, is_open=False)).conversation.is_open is False
    assert room.rows(invitations) == []


def test_an_answer_that_ends_a_chat_counts_as_its_end(room: Workroom) -> None:
    rule(room, webhook_url="https://example.org/hook")
    ended = RecordConversation(WIRE, "chat-1", is_open=False)
    said = SubmitResponse(WIRE, Channel.CHAT, contact=ALICE, rating=9, about=ended)
    room.run(submit_responses, (room.shop, said))
    assert room.row(invitations).state == "queued"
    kinds = {row.type for row in room.rows(outgoing_events)}
    assert kinds == {"conversation.closed", "response.created"}
