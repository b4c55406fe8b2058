"""News of people: who they are, and what they are known by."""

from typing import Any

from tellback.actions.identify_contacts import identify_contacts
from tellback.core.commands import IdentifyContact
from tellback.core.errors import ContactUnknown, Invalid, NotEligible
from tellback.core.model import ContactKey, Identity
from tellback.store.tables import contact_identities, contacts
from tests.actions.workroom import WIRE, Workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
BOB = ContactKey(Identity.EXTERNAL, "bob")
ADDRESS = ContactKey(Identity.EMAIL, "alice@example.org")


def identify(room: Workroom, *commands: IdentifyContact) -> Any:
    return room.run(identify_contacts, *((room.shop, command) for command in commands))


def known_by(room: Workroom) -> dict[tuple[str, str], str]:
    return {(row.kind, row.value): row.contact_id for row in room.rows(contact_identities)}


def test_somebody_new_and_then_known(room: Workroom) -> None:
    first = identify(room, IdentifyContact(WIRE, ALICE, {"name": "Al", "plan": "free"}))
    room.now += 5
    second = identify(room, IdentifyContact(WIRE, ALICE, {"name": "Alice"}, room.now + 99))
    assert (first.created, second.created) == (True, False)
    assert first.id == second.id
    person = room.row(contacts)
    assert person.properties == {"name": "Alice", "plan": "free"}
    assert (person.name, person.next_ask_at) == ("Alice", room.now + 99)
    assert (person.created_at, person.last_seen_at) == (room.now - 5, room.now)


def test_a_date_stays_until_another_is_given(room: Workroom) -> None:
    identify(room, IdentifyContact(WIRE, ALICE, None, 7))
    identify(room, IdentifyContact(WIRE, ALICE, {"a": 1}))
    assert room.row(contacts).next_ask_at == 7


def test_twice_in_one_batch(room: Workroom) -> None:
    first, second = identify(
        room, IdentifyContact(WIRE, ALICE, {"a": 1}), IdentifyContact(WIRE, ALICE, {"b": 2})
    )
    assert (first.id, first.created, second.created) == (second.id, True, False)
    assert room.row(contacts).properties == {"a": 1, "b": 2}


def test_an_address_that_the_caller_vouches_for_identifies(room: Workroom) -> None:
    made = identify(room, IdentifyContact(WIRE, ALICE, {}, also=(ADDRESS,)))
    identify(room, IdentifyContact(WIRE, ALICE, {}, also=(ADDRESS,)))
    assert known_by(room) == {("email", ADDRESS.value): made.id, ("external", "alice"): made.id}


def test_an_address_that_leads_to_somebody_else_stays_there(room: Workroom) -> None:
    owner = identify(room, IdentifyContact(WIRE, ADDRESS))
    other = identify(room, IdentifyContact(WIRE, ALICE, {"email": ADDRESS.value}, also=(ADDRESS,)))
    assert owner.id != other.id
    assert known_by(room)["email", ADDRESS.value] == owner.id
    assert room.row(contacts, id=other.id).email == ADDRESS.value


def test_an_address_claimed_twice_in_one_batch_is_the_first_one_s(room: Workroom) -> None:
    first, second = identify(
        room,
        IdentifyContact(WIRE, ALICE, also=(ADDRESS,)),
        IdentifyContact(WIRE, BOB, also=(ADDRESS,)),
    )
    assert known_by(room)["email", ADDRESS.value] == first.id != second.id


def test_too_many_traits_leave_nothing(room: Workroom) -> None:
    identify(room, IdentifyContact(WIRE, ALICE, {"a": "x" * 20_000}))
    with room.nothing_written():
        outcome = identify(room, IdentifyContact(WIRE, ALICE, {"b": "x" * 20_000}))
        newcomer = identify(room, IdentifyContact(WIRE, BOB, {"b": "x" * 40_000}))
    assert isinstance(outcome, Invalid)
    assert isinstance(newcomer, Invalid)


def test_projects_do_not_share_people(room: Workroom) -> None:
    command = IdentifyContact(WIRE, ALICE, {"name": "Alice"})
    here, there = room.run(identify_contacts, (room.shop, command), (room.other, command))
    assert here.id != there.id
    assert {row.project_id for row in room.rows(contacts)} == {room.shop.id, room.other.id}


def test_those_whom_the_project_itself_joins_are_one(room: Workroom) -> None:
    identify(room, IdentifyContact(WIRE, ADDRESS, {"city": "Bonn", "name": "Ali"}))
    room.now += 5
    identify(room, IdentifyContact(WIRE, ALICE, {"name": "Alice"}))
    done = identify(room, IdentifyContact(WIRE, ALICE, also=(ADDRESS,), merge=True))
    stays = room.row(contacts, merged_into=None)
    assert done.id == stays.id
    assert set(known_by(room).values()) == {stays.id}
    assert stays.properties == {"city": "Bonn", "name": "Ali"}
    gone = room.row(contacts, merged_into=stays.id)
    assert (gone.name, gone.properties) == (None, {})


def test_those_whom_the_project_tells_apart_are_never_joined(room: Workroom) -> None:
    identify(room, IdentifyContact(WIRE, ALICE, also=(ADDRESS,)))
    news = IdentifyContact(WIRE, BOB, {"name": "Bob"}, also=(ADDRESS,), merge=True)
    with room.nothing_written():
        assert isinstance(identify(room, news), NotEligible)
    identify(room, IdentifyContact(WIRE, BOB))
    with room.nothing_written():
        assert isinstance(identify(room, news), NotEligible)


def test_an_address_does_not_get_a_second_external_id_by_coming_first(room: Workroom) -> None:
    identify(room, IdentifyContact(WIRE, ALICE, also=(ADDRESS,)))
    with room.nothing_written():
        news = IdentifyContact(WIRE, ADDRESS, {"name": "Bob"}, also=(BOB,), merge=True)
        assert isinstance(identify(room, news), NotEligible)


def test_neighbours_of_those_who_are_told_apart_are_taken(room: Workroom) -> None:
    token = ContactKey(Identity.VISITOR, "token")
    first, refused, last = identify(
        room,
        IdentifyContact(WIRE, ALICE, also=(ADDRESS,), merge=True),
        IdentifyContact(WIRE, BOB, {"name": "Bob"}, also=(token, ADDRESS), merge=True),
        IdentifyContact(WIRE, BOB, also=(token,), merge=True),
    )
    assert isinstance(refused, NotEligible)
    assert (first.created, last.created) == (True, True)
    people = known_by(room)
    assert people["email", ADDRESS.value] == people["external", "alice"] == first.id
    assert people["visitor", "token"] == people["external", "bob"] == last.id
    assert room.row(contacts, id=last.id).name is None


def test_defaults_count_where_nothing_is_known(room: Workroom) -> None:
    identify(room, IdentifyContact(WIRE, ALICE, {"plan": "free"}))
    identify(room, IdentifyContact(WIRE, ALICE, defaults={"plan": "gold", "source": "search"}))
    assert room.row(contacts).properties == {"plan": "free", "source": "search"}


def test_only_the_known_may_be_meant(room: Workroom) -> None:
    news = IdentifyContact(WIRE, ALICE, {"status": "away"}, known_only=True)
    assert isinstance(identify(room, news), ContactUnknown)
    assert room.rows(contacts) == []
    identify(room, IdentifyContact(WIRE, ALICE))
    assert identify(room, news).created is False
    assert room.row(contacts).properties == {"status": "away"}


def test_a_number_and_all_that_is_known(room: Workroom) -> None:
    quiet = identify(room, IdentifyContact(WIRE, ALICE, {"name": "Alice"}))
    assert quiet.contact is None
    shown = identify(room, IdentifyContact(WIRE, ALICE, numbered=True, shown=True)).contact
    assert (shown.id, shown.name, shown.number) == (quiet.id, "Alice", 1)
    again = identify(room, IdentifyContact(WIRE, ALICE, numbered=True, shown=True)).contact
    assert again.number == 1


def test_nobodys_own_word_changes_what_the_project_knows(room: Workroom) -> None:
    token = ContactKey(Identity.VISITOR, "token")
    identify(room, IdentifyContact(WIRE, ALICE, {"name": "Alice"}, also=(token,)))
    identify(room, IdentifyContact(WIRE, token, {"name": "Eve", "color": "red"}, own_word=True))
    assert room.row(contacts).properties == {"name": "Alice", "color": "red"}
    stranger = ContactKey(Identity.VISITOR, "other")
    for name in ("Guest", "Bea"):
        identify(room, IdentifyContact(WIRE, stranger, {"name": name}, own_word=True))
    assert room.row(contacts, name="Bea")
