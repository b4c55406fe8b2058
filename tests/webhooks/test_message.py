"""What a webhook says."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.actions.erase_contacts import erase_contacts
from tellback.core.commands import EraseContact
from tellback.core.links import Purpose, peek_project, verify
from tellback.core.model import ContactKey, Identity
from tellback.dialects.contract import ChatSurvey
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.event_facts import read_event_facts
from tellback.webhooks.message import event_data
from tests.webhooks.chatting import BASE, Chats, make_chats


@pytest.fixture
async def shop(database: Database) -> Chats:
    return await make_chats(database)


async def told(shop: Chats, dialects: Any = None) -> Any:
    """What the only event would say."""
    (event,) = await shop.events()
    facts = await shop.database.read(read_event_facts, shop.project, event.type, event.subject_id)
    assert facts is not None
    return event_data(shop.project, event.type, facts, BASE, dialects or {})


async def test_a_receiver_has_all_that_it_needs_to_show_a_survey(shop: Chats) -> None:
    invitation = await shop.ask(reference="room-1", traits={"name": "Alice", "language": "de"})
    data = await told(shop)
    assert data["invitation"]["id"] == invitation
    assert (data["invitation"]["number"], data["invitation"]["language"]) == (1, "de")
    assert data["conversation"]["reference"] == "room-1"
    assert data["contact"]["name"] == "Alice"
    assert data["contact"]["keys"] == {"external": "alice", "number": "1"}
    first, second = data["survey"]["questions"]
    assert (first["type"], first["minimum"], first["maximum"]) == ("nps", 0, 10)
    assert first["text"] == "How likely?"
    assert "minimum" not in second


async def test_the_link_is_the_persons_own(shop: Chats) -> None:
    invitation = await shop.ask()
    link = (await told(shop))["link"]
    token = link.removeprefix(f"{BASE}/-/r/")
    assert peek_project(token) == shop.project.id
    assert verify(shop.project.secret, Purpose.ANSWER, token) == invitation


async def test_each_wire_that_can_shows_the_survey_its_own_way(shop: Chats) -> None:
    shown: list[ChatSurvey] = []

    def chat_message(survey: ChatSurvey) -> Any:
        shown.append(survey)
        return {"sendingId": survey.number}

    def broken(survey: ChatSurvey) -> Any:
        raise ValueError("this survey is none of ours")

    any_dialect = next(iter(load_dialects().values()))
    dialects = {
        "good": replace(any_dialect, chat_message=chat_message),
        "broken": replace(any_dialect, chat_message=broken),
        "none": replace(any_dialect, chat_message=None),
    }
    invitation = await shop.ask()
    data = await told(shop, dialects)
    assert data["wires"] == {"good": {"sendingId": 1}}
    (survey,) = shown
    assert (survey.invitation_id, survey.conversation_number) == (invitation, 1)
    assert survey.link == data["link"]


async def test_who_was_forgotten_is_not_told_of(shop: Chats) -> None:
    await shop.ask(traits={"name": "Alice"})
    alice = EraseContact(contact=ContactKey(Identity.EXTERNAL, "alice"))
    await shop.database.write_one(erase_contacts, (shop.project, alice))
    data = await told(shop)
    assert "contact" not in data
    assert "Alice" not in str(data)


async def test_the_published_wires_show_it(shop: Chats) -> None:
    await shop.ask()
    dialects = load_dialects()
    assert (await told(shop, dialects))["wires"].keys() == {
        name for name, dialect in dialects.items() if dialect.chat_message
    }
