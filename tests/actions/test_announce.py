"""Whoever listens is told of answers and of conversations' ends; where nobody does, nothing is."""

from dataclasses import replace

import pytest

from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.instants import DAY
from tellback.core.model import Channel
from tellback.core.settings import ProjectSettings
from tellback.store.tables import conversations, outgoing_events, responses
from tests.actions.talking import ALICE, chat, close, record
from tests.actions.workroom import WIRE, Workroom


@pytest.fixture
def room(room: Workroom) -> Workroom:
    settings = ProjectSettings(webhook_url="https://chat.example/hook")
    room.shop = replace(room.shop, settings=settings)
    return room


def answer(**what: object) -> SubmitResponse:
    given = {"dialect": WIRE, "channel": Channel.IN_APP, "contact": ALICE, "rating": 9, **what}
    return SubmitResponse(**given)  # type: ignore[arg-type]


def told(room: Workroom) -> list[tuple[str, str]]:
    return [(row.type, row.subject_id) for row in room.rows(outgoing_events)]


def test_an_answer_is_told_and_so_is_a_change(room: Workroom) -> None:
    stored = room.run(submit_responses, (room.shop, answer(contact=None)))
    assert told(room) == [("response.created", stored.id)]
    again = answer(contact=None, response_id=stored.id, token=stored.token, rating=3)
    room.run(submit_responses, (room.shop, again))
    assert told(room)[1:] == [("response.updated", stored.id)]


def test_a_refused_answer_and_one_that_came_twice_are_not_told(room: Workroom) -> None:
    room.run(submit_responses, (room.shop, answer(same_within=DAY)))
    room.run(submit_responses, (room.shop, answer(same_within=DAY)))
    room.run(submit_responses, (room.shop, answer(rating=11)))
    assert told(room) == [("response.created", room.row(responses).id)]


def test_an_end_is_told_but_history_is_not(room: Workroom) -> None:
    record(room, chat("now"))
    close(room, "now")
    record(room, chat("then", closed_at=room.now - 2 * DAY))
    ended = room.row(conversations, reference="now")
    assert told(room) == [("conversation.closed", ended.id)]


def test_where_nobody_listens_nothing_is_queued(room: Workroom) -> None:
    room.shop = replace(room.shop, settings=ProjectSettings())
    room.run(submit_responses, (room.shop, answer()))
    record(room, chat())
    close(room)
    assert told(room) == []
