"""Contacts as their project may see them."""

from typing import Any

import pytest
from sqlalchemy import insert

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.identify_contacts import identify_contacts
from tellback.core.commands import EraseContact, IdentifyContact
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.queries import ListContacts
from tellback.core.records import ContactPage
from tellback.store.contact_records import list_contacts
from tellback.store.tables import suppressions
from tests.actions.workroom import WIRE, Workroom


def identify(room: Workroom, user: str, project: Project | None = None, **what: Any) -> str:
    command = IdentifyContact(WIRE, ContactKey(Identity.EXTERNAL, user), **what)
    return str(room.run(identify_contacts, (project or room.shop, command)).id)


def page(room: Workroom, **what: Any) -> ContactPage:
    with room.connection.begin():
        return list_contacts(room.connection, room.shop, ListContacts(**what))


def test_newest_first_in_pages(room: Workroom) -> None:
    ids = [identify(room, str(n)) for n in range(3)]
    identify(room, "charlie", room.other)
    assert [person.id for person in page(room).items] == ids[::-1]
    first, second = page(room, size=2), page(room, size=2, page=2)
    assert [person.id for person in (*first.items, *second.items)] == ids[::-1]
    assert (first.more, second.more) == (True, False)


def test_the_one_with_an_external_id(room: Workroom) -> None:
    id_ = identify(room, "alice", traits={"name": "Alice"})
    identify(room, "bob")
    (alice,) = page(room, external="alice").items
    assert (alice.id, alice.external, alice.name) == (id_, "alice", "Alice")
    assert alice.traits == {"name": "Alice"}
    assert page(room, external="nobody").items == []


def test_who_was_forgotten_is_not_listed(room: Workroom) -> None:
    id_ = identify(room, "alice")
    room.run(erase_contacts, (room.shop, EraseContact(id_)))
    assert page(room).items == []


@pytest.mark.parametrize("reason", ["unsubscribed", "listed", "bounced"])
def test_who_wants_no_mail(room: Workroom, reason: str) -> None:
    vouched = (ContactKey(Identity.EMAIL, "alice@example.org"),)
    identify(room, "alice", also=vouched)
    identify(room, "bob", traits={"email": "Bob@Example.org"})
    identify(room, "carol", traits={"email": "carol@example.org"})
    with room.connection.begin():
        for project in (room.shop, room.other):
            for name in ("alice", "bob"):
                row = {"project_id": project.id, "address": f"{name}@example.org"}
                room.connection.execute(
                    insert(suppressions).values(**row, reason=reason, created_at=1)
                )
    found = {person.external for person in page(room).items if person.unsubscribed}
    assert found == ({"alice", "bob"} if reason != "bounced" else set())
