"""Responses as their reader looks at them."""

from sqlalchemy import update

from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.model import Channel, ContactKey
from tellback.store.response_feed import ResponsePage, find_versions, list_newest_responses
from tellback.store.tables import responses
from tests.actions.workroom import NPS, WIRE, Workroom
from tests.store.invited import invited


def page(room: Workroom, *, with_comment: bool = False, size: int = 50) -> ResponsePage:
    with room.connection.begin():
        return list_newest_responses(room.connection, room.shop.id, with_comment, None, size)


def test_ones_own_newest_first_with_their_surveys(room: Workroom) -> None:
    invited(room, room.other, survey_id=room.foreign.id, rating=1.0)
    old = invited(room, rating=3.0, responded_at=5)
    new = invited(room, rating=9.0, responded_at=6)
    found = page(room)
    assert [row.id for row in found.rows] == [new, old]
    assert found.surveys == {(room.nps.id, 1): NPS}
    assert found.authors == {}
    assert found.older is None


def test_only_with_a_comment(room: Workroom) -> None:
    invited(room, rating=1.0)
    invited(room, rating=1.0, comment="")
    said = invited(room, rating=1.0, comment="x")
    assert [row.id for row in page(room, with_comment=True).rows] == [said]


def test_authors_come_along(room: Workroom) -> None:
    command = SubmitResponse(
        dialect=WIRE,
        channel=Channel.IN_APP,
        contact=ContactKey("external", "42"),
        rating=7,
        traits={"name": "Ada", "email": "ada@example.org"},
    )
    room.run(submit_responses, (room.shop, command))
    found = page(room)
    author = found.authors[found.rows[0].contact_id]
    assert (author.name, author.email) == ("Ada", "ada@example.org")


def test_an_author_of_another_project_is_nobody(room: Workroom) -> None:
    command = SubmitResponse(
        dialect=WIRE,
        channel=Channel.IN_APP,
        contact=ContactKey("external", "42"),
        rating=7,
        traits={"name": "Ada"},
    )
    room.run(submit_responses, (room.other, command))
    (theirs,) = room.rows(responses, project_id=room.other.id)
    mine = invited(room, rating=1.0)
    with room.connection.begin():
        room.connection.execute(
            update(responses).where(responses.c.id == mine).values(contact_id=theirs.contact_id)
        )
    assert page(room).authors == {}


def test_versions_that_are_not_there(room: Workroom) -> None:
    with room.connection.begin():
        assert find_versions(room.connection, room.shop.id, []) == {}
        wanted = [(room.nps.id, 2), (room.foreign.id, 1), ("f" * 32, 1)]
        assert find_versions(room.connection, room.shop.id, wanted) == {}


def test_very_many_versions(room: Workroom) -> None:
    wanted = [(room.nps.id, version) for version in range(2_500, 0, -1)]
    with room.connection.begin():
        found = find_versions(room.connection, room.shop.id, wanted)
    assert found == {(room.nps.id, 1): NPS}
