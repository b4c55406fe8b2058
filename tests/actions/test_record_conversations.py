"""What platforms tell of conversations is kept, by reference, with the people vouched for."""

from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import IdentifyContact, SubmitResponse
from tellback.core.errors import Invalid
from tellback.core.model import Channel, ContactKey, Identity
from tellback.store.tables import contact_identities, contacts, conversations, responses
from tests.actions.talking import ALICE, BOB, VISITOR, chat, record
from tests.actions.workroom import NOW, WIRE, Workroom


class TestNew:
    def test_keeps_what_is_told(self, room: Workroom) -> None:
        told = chat(
            channel="web",
            status="ASSIGNED",
            agent="ann",
            department="sales",
            properties={"tags": ["a"]},
            messages=3,
            opened_at=NOW - 5,
            traits={"name": "Alice"},
        )
        done = record(room, told)
        row = room.row(conversations)
        assert (done.created, done.conversation.id, row.number) == (True, row.id, 1)
        assert (row.reference, row.dialect, row.contact_id) == ("chat-1", WIRE, done.contact.id)
        assert (row.first_channel, row.channel, row.status) == ("web", "web", "ASSIGNED")
        assert (row.agent, row.department, row.properties) == ("ann", "sales", {"tags": ["a"]})
        assert (row.messages, row.opened_at, row.closed_at) == (3, NOW - 5, None)
        assert (done.contact.name, done.contact.external) == ("Alice", "alice")

    def test_numbers_conversations_and_people_apart(self, room: Workroom) -> None:
        outcomes = record(room, chat("a"), chat("b"), chat("c", contact=BOB))
        assert [one.conversation.number for one in outcomes] == [1, 2, 3]
        assert [one.contact.number for one in outcomes] == [1, 1, 2]
        assert record(room, chat("d", contact=BOB)).contact.number == 2
        elsewhere = record(room, chat("a"), project=room.other)
        assert (elsewhere.conversation.number, elsewhere.contact.number) == (1, 1)

    def test_makes_a_reference_where_none_is_given(self, room: Workroom) -> None:
        outcomes = record(room, chat(None), chat(None))
        assert len({one.conversation.reference for one in outcomes}) == 2

    def test_may_be_nobodys(self, room: Workroom) -> None:
        done = record(room, chat(contact=None))
        assert (done.contact, done.conversation.contact_id) == (None, None)
        assert room.rows(contacts) == []

    def test_may_be_over_already(self, room: Workroom) -> None:
        over = record(room, chat(is_open=False)).conversation
        assert (over.opened_at, over.closed_at) == (NOW, NOW)
        before = record(room, chat("old", closed_at=NOW - 9)).conversation
        assert (before.opened_at, before.closed_at) == (NOW - 9, NOW - 9)

    def test_refuses_one_and_takes_its_neighbours(self, room: Workroom) -> None:
        big = chat("b", contact=BOB, traits={f"t{n}": n for n in range(1_000)})
        outcomes = record(room, chat("a"), big, chat("c"))
        assert isinstance(outcomes[1], Invalid)
        assert [row.reference for row in room.rows(conversations)] == ["a", "c"]
        assert len(room.rows(contacts)) == 1


class TestNews:
    def test_changes_only_what_is_told(self, room: Workroom) -> None:
        record(room, chat(channel="web", agent="ann", properties={"a": 1, "b": 1}))
        done = record(room, chat(channel="sms", status="WAITING", properties={"b": 2}))
        assert done.created is False
        row = room.row(conversations)
        assert (row.first_channel, row.channel, row.agent) == ("web", "sms", "ann")
        assert (row.status, row.properties) == ("WAITING", {"a": 1, "b": 2})

    def test_sees_what_stood_before_it_in_the_same_call(self, room: Workroom) -> None:
        outcomes = record(room, chat(agent="ann"), chat(is_open=False, closed_by="ann"))
        assert [one.created for one in outcomes] == [True, False]
        row = room.row(conversations)
        assert (row.agent, row.closed_at, row.closed_by) == ("ann", NOW, "ann")

    def test_opens_again(self, room: Workroom) -> None:
        record(room, chat(is_open=False, closed_by="ann"))
        record(room, chat(is_open=True))
        row = room.row(conversations)
        assert (row.closed_at, row.closed_by) == (None, None)

    def test_does_not_let_old_news_undo_newer(self, room: Workroom) -> None:
        record(room, chat(is_open=False, changed_at=NOW - 10))
        record(room, chat(is_open=True, agent="late", changed_at=NOW - 20))
        row = room.row(conversations)
        assert (row.closed_at, row.agent) == (NOW, None)

    def test_counts_by_the_platforms_clock_alone(self, room: Workroom) -> None:
        record(room, chat(agent="ann", changed_at=NOW - 30))
        # We hear something later than that, but the platform has not said so.
        room.now += 60
        record(room, chat(status="x"))
        record(room, chat(is_open=False, changed_at=NOW - 10))
        assert room.row(conversations).closed_at == room.now

    def test_from_a_clock_that_is_ahead_does_not_shut_out_later_ones(self, room: Workroom) -> None:
        record(room, chat(agent="ann", changed_at=NOW * 1_000))
        room.now += 60
        record(room, chat(agent="ben", changed_at=room.now))
        assert room.row(conversations).agent == "ben"

    def test_of_another_project_is_about_another_conversation(self, room: Workroom) -> None:
        record(room, chat())
        assert record(room, chat(agent="eve"), project=room.other).created
        assert room.row(conversations, project_id=room.shop.id).agent is None


class TestPeople:
    def test_keys_that_are_vouched_for_lead_to_one_person(self, room: Workroom) -> None:
        email = ContactKey(Identity.EMAIL, "alice@example.org")
        seen = SubmitResponse(WIRE, Channel.IN_APP, contact=VISITOR, rating=9)
        room.run(submit_responses, (room.shop, seen))
        asked = SubmitResponse(WIRE, Channel.IN_APP, contact=email, rating=2)
        room.run(submit_responses, (room.shop, asked))
        done = record(room, chat(also=(email, VISITOR)))
        (stays,) = [row for row in room.rows(contacts) if row.merged_into is None]
        assert done.contact.id == stays.id
        assert {row.contact_id for row in room.rows(contact_identities)} == {stays.id}
        assert {row.contact_id for row in room.rows(responses)} == {stays.id}
        gone = [row.merged_into for row in room.rows(contacts) if row.merged_into]
        assert set(gone) == {stays.id}

    def test_a_person_keeps_one_number(self, room: Workroom) -> None:
        record(room, chat("a", contact=VISITOR), chat("b"))
        done = record(room, chat("b", also=(VISITOR,)))
        numbers = room.rows(contact_identities, kind="number")
        assert [row.contact_id for row in numbers] == [done.contact.id]
        assert {row.contact_id for row in room.rows(conversations)} == {done.contact.id}

    def test_a_person_of_one_call_keeps_one_number_too(self, room: Workroom) -> None:
        outcomes = record(room, chat("a", contact=VISITOR), chat("b"), chat("c", also=(VISITOR,)))
        assert len(room.rows(contact_identities, kind="number")) == 1
        assert len({one.contact.id for one in outcomes}) == 1

    def test_people_with_two_external_ids_stay_two(self, room: Workroom) -> None:
        email = ContactKey(Identity.EMAIL, "family@example.org")
        record(room, chat("a", also=(email,)))
        done = record(room, chat("b", contact=BOB, also=(email,)))
        assert (done.contact.external, done.contact.keys.get("email")) == ("bob", None)
        assert len(room.rows(contacts, merged_into=None)) == 2

    def test_they_stay_two_however_they_are_joined_in_one_call(self, room: Workroom) -> None:
        a, b = (ContactKey(Identity.EMAIL, f"{name}@example.org") for name in "ab")
        record(room, chat("1", contact=a))
        room.now += 5
        record(room, chat("2", contact=b, also=(ALICE,)))
        room.now += 5
        record(room, chat("3", contact=BOB))
        record(room, chat("4", contact=a, also=(b,)), chat("5", contact=a, also=(BOB,)))
        known = {row.value: row.contact_id for row in room.rows(contact_identities)}
        assert known["alice"] == known[a.value] == known[b.value]
        assert known["bob"] != known["alice"]

    def test_what_was_known_of_both_is_known_of_one(self, room: Workroom) -> None:
        record(room, chat("a", contact=VISITOR, traits={"name": "Guest", "page": "/x"}))
        room.now += 10
        record(room, chat("b", traits={"name": "Alice", "plan": "pro"}, also=(VISITOR,)))
        stays = room.row(contacts, merged_into=None)
        assert stays.properties["plan"] == "pro"
        assert stays.properties["page"] == "/x"

    def test_of_one_call_are_the_same_to_all_of_it(self, room: Workroom) -> None:
        outcomes = record(room, chat("a", also=(VISITOR,)), chat("b", contact=VISITOR))
        assert outcomes[0].contact == outcomes[1].contact
        assert len(room.rows(contacts)) == 1
        assert ALICE.value == outcomes[1].contact.external

    def test_a_phone_that_is_shared_makes_nobody_one(self, room: Workroom) -> None:
        a, b = (ContactKey(Identity.EMAIL, f"{name}@example.org") for name in "ab")
        phone = ContactKey(Identity.PHONE, "+1 555")
        record(room, chat("1", contact=a, also=(phone,)))
        record(room, chat("2", contact=b, also=(phone,)))
        known = {row.value: row.contact_id for row in room.rows(contact_identities)}
        assert known[a.value] == known[phone.value] != known[b.value]

    def test_who_has_a_number_keeps_it_when_joined_with_one_who_has(self, room: Workroom) -> None:
        a, b = (ContactKey(Identity.EMAIL, f"{name}@example.org") for name in "ab")
        room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, a)))
        room.now += 5
        record(room, chat("b", contact=b))
        record(room, chat("a", contact=a), chat("a", contact=a, also=(b,)))
        assert len(room.rows(contact_identities, kind="number")) == 1

    def test_what_would_be_too_much_of_one_person_is_left_out(self, room: Workroom) -> None:
        record(room, chat("1", traits={f"a{n}": n for n in range(300)}))
        room.now += 5
        record(room, chat("2", contact=VISITOR, traits={f"b{n}": n for n in range(300)}))
        record(room, chat("1", also=(VISITOR,)))
        later = record(room, chat("1", traits={"plan": "pro"}))
        assert later.contact.traits["plan"] == "pro"
