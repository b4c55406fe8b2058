"""Why somebody was or was not asked."""

import json

import pytest

from tellback.actions.forget_old import ForgetOld, forget_old
from tellback.actions.record_bounces import RecordBounce, record_bounces
from tellback.actions.submit_responses import submit_responses
from tellback.actions.suppress import suppress
from tellback.core.commands import LISTED, SubmitResponse, Suppress
from tellback.core.explanation import Explanation
from tellback.core.instants import DAY, HOUR, format_seconds
from tellback.core.invitation import State
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.retention import Fleeting
from tellback.store.database import Database
from tellback.store.explain import explain
from tellback.upkeep.rolling import Rolling
from tests.outgoing import NOON, Sending, make_sending
from tests.webhooks.chatting import Chats, make_chats


@pytest.fixture
async def careful(database: Database) -> Sending:
    """A project that asks once a day."""
    sending = await make_sending(database)
    await sending.set(throttle_per_day=1)
    return sending


async def explained(shop: Sending, address: str = "alice@example.com") -> Explanation:
    return await shop.database.read(explain, shop.project, address, shop.clock.now)


async def refreshed(shop: Sending) -> None:
    """Take over the settings that have been set."""
    shop.project = (await shop.claimed()).project


async def test_a_stranger_may_be_asked(careful: Sending) -> None:
    found = await explained(careful, "nobody@example.com")
    assert found.contact_id is None
    assert found.may_be_asked_at == NOON
    assert found.sentences[:2] == [
        "nobody@example.com is not known to Shop.",
        "They may be asked now.",
    ]
    assert found.as_dict()["invitations"] == []


async def test_the_throttled_are_told_why_and_until_when(careful: Sending) -> None:
    sent = await careful.send()
    careful.clock.now += HOUR
    await careful.ask()
    await refreshed(careful)
    found = await explained(careful, " Alice@Example.com ")
    assert found.may_be_asked_at == NOON + DAY
    assert [story.state for story in found.invitations] == [State.THROTTLED, State.SENT]
    assert found.invitations[1].id == sent
    assert found.sentences == [
        "alice@example.com is a contact of Shop.",
        "They may next be asked 2026-11-13T12:00:00Z.",
        "Over all channels: asked 1 time in the last day (limit 1); last asked 2026-11-12 12:00 "
        "UTC; may be asked again from 2026-11-13 12:00 UTC.",
        "Requested 2026-11-12T13:00:00Z (survey wire): was not sent; asked 1 time in the last day "
        "(limit 1); last asked 2026-11-12 12:00 UTC; may be asked again from 2026-11-13 12:00 UTC.",
        "Requested 2026-11-12T12:00:00Z (survey wire): was sent 2026-11-12T12:00:00Z.",
    ]


async def test_the_suppressed_are_told_why_and_since_when(careful: Sending) -> None:
    id_ = await careful.send()
    job = RecordBounce(State.BOUNCED, "returned: 5.1.1", invitation_id=id_)
    await careful.database.write(record_bounces, [job])
    found = await explained(careful)
    assert found.may_be_asked_at is None
    assert "They will not be asked by e-mail or in chats, as things are." in found.sentences
    assert "The address is suppressed since 2026-11-12T12:00:00Z: bounced." in found.sentences
    assert found.sentences[-1] == (
        "Requested 2026-11-12T12:00:00Z (survey wire): came back 2026-11-12T12:00:00Z; "
        "returned: 5.1.1."
    )


async def test_the_later_of_two_dates_counts(careful: Sending) -> None:
    id_ = await careful.send()
    await refreshed(careful)
    person = (await careful.row(id_)).contact_id
    await careful.change_row("contacts", person, next_ask_at=NOON + HOUR, name="Alice")
    assert (await explained(careful)).may_be_asked_at == NOON + DAY
    await careful.change_row("contacts", person, next_ask_at=NOON + 3 * DAY)
    found = await explained(careful)
    assert found.may_be_asked_at == NOON + 3 * DAY
    assert "alice@example.com (Alice) is a contact of Shop." in found.sentences
    assert "The project set the next survey to 2026-11-15T12:00:00Z or later." in found.sentences


async def test_what_waits_says_for_what(careful: Sending) -> None:
    await careful.set(quota_balance=0)
    await careful.ask()
    await careful.claim()
    assert (await explained(careful)).sentences[-1] == (
        "Requested 2026-11-12T12:00:00Z (survey wire): waits to be sent, not before "
        "2026-11-12T13:00:00Z; waits for the sending quota: the balance is used up; next look at "
        "2026-11-12T13:00:00Z."
    )


async def test_other_projects_are_not_told_of(database: Database, careful: Sending) -> None:
    other = await make_sending(database, "Other")
    await careful.send()
    assert (await explained(other)).as_dict()["contact_id"] is None


async def test_a_long_story_is_cut_and_says_so(careful: Sending) -> None:
    await careful.ask_all(["alice@example.com"] * 51)
    found = await explained(careful)
    assert len(found.invitations) == 50
    assert found.sentences[-1] == "There are older invitations."


async def test_it_can_be_printed_as_json(careful: Sending) -> None:
    await careful.send()
    found = (await explained(careful)).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["asked_at"] == [NOON]
    assert found["throttle"]["allowed"] is True, "the project was read before it set a limit"


async def chatty(database: Database) -> Chats:
    """A project where alice, whose chats are over, is known by several keys."""
    chats = await make_chats(database)
    mail = ContactKey(Identity.EMAIL, "alice@example.com")
    phone = ContactKey(Identity.PHONE, "+49301234567")
    await chats.closed("chat-1", also=(mail, phone), traits={"name": "Alice"})
    return chats


@pytest.mark.parametrize(
    "who",
    ["alice", "Alice@Example.com", "+49 30 1234567", "external:alice", "phone:+49 30 1234567", "1"],
)
async def test_somebody_is_found_by_anything_they_are_known_by(
    database: Database, who: str
) -> None:
    chats = await chatty(database)
    found = await database.read(explain, chats.project, who, NOON)
    assert found.name == "Alice"
    assert dict(found.keys) == {
        "email": "alice@example.com",
        "external": "alice",
        "phone": "+49301234567",
        "number": "1",
    }
    again = await database.read(explain, chats.project, found.contact_id, NOON)
    assert again.contact_id == found.contact_id


async def test_of_several_people_the_likeliest_is_told_and_that_there_are_more(
    database: Database,
) -> None:
    chats = await chatty(database)
    await chats.closed(who="1")
    found = await database.read(explain, chats.project, "1", NOON)
    assert ("external", "1") in found.keys
    assert found.others == 1
    assert "It may also mean 1 other person: say which as KIND:VALUE." in found.sentences
    other = await database.read(explain, chats.project, "number:1", NOON)
    assert ("external", "alice") in other.keys


async def test_the_story_has_all_channels(database: Database) -> None:
    chats = await chatty(database)
    shop = Sending(database, chats.project)
    in_chat = await chats.ask(reference="chat-1")
    [by_mail] = await shop.ask_all(["alice@example.com"])
    answer = SubmitResponse(
        dialect="widget",
        channel=Channel.IN_APP,
        contact=ContactKey(Identity.EXTERNAL, "alice"),
        survey="wire",
        rating=9,
    )
    await database.write_one(submit_responses, (chats.project, answer))
    found = await database.read(explain, chats.project, "alice", database.clock())
    assert {story.id for story in found.invitations} == {in_chat, by_mail}
    assert [one.dialect for one in found.elsewhere] == ["widget"]
    said = "\n".join(found.sentences)
    assert "(survey wire, in a chat, conversation 1): was sent" in said
    assert "(survey wire): waits to be sent" in said
    assert "(survey wire, in app, over widget): rated 9." in said
    assert len(found.asked) == 2, "what is queued is not yet an ask"
    assert json.loads(json.dumps(found.as_dict()))["elsewhere"][0]["rating"] == 9


async def test_an_open_conversation_is_told(database: Database) -> None:
    chats = await chatty(database)
    await chats.closed("chat-2", is_open=True)
    found = await database.read(explain, chats.project, "alice", NOON)
    assert "Conversation 2 is open: what is due in chats waits for it." in found.sentences


async def test_who_wants_no_mails_is_told_by_any_key(database: Database) -> None:
    chats = await chatty(database)
    await database.write_one(suppress, (chats.project, Suppress("alice@example.com", LISTED)))
    found = await database.read(explain, chats.project, "alice", database.clock())
    assert found.may_be_asked_at is None
    assert any("The address alice@example.com is suppressed" in s for s in found.sentences)


async def test_keys_lead_nowhere_in_other_projects(database: Database, careful: Sending) -> None:
    await make_chats(database, "Other")
    for who in ("alice", "external:alice", "+49301234567"):
        found = await explained(careful, who)
        assert found.contact_id is None
        assert found.sentences[0] == f"{who} is not known to Shop."


async def test_what_was_shown_long_ago_is_said_to_be_forgotten(careful: Sending) -> None:
    await careful.ask()
    await careful.claimed()
    found = await explained(careful)
    assert found.shown_from is None
    rolling = Rolling(careful.database, "worker")
    await rolling.roll_up(careful.project.id)
    careful.clock.now += 40 * DAY
    job = ForgetOld(Fleeting.EVENTS, careful.project.id, careful.clock.now - 31 * DAY)
    await careful.database.write_one(forget_old, job)
    found = await explained(careful)
    assert found.shown_from is not None
    kept_from = format_seconds(found.shown_from)
    assert found.sentences[-1] == f"What was shown before {kept_from} is no longer kept."
