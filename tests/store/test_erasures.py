"""Who is erased is found in what was refused, however it is written."""

import json
from html import escape
from urllib.parse import urlencode

import pytest

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import EraseContact, IdentifyContact, RecordRejection
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.outcomes import Done
from tellback.store.erasures import naming
from tellback.store.rejected_inputs import NOBODY
from tellback.store.tables import contacts, rejected_inputs
from tests.actions.workroom import WIRE, Workroom

ADDRESS = "ada.l+x@example.com"


@pytest.mark.parametrize(
    "text",
    [
        '{"email":"ada.l+x@example.com"}',
        '{"email":"ADA.L+x@Example.COM"}',
        '{"email":"ada.l+x\\u0040example.com"}',
        '{"text":"write to\\nada.l+x@example.com"}',
        "email=ada.l%2Bx%40example.com&x=1",
        "q=%22ada.l%2bx%40example.com%22",
        "q=%22ada.l%2Bx@example.com%22",
        "<email>ada.l+x&#64;example.com</email>",
        "mailto:ada.l+x@example.com.",
        "ada.l+x@example.com",
    ],
)
def test_an_address_is_found_as_wires_write_it(text: str) -> None:
    assert naming([ADDRESS]).search(text.lower().encode())


@pytest.mark.parametrize(
    "text",
    [
        "jada.l+x@example.com",
        "b.ada.l+x@example.com",
        "ada.l+x@example.common",
        "adaxl+x@example.com",
    ],
)
def test_another_address_is_not(text: str) -> None:
    assert not naming([ADDRESS]).search(text.encode())


def test_an_address_in_another_script() -> None:
    found = naming(["ada@köln.example"])
    for text in ("ada@köln.example", '"ada@k\\u00f6ln.example"', "ada%40k%c3%b6ln.example"):
        assert found.search(text.encode()), text


def refuse(room: Workroom, project: Project | None, reason: str, **changes: object) -> None:
    entry = {"path": "/ask", "reason": reason, "body": b"{}", **changes}
    room.run(
        record_rejections,
        (project, RecordRejection(WIRE, "ask", "POST", status=400, **entry)),  # type: ignore[arg-type]
    )


def reasons(room: Workroom) -> set[tuple[str, str]]:
    return {(row.project_id, row.reason) for row in room.rows(rejected_inputs)}


def test_what_names_an_erased_person_goes_from_the_log(room: Workroom) -> None:
    alice = ContactKey(Identity.EXTERNAL, "alice")
    known = (ContactKey(Identity.EMAIL, "alice@work.example"),)
    traits = {"email": "Alice@Home.example"}
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, alice, traits, also=known)))
    for address in ("alice@work.example", "ALICE@HOME.example"):
        refuse(room, room.shop, "body", body=f'{{"a":"{address}"}}'.encode())
        refuse(room, room.shop, f"wrong: {address}")
        refuse(room, room.shop, "query", query=f"email={address}")
        refuse(room, room.shop, "path", path=f"/people/{address}")
        refuse(room, room.other, f"theirs {address}")
        refuse(room, None, f"nobody's {address}")
    refuse(room, room.shop, "of malice@work.example", body=b'{"name": "alice"}')

    id_ = room.row(contacts).id
    assert room.run(erase_contacts, (room.shop, EraseContact(id_))) == Done(id_)

    kept = {(room.shop.id, "of malice@work.example")}
    for address in ("alice@work.example", "ALICE@HOME.example"):
        kept |= {(room.other.id, f"theirs {address}"), (NOBODY, f"nobody's {address}")}
    assert reasons(room) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Identity.VISITOR, "tok-Vera"),
        (Identity.ANONYMOUS, "vera1"),
        (Identity.PHONE, "+49 30 123"),
        (Identity.EXTERNAL, "crm-00/17"),
        ("letag", "rloXnVgEQ&iQ=="),
    ],
)
def test_who_has_no_address_is_found_by_ids(room: Workroom, kind: str, value: str) -> None:
    who = ContactKey(kind, value)
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, who)))
    refuse(room, room.shop, "body", body=json.dumps({"a": value, "said": "private"}).encode())
    refuse(room, room.shop, "xml", body=f"<v>{escape(value)}</v>".encode())
    refuse(room, room.shop, "query", query=urlencode({"token": value}))
    refuse(
        room, room.shop, "longer", body=json.dumps({"a": f"{value}2", "b": f"x{value}"}).encode()
    )
    refuse(room, room.other, "theirs", body=json.dumps(value).encode())
    room.run(erase_contacts, (room.shop, EraseContact(room.row(contacts).id)))
    assert reasons(room) == {(room.shop.id, "longer"), (room.other.id, "theirs")}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Identity.EXTERNAL, "1234567"),
        (Identity.VISITOR, "four"),
        (Identity.VISITOR, "- - - -"),
        # A name of a member, of a path, of a message: who may choose a token chooses those.
        (Identity.VISITOR, "rating"),
        (Identity.VISITOR, "livechat"),
        (Identity.VISITOR, '{"rating"'),
        (Identity.VISITOR, "rating=1"),
    ],
)
def test_what_says_nothing_of_one_person_erases_nothing(
    room: Workroom, kind: str, value: str
) -> None:
    who = ContactKey(kind, value)
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, who)))
    said = b'{"rating" : 1, "a": ["four", "- - - -", 1234567]}<rating>1</rating>'
    refuse(room, room.shop, "no rating", body=said, path="/livechat/rating", query="rating=1")
    room.run(erase_contacts, (room.shop, EraseContact(room.row(contacts).id)))
    assert reasons(room) == {(room.shop.id, "no rating")}


@pytest.mark.parametrize("trait", ["@", "a", "example.com", "x@", ""])
def test_a_trait_that_is_no_address_erases_nothing_else(room: Workroom, trait: str) -> None:
    alice = ContactKey(Identity.EXTERNAL, "alice")
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, alice, {"email": trait})))
    refuse(room, room.shop, "somebody else's", body=b'"bob@example.com x@ a"')
    room.run(erase_contacts, (room.shop, EraseContact(room.row(contacts).id)))
    assert reasons(room) == {(room.shop.id, "somebody else's")}


@pytest.mark.parametrize("address", ["+@example.com", "a-b.c@example.com", "{x}@example.com"])
def test_an_odd_address_is_found(room: Workroom, address: str) -> None:
    key = ContactKey(Identity.EMAIL, address)
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, key)))
    refuse(room, room.shop, "body", body=json.dumps({"a": address.upper()}).encode())
    refuse(room, room.shop, "form", body=urlencode({"a": address}).encode())
    refuse(room, room.shop, "kept", body=b'"bc@example.com"')
    room.run(erase_contacts, (room.shop, EraseContact(room.row(contacts).id)))
    assert reasons(room) == {(room.shop.id, "kept")}


def test_who_is_not_erased_loses_nothing(room: Workroom) -> None:
    alice = ContactKey(Identity.EMAIL, "alice@example.com")
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, alice)))
    refuse(room, room.shop, "alice@example.com")
    with room.nothing_written():
        room.run(erase_contacts, (room.other, EraseContact(room.row(contacts).id)))
