"""Whom a person talks to is looked up by the person, however many talk."""

from tellback.store.conversations import open_conversations
from tellback.store.tables import conversations
from tests.actions.workroom import Workroom
from tests.store.plans import fill, planning


def test_open_conversations_are_found_by_their_people_alone(room: Workroom) -> None:
    with room.connection.begin():
        fill(room.connection, room.shop.id, conversations)
    with planning(room.connection) as plans, room.connection.begin():
        open_conversations(room.connection, room.shop.id, ["1" * 32])
    [plan] = plans
    assert plan.indexes == ["ix_conversations_contact"]
    assert {"project_id", "contact_id"} <= plan.steps[0].columns


def test_nobody_is_looked_up_without_a_question(room: Workroom) -> None:
    with planning(room.connection) as plans:
        assert open_conversations(room.connection, room.shop.id, []) == {}
    assert plans == []
