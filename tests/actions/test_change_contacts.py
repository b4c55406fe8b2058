"""People whom the caller names by our own ids."""

from tellback.actions.change_contacts import change_contacts, merge_contacts
from tellback.actions.identify_contacts import identify_contacts
from tellback.core.commands import ChangeContact, IdentifyContact, MergeContacts
from tellback.core.errors import ContactUnknown, Invalid, NotEligible
from tellback.core.model import ContactKey, Identity, Project
from tellback.store.tables import contact_identities, contacts
from tests.actions.workroom import WIRE, Workroom

EMAIL = ContactKey(Identity.EMAIL, "ann@example.com")


def known(room: Workroom, key: ContactKey, project: Project | None = None) -> str:
    job = (project or room.shop, IdentifyContact(WIRE, key))
    room.now += 1
    return str(room.run(identify_contacts, job).id)


def external(value: str) -> ContactKey:
    return ContactKey(Identity.EXTERNAL, value)


def test_a_contact_is_brought_up_to_date(room: Workroom) -> None:
    id_ = known(room, external("u-1"))
    change = ChangeContact(id_, {"name": "Ann"}, next_ask_at=room.now + 5, also=(EMAIL,))
    assert room.run(change_contacts, (room.shop, change)).id == id_
    row = room.row(contacts)
    assert (row.name, row.properties, row.next_ask_at) == ("Ann", {"name": "Ann"}, room.now + 5)
    assert {one.value for one in room.rows(contact_identities)} == {"u-1", EMAIL.value}


def test_a_key_of_somebody_else_joins_only_if_that_is_said(room: Workroom) -> None:
    ann, mail = known(room, external("u-1")), known(room, EMAIL)
    room.run(change_contacts, (room.shop, ChangeContact(ann, also=(EMAIL,))))
    assert room.row(contacts, id=mail).merged_into is None
    room.run(change_contacts, (room.shop, ChangeContact(ann, also=(EMAIL,), merge=True)))
    assert room.row(contacts, id=mail).merged_into == ann


def test_who_has_become_one_is_found_by_both_ids(room: Workroom) -> None:
    ann, mail = known(room, external("u-1")), known(room, EMAIL)
    assert room.run(merge_contacts, (room.shop, MergeContacts(mail, ann))).id == ann
    assert room.run(merge_contacts, (room.shop, MergeContacts(ann, mail))).id == ann
    assert room.run(change_contacts, (room.shop, ChangeContact(mail, {"plan": "pro"}))).id == ann
    assert room.row(contacts, id=ann).properties == {"plan": "pro"}


def test_three_in_one_batch_become_one(room: Workroom) -> None:
    a, b = known(room, external("u-1")), known(room, EMAIL)
    c = known(room, ContactKey(Identity.PHONE, "1"))
    done = room.run(
        merge_contacts, (room.shop, MergeContacts(c, b)), (room.shop, MergeContacts(c, a))
    )
    assert [one.id for one in done] == [b, a]
    assert {row.contact_id for row in room.rows(contact_identities)} == {a}


def test_people_with_an_id_each_stay_two(room: Workroom) -> None:
    first, second = known(room, external("u-1")), known(room, external("u-2"))
    refused = room.run(merge_contacts, (room.shop, MergeContacts(first, second)))
    assert isinstance(refused, NotEligible)
    assert [row.merged_into for row in room.rows(contacts)] == [None, None]


def test_nobody_and_anothers_are_unknown_alike(room: Workroom) -> None:
    theirs, mine = known(room, external("u-1"), room.other), known(room, external("u-1"))
    for id_ in (theirs, "f" * 32, "nobody"):
        change = room.run(change_contacts, (room.shop, ChangeContact(id_, {"name": "Eve"})))
        merge = room.run(merge_contacts, (room.shop, MergeContacts(mine, id_)))
        assert isinstance(change, ContactUnknown)
        assert isinstance(merge, ContactUnknown)
    assert room.row(contacts, id=theirs).name is None


def test_too_much_is_refused_and_leaves_nothing(room: Workroom) -> None:
    id_ = known(room, external("u-1"))
    much = ChangeContact(id_, {"name": "x" * 40_000}, also=(EMAIL,))
    assert isinstance(room.run(change_contacts, (room.shop, much)), Invalid)
    assert len(room.rows(contact_identities)) == 1


def test_who_is_told_apart_is_not_joined_by_the_way(room: Workroom) -> None:
    ann, ben = known(room, external("u-1")), known(room, external("u-2"))
    room.run(change_contacts, (room.shop, ChangeContact(ben, also=(EMAIL,))))
    joined = ChangeContact(ann, {"name": "Ann"}, also=(EMAIL,), merge=True)
    with room.nothing_written():
        assert isinstance(room.run(change_contacts, (room.shop, joined)), NotEligible)
