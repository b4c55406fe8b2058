"""Contacts and what they are known by."""

from collections.abc import Iterator

import pytest

from tellback.core.model import ContactKey, Identity
from tellback.store.contacts import (
    Seen,
    erase_contact,
    find_contacts,
    find_contacts_by_id,
    insert_contacts,
    insert_identities,
    text_trait,
    update_people,
)
from tellback.store.database import Transaction
from tellback.store.tables import contacts
from tests.actions.workroom import Workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
ADDRESS = ContactKey(Identity.EMAIL, "alice@example.org")


@pytest.fixture
def tx(room: Workroom) -> Iterator[Transaction]:
    with room.connection.begin():
        yield Transaction(room.connection, room.now)


def test_what_was_stored_is_found_by_key_and_by_id(room: Workroom, tx: Transaction) -> None:
    seen = [Seen(ALICE, {"name": "Alice", "language": "de"}), Seen(ADDRESS)]
    made = insert_contacts(tx, room.shop.id, seen)
    found = find_contacts(tx.connection, room.shop.id, [ALICE, ADDRESS])
    alice = found[ALICE]
    assert (alice.id, alice.created) == (made[ALICE].id, False)
    assert (alice.name, alice.email, alice.language) == ("Alice", None, "de")
    assert alice.properties == {"name": "Alice", "language": "de"}
    assert (alice.created_at, alice.last_seen_at) == (room.now, room.now)
    assert found[ADDRESS].email == ADDRESS.value
    ids = [made[ALICE].id, made[ADDRESS].id]
    assert set(find_contacts_by_id(tx.connection, room.shop.id, ids)) == set(ids)


def test_nothing_is_found_in_another_project(room: Workroom, tx: Transaction) -> None:
    made = insert_contacts(tx, room.shop.id, [Seen(ALICE)])
    assert find_contacts(tx.connection, room.other.id, [ALICE]) == {}
    assert find_contacts_by_id(tx.connection, room.other.id, [made[ALICE].id]) == {}


def test_a_value_is_another_one_under_another_kind(room: Workroom, tx: Transaction) -> None:
    insert_contacts(tx, room.shop.id, [Seen(ALICE)])
    twin = ContactKey(Identity.ANONYMOUS, ALICE.value)
    assert find_contacts(tx.connection, room.shop.id, [twin]) == {}


def test_two_keys_of_one_person_share_one_object(room: Workroom, tx: Transaction) -> None:
    made = insert_contacts(tx, room.shop.id, [Seen(ALICE)])
    insert_identities(tx.connection, room.shop.id, [(ADDRESS, made[ALICE].id)])
    found = find_contacts(tx.connection, room.shop.id, [ALICE, ADDRESS])
    assert found[ALICE] is found[ADDRESS]


def test_more_keys_than_one_statement_takes(room: Workroom, tx: Transaction) -> None:
    keys = [ContactKey(Identity.EXTERNAL, str(number)) for number in range(1_201)]
    made = insert_contacts(tx, room.shop.id, [Seen(key) for key in keys])
    again = find_contacts(tx.connection, room.shop.id, [*keys, *keys, ALICE])
    assert {key: known.id for key, known in again.items()} == {key: made[key].id for key in keys}
    ids = [person.id for person in made.values()]
    assert len(find_contacts_by_id(tx.connection, room.shop.id, ids)) == 1_201


def test_what_is_learned_of_people_is_stored(room: Workroom, tx: Transaction) -> None:
    person = insert_contacts(tx, room.shop.id, [Seen(ALICE, {"name": "Al", "plan": "x"})])[ALICE]
    person.learn({"name": "", "email": 5, "language": "fr"})
    person.next_ask_at = 7
    update_people(Transaction(tx.connection, room.now + 9), room.shop.id, [person])
    row = tx.connection.execute(contacts.select()).one()
    # An empty name is no news of the name.
    assert (row.name, row.email, row.language, row.next_ask_at) == ("Al", None, "fr", 7)
    assert row.properties == {"name": "", "email": 5, "language": "fr"}
    assert (row.created_at, row.updated_at, row.last_seen_at) == (
        room.now,
        room.now + 9,
        room.now + 9,
    )


def test_who_told_nothing_new_was_seen_all_the_same(room: Workroom, tx: Transaction) -> None:
    made = insert_contacts(tx, room.shop.id, [Seen(ALICE, {"plan": "x"}), Seen(ADDRESS)])
    found = find_contacts(tx.connection, room.shop.id, made)
    found[ADDRESS].learn({"plan": "y"})
    update_people(Transaction(tx.connection, room.now + 9), room.shop.id, list(found.values()))
    rows = {row.id: row for row in tx.connection.execute(contacts.select())}
    assert [rows[made[key].id].properties for key in (ALICE, ADDRESS)] == [
        {"plan": "x"},
        {"plan": "y"},
    ]
    assert {(row.updated_at, row.last_seen_at) for row in rows.values()} == {(room.now + 9,) * 2}


def test_who_was_erased_is_not_found(room: Workroom, tx: Transaction) -> None:
    person = insert_contacts(tx, room.shop.id, [Seen(ALICE)])[ALICE]
    assert erase_contact(tx, room.other.id, person.id) is False
    assert erase_contact(tx, room.shop.id, person.id) is True
    assert erase_contact(tx, room.shop.id, person.id) is False
    assert find_contacts(tx.connection, room.shop.id, [ALICE]) == {}
    assert find_contacts_by_id(tx.connection, room.shop.id, [person.id]) == {}


@pytest.mark.parametrize(
    ("value", "kept"), [("Al", "Al"), ("", None), (5, None), (None, None), ("x" * 400, "x" * 300)]
)
def test_traits_that_are_texts(value: object, kept: str | None) -> None:
    assert text_trait({"name": value}, "name") == kept
