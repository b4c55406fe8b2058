"""How much waits."""

from tellback.store.queues import Queue, measure_queues
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited


def test_nothing_waits_in_an_empty_database(room: Workroom) -> None:
    found = measure_queues(room.connection, NOW)
    assert (found.invitations, found.events) == ({}, Queue(0, 0, None))
    assert (found.in_hand, found.unknown) == (0, 0)


def test_what_waits_is_told_apart_by_moment_channel_and_state(room: Workroom) -> None:
    invited(room, due_at=NOW - 5_000)
    invited(room, room.other, due_at=NOW)
    invited(room, due_at=NOW + 1)
    invited(room, channel="chat", due_at=NOW + 2)
    for state in ("claimed", "sending", "unknown", "sent", "expired"):
        invited(room, state=state)
    found = measure_queues(room.connection, NOW)
    assert found.invitations == {
        "email": Queue(2, 1, NOW - 5_000),
        "chat": Queue(0, 1, NOW + 2),
    }
    assert (found.in_hand, found.unknown) == (2, 1)
