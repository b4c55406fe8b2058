"""What people did, told by their project's own systems."""

from tellback.actions.record_events import record_events
from tellback.core.commands import RecordEvent
from tellback.core.model import ContactKey, Identity
from tellback.store.tables import contacts, events
from tests.actions.workroom import WIRE, Workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
BOB = ContactKey(Identity.EXTERNAL, "bob")


def test_events_are_kept_with_who_did_it(room: Workroom) -> None:
    jobs = [
        (room.shop, RecordEvent(WIRE, ALICE, "bought")),
        (room.shop, RecordEvent(WIRE, BOB, "left")),
        (room.other, RecordEvent(WIRE, ALICE, "bought")),
        (room.shop, RecordEvent(WIRE, ALICE, "left")),
    ]
    done = room.run(record_events, *jobs)
    stored = {row.id: row for row in room.rows(events)}
    assert [stored[one.id].name for one in done] == ["bought", "left", "bought", "left"]
    people = [stored[one.id].contact_id for one in done]
    assert people[0] == people[3]
    assert len(set(people)) == 3 == len(room.rows(contacts))
    assert all(row.created_at == room.now for row in stored.values())
