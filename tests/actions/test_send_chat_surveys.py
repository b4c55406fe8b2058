"""Surveys that a conversation's end brought about go into its chat, if the person may be asked."""

from typing import Any

import pytest

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.send_chat_surveys import Asked, SendChatSurveys, send_chat_surveys
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.actions.suppress import suppress
from tellback.core.commands import UNSUBSCRIBED, EraseContact, IdentifyContact, Suppress
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.model import ContactKey, Identity
from tellback.store.projects import find_project
from tellback.store.tables import contacts, invitations, outgoing_events, surveys
from tests.actions.talking import ALICE, BOB, chat, close, record
from tests.actions.workroom import Workroom

MAIL = ContactKey(Identity.EMAIL, "alice@example.org")


@pytest.fixture
def room(room: Workroom) -> Workroom:
    setting(room, close_survey="nps")
    return room


def setting(room: Workroom, **values: Any) -> None:
    """Change the shop's settings, as its owner does."""
    for name, value in values.items():
        room.run(set_settings, SetSetting(room.shop.id, name, str(value)))
    with room.connection.begin():
        found = find_project(room.connection, room.shop.id)
    assert found is not None
    room.shop = found


def send(room: Workroom, limit: int = 50) -> Asked:
    asked: Asked = room.run(send_chat_surveys, SendChatSurveys(room.shop.id, limit))
    return asked


def closed(room: Workroom, reference: str = "chat-1", **what: Any) -> None:
    record(room, chat(reference, **what))
    close(room, reference)


def test_it_goes_and_its_platform_will_be_told(room: Workroom) -> None:
    closed(room)
    assert send(room) == Asked(1, 1)
    row = room.row(invitations)
    assert (row.state, row.sent_at, row.reason) == ("sent", room.now, None)
    event = room.row(outgoing_events)
    assert (event.type, event.subject_id, event.state) == ("invitation.created", row.id, "queued")
    assert send(room) == Asked(0, 0)
    assert len(room.rows(outgoing_events)) == 1


def test_not_before_its_moment(room: Workroom) -> None:
    setting(room, close_delay_minutes=5)
    closed(room)
    room.now += 5 * MINUTE - 1
    assert send(room) == Asked(0, 0)
    room.now += 1
    assert send(room) == Asked(1, 1)


def test_the_throttle_counts_all_that_a_person_was_asked(room: Workroom) -> None:
    closed(room, "a")
    closed(room, "b")
    closed(room, "c", contact=BOB)
    assert send(room) == Asked(3, 2)
    one = room.row(invitations, state="throttled")
    assert "asked 1 time in the last day" in one.reason
    assert len(room.rows(outgoing_events)) == 2


def test_a_mail_that_went_counts_as_well(room: Workroom) -> None:
    closed(room, "a")
    send(room)
    room.change(invitations, {"state": "sent"}, channel="email")
    room.now += HOUR
    closed(room, "b")
    assert send(room) == Asked(1, 0)


@pytest.mark.parametrize("known", [True, False])
def test_who_wants_no_mails_is_not_asked_in_chats_either(room: Workroom, known: bool) -> None:
    how = {"also": (MAIL,)} if known else {"traits": {"email": "Alice@example.org"}}
    closed(room, **how)
    room.run(suppress, (room.shop, Suppress(MAIL.value, UNSUBSCRIBED)))
    assert send(room) == Asked(1, 0)
    row = room.row(invitations)
    assert (row.state, row.reason) == ("suppressed", "the address is never mailed: unsubscribed")
    assert row.address is None


def test_a_survey_that_was_taken_down_is_not_asked(room: Workroom) -> None:
    closed(room)
    room.change(surveys, {"id": room.nps.id}, live=False)
    send(room)
    assert room.row(invitations).state == "cancelled"


def test_whom_the_project_wants_left_alone_is(room: Workroom) -> None:
    closed(room)
    room.change(contacts, {}, next_ask_at=room.now + 1)
    send(room)
    assert room.row(invitations).state == "throttled"


def test_who_was_forgotten_is_not_asked(room: Workroom) -> None:
    closed(room)
    room.run(erase_contacts, (room.shop, EraseContact(contact=ALICE)))
    send(room)
    row = room.row(invitations)
    assert (row.state, row.reason) == ("cancelled", "the person has been forgotten")


def test_who_talks_again_is_asked_when_that_is_over(room: Workroom) -> None:
    closed(room, "a")
    record(room, chat("b"))
    assert send(room) == Asked(1, 0)
    row = room.row(invitations)
    assert (row.state, row.due_at) == ("queued", room.now + MINUTE)
    assert "open conversation" in row.reason
    setting(room, close_survey="")
    close(room, "b")
    room.now += MINUTE
    assert send(room) == Asked(1, 1)
    assert room.row(invitations).state == "sent"


def test_who_never_stops_talking_is_not_asked_in_the_end(room: Workroom) -> None:
    closed(room, "a")
    created = room.now
    record(room, chat("b"))
    room.now = created + 30 * DAY - 1
    send(room)
    assert room.row(invitations).due_at == created + 30 * DAY
    room.now += 1
    send(room)
    assert room.row(invitations).state == "expired"


def test_it_is_the_same_persons_when_two_turn_out_to_be_one(room: Workroom) -> None:
    visitor = ContactKey(Identity.VISITOR, "v-1")
    closed(room, "a", contact=visitor)
    room.run(identify_contacts, (room.shop, IdentifyContact("wire", ALICE)))
    record(room, chat("b", contact=ALICE, also=(visitor,), is_open=True))
    send(room)
    assert "open conversation" in room.row(invitations).reason


def test_mails_that_a_project_may_send_are_not_used_up(room: Workroom) -> None:
    setting(room, quota_balance=0, quota_per_hour=0)
    closed(room)
    assert send(room) == Asked(1, 1)


def test_what_goes_by_mail_is_left_to_the_mails_sender(room: Workroom) -> None:
    setting(room, close_channel="email")
    closed(room, also=(MAIL,))
    assert room.row(invitations).channel == "email"
    assert send(room) == Asked(0, 0)


def test_others_projects_are_left_alone(room: Workroom) -> None:
    closed(room)
    assert room.run(send_chat_surveys, SendChatSurveys(room.other.id, 9)) == Asked(0, 0)
    assert room.run(send_chat_surveys, SendChatSurveys("f" * 32, 9)) == Asked(0, 0)
    assert room.row(invitations).state == "queued"


def test_a_batch_ends_where_it_is_told(room: Workroom) -> None:
    setting(room, throttle_per_day="none", throttle_per_week="none", throttle_per_month="none")
    for n in range(5):
        closed(room, f"c{n}")
    assert send(room, 3) == Asked(3, 3)
    assert send(room, 3) == Asked(2, 2)
