"""What is old is found by an index, the oldest first, and no more of it goes than is wanted."""

import pytest
from sqlalchemy import func, select

from tellback.core.retention import Fleeting
from tellback.core.rollup import Source
from tellback.store.outgoing_events import forget_events
from tellback.store.retention import forget, oldest
from tellback.store.rollup_freezing import freeze
from tellback.store.tables import events, kept_replies, outgoing_events, rejected_inputs, signals
from tests.actions.workroom import NOW, Workroom
from tests.store.plans import fill, planning
from tests.store.rolled import roll_up

TABLES = {
    Fleeting.SIGNALS: signals,
    Fleeting.EVENTS: events,
    Fleeting.REJECTED: rejected_inputs,
    Fleeting.REPLIES: kept_replies,
    Fleeting.WEBHOOK: outgoing_events,
}


@pytest.mark.parametrize("kind", TABLES)
def test_no_table_is_gone_through(room: Workroom, kind: Fleeting) -> None:
    table = TABLES[kind]
    with room.connection.begin():
        fill(room.connection, room.shop.id, table)
    roll_up(room)
    with room.connection.begin():
        with planning(room.connection) as plans:
            first = oldest(room.connection, room.shop.id)
            forgotten = forget(room.connection, kind, room.shop.id, NOW, 7)
        found = [plan for plan in plans if any(step.table == table.name for step in plan.steps)]
        assert found
        assert not any(plan.reads_whole(table.name) for plan in found)
        # As many as there are, or the part of them that nobody waits for.
        count = select(func.count()).select_from(table)
        left = room.connection.execute(count).scalar_one()
        theirs = room.connection.execute(count.where(table.c.project_id == "e" * 32)).scalar_one()
    assert first == {kind: 0}
    assert (forgotten, left, theirs) == (7, 1_993, 1_000)


def test_there_is_no_oldest_of_nothing(room: Workroom) -> None:
    with room.connection.begin():
        assert oldest(room.connection, room.shop.id) == {}
        assert freeze(room.connection, room.shop.id, Source.VISITS, NOW) is None
        assert forget_events(room.connection, room.shop.id, NOW, 9) == 0
