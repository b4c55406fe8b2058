"""What has come in lately."""

from dataclasses import replace

from sqlalchemy import insert

from tellback.store.arrivals import Arrival, list_arrivals
from tellback.store.surveys import insert_version
from tellback.store.tables import invitation_requests
from tests.actions.workroom import NOW, WIRE, Workroom
from tests.store.invited import invited
from tests.store.test_conversation_scores import chatted


def asked(room: Workroom, number: int, accepted: int, at: int, dialect: str = WIRE) -> None:
    row = {
        "project_id": room.shop.id,
        "id": f"{number:032x}",
        "dialect": dialect,
        "accepted": accepted,
        "created_at": at,
    }
    with room.connection.begin():
        room.connection.execute(insert(invitation_requests).values(**row))


def arrivals(room: Workroom, of_each: int = 50, shown: int = 6) -> dict[str, list[object]]:
    with room.connection.begin():
        found = list_arrivals(room.connection, room.shop.id, of_each, shown)
    return {
        wire: [(one.kind, one.number, one.text) for one in ones] for wire, ones in found.items()
    }


def test_everything_by_wire_newest_first(room: Workroom) -> None:
    invited(room, rating=9.0, comment="fine", responded_at=NOW - 3)
    invited(room, room.other, survey_id=room.foreign.id, rating=1.0)
    asked(room, 1, 40, NOW - 2)
    asked(room, 2, 2, NOW - 1, "another")
    chatted(room, 7, agent="Kim", opened_at=NOW)
    assert arrivals(room) == {
        WIRE: [
            (Arrival.CONVERSATION, 7, "Kim"),
            (Arrival.ASK, 40, None),
            (Arrival.ANSWER, 9.0, "fine"),
        ],
        "another": [(Arrival.ASK, 2, None)],
    }


def test_surveys_are_their_writers(room: Workroom) -> None:
    with room.connection.begin():
        for number, writer in (2, WIRE), (3, None), (4, "alice@example.com"):
            written = replace(room.nps, version=number)
            insert_version(room.connection, written, NOW + number, writer)
    assert arrivals(room)[WIRE] == [(Arrival.SURVEY, 2, None)]


def test_no_more_than_are_shown(room: Workroom) -> None:
    for number in range(1, 9):
        asked(room, number, number, NOW + number)
    assert arrivals(room, 5, 3) == {
        WIRE: [(Arrival.ASK, 8, None), (Arrival.ASK, 7, None), (Arrival.ASK, 6, None)]
    }
    assert len(arrivals(room, 2, 3)[WIRE]) == 2
