"""Whatever changes a row that is counted marks its day: else a cell would say what was."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from tellback.core.admission import DueInvitation, Objection
from tellback.core.invitation import State
from tellback.core.model import Project
from tellback.core.rollup import SLOT, Source
from tellback.core.scanners import Kind, Scanner, Seen, Visit
from tellback.store.answered import find_answerable, mark_responded
from tellback.store.chat_invitations import mark_asked
from tellback.store.contacts import erase_contact
from tellback.store.database import Transaction
from tellback.store.events import DISMISSED, NOBODY, OPENED, SHOWN, Event, insert_events
from tellback.store.invitations import cancel_waiting
from tellback.store.outbox import (
    mark_claimed,
    mark_just_sent,
    mark_released,
    mark_result,
    mark_sending,
    mark_sent,
    mark_stopped,
    take_due,
)
from tellback.store.responses import ResponseRow, find_responses, insert_responses, update_responses
from tellback.store.returned import Returned, mark_returned
from tellback.store.rollup_marks import mark_moments
from tellback.store.signals import find_watched, insert_signals, mark_signals, update_seen
from tellback.store.tables import contacts, rollup_cells, rollup_marks
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited
from tests.store.rolled import complaints, roll_up

PERSON = "c" * 32
VISIT = Visit("d" * 32, Kind.OPEN, NOW)


def due(room: Workroom, id_: str) -> DueInvitation:
    (found,) = take_due(room.connection, room.shop.id, NOW, 1)
    assert found.id == id_
    return found


def revised(room: Workroom, id_: str) -> None:
    (row,) = find_responses(room.connection, room.shop.id, "invitation_id", [id_])
    row.rating = -1.0
    update_responses(room.connection, room.shop.id, [row])


def answered(room: Workroom, id_: str) -> None:
    row = ResponseRow(
        "e" * 32, "wire", "email", room.nps.id, 1, None, NOW, NOW, id_, rating=1.0, metric="binary"
    )
    insert_responses(room.connection, room.shop.id, [row])
    responded(room, id_)


def responded(room: Workroom, id_: str) -> None:
    asked = find_answerable(room.connection, room.shop.id, [id_])[id_]
    mark_responded(room.connection, room.shop.id, [(asked, None)], NOW)


def seen(room: Workroom, id_: str) -> None:
    watched = find_watched(room.connection, room.shop.id, [id_])[id_]
    update_seen(room.connection, room.shop.id, [(watched, Seen(NOW, NOW), State.OPENED)])


def shown(room: Workroom, _: str) -> None:
    happened(room, SHOWN, PERSON)


def happened(room: Workroom, what: str, person: str) -> None:
    event = Event(room.shop.id, "wire", person, f"{what}{room.nps.id}")
    insert_events(Transaction(room.connection, NOW), [event])


Change = Callable[[Workroom, Project, str], Any]
CHANGES: dict[str, Change] = {
    "claimed": lambda r, p, i: mark_claimed(r.connection, p.id, [i], "w", NOW, NOW),
    "stopped": lambda r, p, i: mark_stopped(
        r.connection, p.id, [(due(r, i), Objection(State.THROTTLED, "too often"))]
    ),
    "sending": lambda r, p, i: mark_sending(r.connection, p.id, "w", [i], "mail.example"),
    "just sent": lambda r, p, i: mark_just_sent(r.connection, p.id, "w", [i], NOW),
    "sent": lambda r, p, i: mark_sent(r.connection, p.id, {i: NOW}),
    "failed": lambda r, p, i: mark_result(r.connection, p.id, [(i, State.FAILED, "no", 1, None)]),
    "released": lambda r, p, i: mark_released(r.connection, p.id, {i: NOW + SLOT}, None),
    "cancelled": lambda r, p, i: cancel_waiting(r.connection, p.id, i, "no"),
    "asked in a chat": lambda r, p, i: mark_asked(r.connection, p.id, [i], NOW),
    "answered": lambda r, p, i: answered(r, i),
    "revised": lambda r, p, i: revised(r, i),
    "responded": lambda r, p, i: responded(r, i),
    "returned": lambda r, p, i: mark_returned(
        r.connection, Returned(p.id, i, "a@b.example", State.SENT), State.BOUNCED, "gone", NOW
    ),
    "opened": lambda r, p, i: seen(r, i),
    "visited": lambda r, p, i: insert_signals(r.connection, p.id, [(i, VISIT)]),
    "scanned": lambda r, p, i: mark_signals(r.connection, p.id, [("a" * 32, Scanner.HEAD)]),
    "shown": lambda r, p, i: shown(r, i),
    "dismissed": lambda r, p, i: happened(r, DISMISSED, PERSON),
    "opened by anybody": lambda r, p, i: happened(r, OPENED, NOBODY),
}


#: What has to hold of an invitation before.
BEFORE: dict[str, dict[str, Any]] = {
    "sending": {"state": "claimed", "lease_owner": "w", "claimed_at": NOW},
    "just sent": {"state": "sending", "lease_owner": "w", "claimed_at": NOW},
    "revised": {"rating": 1.0},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(room: Workroom, change: str) -> None:
    id_ = invited(room, **BEFORE.get(change, {}))
    visit = Visit("a" * 32, Kind.CLICK, NOW)
    with room.connection.begin():
        insert_signals(room.connection, room.shop.id, [(id_, visit)])
        mark_moments(room.connection, room.shop.id, Source.INVITATIONS, [NOW])
    roll_up(room)
    assert room.rows(rollup_marks) == []
    with room.connection.begin():
        CHANGES[change](room, room.shop, id_)
    assert room.rows(rollup_marks), "nothing says that the day has changed"
    assert complaints(room) == []
    assert roll_up(room)
    assert complaints(room) == []


def test_erasing_takes_back_what_was_queued_and_what_was_shown(room: Workroom) -> None:
    person = {"name": "Ann", "properties": {}, "created_at": NOW}
    row = {**person, "project_id": room.shop.id, "id": PERSON}
    with room.connection.begin():
        room.connection.execute(insert(contacts).values(**row, updated_at=NOW, last_seen_at=NOW))
        shown(room, "")
    invited(room, contact_id=PERSON)
    roll_up(room)
    assert room.rows(rollup_cells, source="shown")
    with room.connection.begin():
        assert erase_contact(Transaction(room.connection, NOW), room.shop.id, PERSON)
    assert complaints(room) == []
    roll_up(room)
    assert complaints(room) == []
    assert room.rows(rollup_cells, source="shown") == []


def test_a_mark_is_of_a_quarter_of_an_hour_and_made_once(room: Workroom) -> None:
    with room.connection.begin():
        for at in (NOW, NOW + 1, NOW + SLOT):
            mark_moments(room.connection, room.shop.id, Source.RESPONSES, [at, at])
    starts = [(row.start_at, row.end_at) for row in room.rows(rollup_marks)]
    first = NOW // SLOT * SLOT
    assert starts == [(first, first + SLOT), (first + SLOT, first + 2 * SLOT)]
