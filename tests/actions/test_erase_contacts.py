"""Who is forgotten leaves answers without an author."""

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.record_conversations import record_conversations
from tellback.actions.record_events import record_events
from tellback.actions.request_invitations import request_invitations
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import (
    EraseContact,
    IdentifyContact,
    RecordEvent,
    RequestInvitation,
    SubmitResponse,
)
from tellback.core.conversations import RecordConversation
from tellback.core.errors import CredentialUnknown, NotFound
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.outcomes import Done
from tellback.store.tables import (
    contact_identities,
    contacts,
    conversations,
    events,
    invitations,
    responses,
)
from tests.actions.workroom import WIRE, Workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
BOB = ContactKey(Identity.EXTERNAL, "bob")


def answer(room: Workroom, contact: ContactKey) -> SubmitResponse:
    return SubmitResponse(
        WIRE,
        Channel.IN_APP,
        contact=contact,
        rating=9,
        comment="Nice",
        traits={"name": contact.value, "email": "x@example.org"},
        user_agent="curl",
        ip="203.0.113.9",
    )


def test_everything_that_says_who_it_was_goes(room: Workroom) -> None:
    stored, _ = room.run(
        submit_responses, (room.shop, answer(room, ALICE)), (room.shop, answer(room, BOB))
    )
    address = ContactKey(Identity.EMAIL, "x@example.org")
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, ALICE, also=(address,))))
    room.run(record_events, (room.shop, RecordEvent(WIRE, ALICE, "bought")))
    alice, bob = room.row(contacts, name="alice"), room.row(contacts, name="bob")
    room.now += 5

    assert room.run(erase_contacts, (room.shop, EraseContact(alice.id))) == Done(alice.id)

    gone = room.row(contacts, id=alice.id)
    assert (gone.name, gone.email, gone.language, gone.properties) == (None, None, None, {})
    assert gone.erased_at == room.now
    assert {row.contact_id for row in room.rows(contact_identities)} == {bob.id}
    assert room.rows(events) == []
    left = room.row(responses, id=stored.id)
    assert (left.rating, left.comment) == (9.0, "Nice")
    assert (left.contact_id, left.traits, left.ip, left.user_agent) == (None, None, None, None)
    assert room.row(contacts, id=bob.id) == bob
    assert room.row(responses, contact_id=bob.id).traits == {
        "name": "bob",
        "email": "x@example.org",
    }


def test_who_is_gone_cannot_go_on(room: Workroom) -> None:
    stored = room.run(submit_responses, (room.shop, answer(room, ALICE)))
    room.run(erase_contacts, (room.shop, EraseContact(room.row(contacts).id)))
    command = SubmitResponse(
        WIRE, Channel.IN_APP, response_id=stored.id, token=stored.token, rating=1
    )
    assert isinstance(room.run(submit_responses, (room.shop, command)), CredentialUnknown)


def test_the_same_id_is_somebody_new_afterwards(room: Workroom) -> None:
    room.run(submit_responses, (room.shop, answer(room, ALICE)))
    before = room.row(contacts)
    room.run(erase_contacts, (room.shop, EraseContact(before.id)))
    room.run(submit_responses, (room.shop, answer(room, ALICE)))
    assert room.row(contacts, name="alice").id != before.id


def test_nobody_and_twice_and_in_another_project(room: Workroom) -> None:
    room.run(submit_responses, (room.shop, answer(room, ALICE)))
    alice = room.row(contacts)
    with room.nothing_written():
        for project, id_ in ((room.shop, "0" * 32), (room.other, alice.id)):
            assert isinstance(room.run(erase_contacts, (project, EraseContact(id_))), NotFound)
    first, again = room.run(
        erase_contacts, (room.shop, EraseContact(alice.id)), (room.shop, EraseContact(alice.id))
    )
    assert isinstance(first, Done)
    assert isinstance(again, NotFound)


def test_chats_say_nothing_any_more_and_nothing_is_sent(room: Workroom) -> None:
    mail = ContactKey(Identity.EMAIL, "alice@example.org")
    told = RecordConversation(
        WIRE, "chat", contact=ALICE, also=(mail,), agent="ann", properties={"topic": "my knee"}
    )
    alice = room.run(record_conversations, (room.shop, told)).contact
    ask = RequestInvitation(WIRE, "0" * 32, mail.value, "order-1")
    other = RequestInvitation(WIRE, "0" * 32, "bob@example.org", "order-2")
    room.run(request_invitations, (room.shop, ask), (room.shop, other))
    room.run(erase_contacts, (room.shop, EraseContact(alice.id)))
    chat = room.row(conversations)
    assert (chat.contact_id, chat.properties, chat.agent) == (alice.id, {}, "ann")
    states = {row.reference: row.state for row in room.rows(invitations)}
    assert states == {"order-1": "cancelled", "order-2": "queued"}


def test_a_key_alone_forgets_only_itself_of_whom_the_project_knows(room: Workroom) -> None:
    token = ContactKey(Identity.VISITOR, "token")
    told = RecordConversation(WIRE, "chat", contact=ALICE, also=(token,), is_open=False)
    alice = room.run(record_conversations, (room.shop, told)).contact
    mine = EraseContact(contact=token, own_word=True)
    assert room.run(erase_contacts, (room.shop, mine)) == Done(alice.id)
    assert room.row(contacts).erased_at is None
    assert "visitor" not in {row.kind for row in room.rows(contact_identities)}
    assert isinstance(room.run(erase_contacts, (room.shop, mine)), NotFound)
