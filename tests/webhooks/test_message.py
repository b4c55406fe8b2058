"""What a webhook says."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.actions.erase_contacts import erase_contacts
from tellback.core.commands import EraseContact
from tellback.core.links import Purpose, peek_project, verify
from tellback.core.model import (
    Choice,
    ContactKey,
    Identity,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
)
from tellback.dialects.contract import ChatSurvey
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.event_facts import read_event_facts
from tellback.webhooks.message import event_data
from tests.webhooks.chatting import BASE, Chats, make_chats

_EFFORT = (Choice("1", {"en": "Hard", "de": "Schwer"}), Choice("5", {"en": "Easy"}))
_RULES = (ShowIf("effort", at_most=2), ShowIf("area", any_of=("bug",)))
VISIT = SurveyDefinition(
    name="Visit",
    type=SurveyType.FORM,
    questions=(
        Question("effort", QuestionType.SCALE, {"en": "?"}, None, 1, 5, _EFFORT),
        Question("area", QuestionType.SINGLE_CHOICE, {"en": "?"}, choices=(Choice("bug"),)),
        Question("why", QuestionType.LONG_TEXT, {"en": "?"}, required=True, show_if=_RULES),
        Question("mood", QuestionType.SMILEY, {"en": "?"}, minimum=5, maximum=1),
    ),
)


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


@pytest.fixture
async def visit(shop: Chats) -> Any:
    """What is told of the questions of a survey with scales, choices and rules."""
    await shop.database.write_one(apply_surveys, ApplySurvey(shop.project, "visit", True, VISIT))
    await shop.ask("visit", traits={"language": "de"})
    return {one["id"]: one for one in (await told(shop))["survey"]["questions"]}


async def test_a_scale_tells_its_ends_and_what_its_steps_are_called(visit: Any) -> None:
    effort, mood = visit["effort"], visit["mood"]
    assert (effort["minimum"], effort["maximum"]) == (1, 5)
    assert effort["labels"] == [{"value": "1", "label": "Schwer"}, {"value": "5", "label": "Easy"}]
    assert "choices" not in effort, "2, 3 and 4 can be chosen too"
    assert (mood["minimum"], mood["maximum"]) == (5, 1)
    assert "labels" not in mood


async def test_choices_are_all_that_can_be_chosen(visit: Any) -> None:
    area = visit["area"]
    assert area["choices"] == [{"value": "bug", "label": "bug"}]
    assert area.keys().isdisjoint({"minimum", "maximum", "labels", "show_if"})


async def test_a_question_is_told_with_its_rules(visit: Any) -> None:
    why = visit["why"]
    assert why["required"] is True
    assert why["show_if"] == [
        {"question": "effort", "at_most": 2},
        {"question": "area", "any_of": ["bug"]},
    ]


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
