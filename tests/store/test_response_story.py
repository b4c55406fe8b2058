"""One response with all around it."""

from typing import Any

from sqlalchemy import insert

from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.instants import DAY
from tellback.core.model import Channel, ContactKey
from tellback.store.response_story import ResponseStory, read_response_story
from tellback.store.tables import conversations, response_revisions, responses
from tests.actions.workroom import WIRE, Workroom
from tests.store.invited import invited


def story(room: Workroom, id_: str) -> ResponseStory | None:
    with room.connection.begin():
        return read_response_story(room.connection, room.shop.id, id_)


def told(room: Workroom, rating: int, **more: Any) -> str:
    """Somebody answers; the response's id."""
    command = SubmitResponse(
        dialect=WIRE,
        channel=Channel.IN_APP,
        contact=ContactKey("external", "42"),
        rating=rating,
        traits={"name": "Ada", "plan": "gold"},
        **more,
    )
    known = {row.id for row in room.rows(responses)}
    room.now += 1_000 * DAY
    room.run(submit_responses, (room.shop, command))
    (new,) = [row.id for row in room.rows(responses) if row.id not in known]
    return str(new)


def test_an_answer_with_its_author_and_what_they_said_before(room: Workroom) -> None:
    first, second, third = told(room, 3), told(room, 7), told(room, 9)
    found = story(room, second)
    assert found is not None
    assert (found.response.rating, found.author and found.author.name) == (7, "Ada")
    assert found.traits["plan"] == "gold"
    assert [row.id for row in found.others.rows] == [third, first]
    assert (room.nps.id, 1) in found.surveys
    assert (found.conversation, found.invitation, list(found.revisions)) == (None, None, [])


def test_an_answer_of_nobody_with_its_ask_its_talk_and_its_past(room: Workroom) -> None:
    ask = invited(room, rating=2.0, comment="x")
    (row,) = room.rows(responses)
    talk = {"id": "c" * 32, "number": 7, "reference": "r", "dialect": WIRE, "properties": {}}
    past = {"response_id": row.id, "revision": 0, "survey_version": 1, "answers": {}, "rating": 1.0}
    mine = {"project_id": room.shop.id}
    with room.connection.begin():
        chat = insert(conversations).values(**mine, **talk, opened_at=1, updated_at=1)
        room.connection.execute(chat)
        revision = insert(response_revisions).values(**mine, **past, recorded_at=1, replaced_at=2)
        room.connection.execute(revision)
        room.connection.execute(responses.update().values(conversation_id="c" * 32))
    found = story(room, row.id)
    assert found is not None
    assert found.author is None
    assert (found.invitation and found.invitation.id) == ask
    assert (found.conversation and found.conversation.number) == 7
    assert found.response.conversation == 7
    assert [one.rating for one in found.revisions] == [1.0]
    assert list(found.others.rows) == []


def test_what_is_not_there_or_another_projects(room: Workroom) -> None:
    invited(room, room.other, survey_id=room.foreign.id, rating=1.0)
    (row,) = room.rows(responses)
    assert story(room, row.id) is None
    assert story(room, "0" * 32) is None
