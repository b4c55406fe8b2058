"""How conversations were rated, and with whom."""

import pytest
from sqlalchemy import insert, update

from tellback.core.instants import DAY
from tellback.core.selection import EVERYTHING, Selection
from tellback.store import conversation_scores
from tellback.store.conversation_scores import (
    Group,
    RatedConversations,
    read_rated_conversations,
)
from tellback.store.tables import conversations, responses
from tests.actions.workroom import NOW, WIRE, Workroom
from tests.store.invited import invited


def chatted(room: Workroom, number: int, **columns: object) -> str:
    id_ = f"{number:032x}"
    row = {
        "project_id": room.shop.id,
        "id": id_,
        "number": number,
        "reference": f"c-{number}",
        "dialect": WIRE,
        "properties": {},
        "opened_at": NOW,
        "updated_at": NOW,
        **columns,
    }
    with room.connection.begin():
        room.connection.execute(insert(conversations).values(**row))
    return id_


def rated(room: Workroom, about: str | None, rating: float | None, at: int = NOW) -> None:
    asked = invited(room, rating=rating, responded_at=at)
    mine = responses.c.project_id == room.shop.id, responses.c.invitation_id == asked
    with room.connection.begin():
        room.connection.execute(update(responses).where(*mine).values(conversation_id=about))


def read(
    room: Workroom, group: Group = Group.AGENT, selection: Selection = EVERYTHING, most: int = 10
) -> RatedConversations:
    with room.connection.begin():
        return read_rated_conversations(
            room.connection, room.shop, selection, (0, NOW + DAY), group, most
        )


def found(told: RatedConversations) -> list[tuple[str | None, float]]:
    return [(row.name, row.rating) for row in told.rows]


def test_ratings_by_whoever_had_the_conversation(room: Workroom) -> None:
    kim = chatted(room, 1, agent="Kim", department="Orders", channel="web")
    nobody = chatted(room, 2)
    rated(room, kim, 5.0, NOW - 1)
    rated(room, nobody, 1.0, NOW - 2)
    rated(room, kim, None)
    rated(room, None, 3.0)
    assert found(read(room)) == [("Kim", 5.0), (None, 1.0)]
    assert found(read(room, Group.DEPARTMENT)) == [("Orders", 5.0), (None, 1.0)]
    assert found(read(room, Group.CHANNEL)) == [("web", 5.0), (None, 1.0)]
    assert read(room).back_to is None
    assert found(read(room, selection=Selection(survey_id=room.form.id))) == []


def test_of_many_the_newest(room: Workroom, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = chatted(room, 1, agent="Kim")
    for back in range(5):
        rated(room, kim, float(back), NOW - back)
    told = read(room, most=3)
    assert [row.rating for row in told.rows] == [0.0, 1.0, 2.0]
    assert told.back_to == NOW - 2
    monkeypatch.setattr(conversation_scores, "SEARCHED", 1)
    told = read(room)
    assert [row.rating for row in told.rows] == [0.0, 1.0]
    assert told.back_to == NOW - 1
