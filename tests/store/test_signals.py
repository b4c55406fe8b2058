"""Visits are looked up by their invitations, however many a project has."""

from tellback.store.signals import find_watched
from tellback.store.tables import invitations, signals
from tests.actions.workroom import Workroom
from tests.store.plans import fill, planning


def test_visits_are_found_by_their_invitation_alone(room: Workroom) -> None:
    with room.connection.begin():
        fill(room.connection, room.shop.id, invitations, signals)
    with planning(room.connection) as plans, room.connection.begin():
        find_watched(room.connection, room.shop.id, ["1" * 32, "2" * 32])
    indexes = [index for plan in plans for index in plan.indexes]
    assert "ix_signals_invitation" in indexes
    assert not any(plan.reads_whole("signals") for plan in plans)
    assert {"invitation_id"} <= set().union(*(s.columns for p in plans for s in p.steps))
