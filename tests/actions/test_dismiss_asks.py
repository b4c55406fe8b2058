"""Closing what one was shown."""

from tellback.actions.dismiss_asks import dismiss_asks
from tellback.actions.erase_contacts import erase_contacts
from tellback.core.commands import DismissAsk, EraseContact
from tellback.core.tickets import Ticket
from tellback.store.ids import new_id
from tellback.store.tables import contacts, events
from tests.actions.answering import said, submit
from tests.actions.workroom import WIRE, Workroom


def dismiss(room: Workroom, contact_id: str) -> None:
    ticket = Ticket(new_id(), contact_id, room.nps.id, 1)
    room.run(dismiss_asks, (room.shop, DismissAsk(WIRE, ticket)))


def test_it_is_an_event_of_the_person(room: Workroom) -> None:
    submit(room, said())
    person = room.row(contacts)
    dismiss(room, person.id)
    closed = room.row(events)
    assert (closed.contact_id, closed.name) == (person.id, f"$dismissed:{room.nps.id}")


def test_of_who_was_forgotten_nothing_is_kept(room: Workroom) -> None:
    submit(room, said())
    person = room.row(contacts)
    room.run(erase_contacts, (room.shop, EraseContact(person.id)))
    dismiss(room, person.id)
    dismiss(room, new_id())
    assert room.rows(events) == []
