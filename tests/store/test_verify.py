"""Does it all add up? What is sound passes, and whatever is broken is found."""

from collections.abc import Mapping
from typing import Any

import pytest

from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.model import Channel, ContactKey, Identity
from tellback.store.database import Database
from tellback.store.ids import new_id
from tellback.store.verify import Report, verify
from tests.outgoing import NOON, WIRE, Sending, make_sending
from tests.webhooks.chatting import make_chats


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def verified(shop: Sending) -> Report:
    return await shop.database.read(verify)


async def found(shop: Sending) -> list[tuple[str, str]]:
    return [(each.kind, each.message) for each in (await verified(shop)).findings]


async def submit(shop: Sending, **what: Any) -> str:
    command = SubmitResponse(dialect=WIRE, channel=Channel.EMAIL, **what)
    stored = await shop.database.write_one(submit_responses, (shop.project, command))
    return str(stored.id)


async def answered(shop: Sending) -> tuple[str, str]:
    """An invitation that was answered, and the response to it."""
    id_ = await shop.send()
    answers = [("happy", "positive"), ("why", "It just works.")]
    return id_, await submit(shop, invitation_id=id_, answers=answers)


async def test_an_empty_house_is_in_order(database: Database) -> None:
    report = await database.read(verify)
    assert report.clean
    assert report.as_dict() == {
        "clean": True,
        "projects": 0,
        "requests": 0,
        "invitations": 0,
        "responses": 0,
        "states": {},
        "findings": [],
    }


async def test_a_used_house_is_in_order_and_counted(database: Database, shop: Sending) -> None:
    other = await make_sending(database, "Other")
    await shop.ask_all([f"p{n}@example.com" for n in range(10)])
    await shop.claim(4)
    await answered(other)
    stranger = ContactKey(Identity.EXTERNAL, "007")
    await submit(other, contact=stranger, answers=[("happy", "negative")])
    report = await verified(shop)
    assert report.findings == []
    assert report.as_dict() == {
        "clean": True,
        "projects": 2,
        "requests": 2,
        "invitations": 11,
        "responses": 2,
        "states": {"claimed": 4, "queued": 6, "responded": 1},
        "findings": [],
    }


async def test_a_lost_invitation_is_missed(shop: Sending) -> None:
    id_, _ = await shop.ask_all(["alice@example.com", "bob@example.com"])
    call = (await shop.row(id_)).request_id
    await shop.change(id_, request_id="f" * 32)
    assert sorted(await found(shop)) == [
        ("requests", f"{call}: 2 accepted, 1 there"),
        ("requests", f"{'f' * 32}: 1 invitations of an unknown call"),
    ]


async def test_a_state_that_nobody_knows_is_found(shop: Sending) -> None:
    await shop.change(await shop.ask(), state="asleep")
    assert await found(shop) == [
        ("states", "1 invitations in the unknown state 'asleep'"),
        ("states", "1 invitations, 0 in known states"),
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sent_at": None}, "is sent without sent_at"),
        ({"message_id": None}, "is sent without message_id"),
        ({"state": "claimed", "lease_owner": None}, "is claimed without lease_owner"),
    ],
)
async def test_a_state_without_its_moment_is_found(
    shop: Sending, values: Mapping[str, Any], message: str
) -> None:
    id_ = await shop.send()
    await shop.change(id_, **values)
    assert await found(shop) == [("moments", f"invitation {id_} {message}")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rating": -1.0}, "rating is -1.0, its answers say 1.0"),
        ({"rating": None}, "rating is None, its answers say 1.0"),
        ({"metric": "nps"}, "metric is 'nps', its answers say 'binary'"),
        ({"comment": None}, "comment is None, its answers say 'It just works.'"),
        ({"completed": False}, "completed is False, its answers say True"),
        ({"dismissed": True}, "completed is True, its answers say False"),
        ({"answers": {"happy": "maybe"}}, "its answers cannot be read (KeyError)"),
    ],
)
async def test_a_score_that_its_answers_do_not_give_is_found(
    shop: Sending, values: Mapping[str, Any], message: str
) -> None:
    _, response = await answered(shop)
    await shop.change_row("responses", response, **values)
    assert ("scores", f"response {response}: {message}") in await found(shop)


@pytest.mark.parametrize(
    ("table", "column", "what"),
    [
        ("responses", "survey_id", "survey"),
        ("responses", "contact_id", "contact"),
        ("invitations", "survey_id", "survey"),
        ("invitations", "contact_id", "contact"),
    ],
)
async def test_what_names_something_missing_is_found(
    shop: Sending, table: str, column: str, what: str
) -> None:
    invitation, response = await answered(shop)
    row = invitation if table == "invitations" else response
    await shop.change_row(table, row, **{column: "f" * 32})
    message = f"1 of {table} name the {what} {'f' * 32}: missing"
    assert ("orphans", message) in await found(shop)


async def test_signals_and_identities_of_nobody_are_found(shop: Sending) -> None:
    nobody = "f" * 32
    await shop.insert("signals", id=new_id(), invitation_id=nobody, kind="open", created_at=NOON)
    await shop.insert("contact_identities", kind="email", value="x@example.com", contact_id=nobody)
    assert sorted(await found(shop)) == [
        ("orphans", f"1 of contact_identities name the contact {nobody}: missing"),
        ("orphans", f"1 of signals name the invitation {nobody}: missing"),
    ]


async def test_a_survey_without_its_version_is_found(shop: Sending) -> None:
    _, response = await answered(shop)
    await shop.change_row("responses", response, survey_version=7)
    assert await found(shop) == [
        ("orphans", f"response {response}: there is no version 7 of its survey")
    ]


async def test_an_answer_that_did_not_reach_its_invitation_is_found(shop: Sending) -> None:
    id_, _ = await answered(shop)
    await shop.change(id_, state="sent", responded_at=None)
    assert await found(shop) == [
        ("responses", f"invitation {id_} has a response and is not marked as answered")
    ]


async def test_an_answer_that_is_gone_is_found(shop: Sending) -> None:
    id_, response = await answered(shop)
    await shop.change_row("responses", response, invitation_id=None)
    assert await found(shop) == [
        ("responses", f"invitation {id_} is marked as answered and has no response")
    ]


async def test_many_findings_of_a_kind_are_summed_up(shop: Sending) -> None:
    for id_ in await shop.ask_all([f"p{n}@example.com" for n in range(25)]):
        await shop.change(id_, contact_id=id_)
    report = await verified(shop)
    assert not report.clean
    assert len(report.findings) == 21
    assert (report.findings[-1].project, report.findings[-1].message) == ("shop", "and 5 more")


async def test_conversations_that_nothing_is_of_are_found(database: Database) -> None:
    chats = await make_chats(database)
    conversation = await chats.closed()
    shop = Sending(database, chats.project)
    await shop.change_row("conversations", conversation.id, contact_id="f" * 32)
    assert await found(shop) == [
        ("orphans", f"1 of conversations name the contact {'f' * 32}: missing")
    ]


async def test_a_chat_that_was_asked_is_in_order(database: Database) -> None:
    chats = await make_chats(database)
    await chats.ask()
    await submit(Sending(database, chats.project), invitation_id=await chats.ask(), rating=9)
    assert (await database.read(verify)).findings == []


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"conversation_id": None}, "moments"),
        ({"conversation_id": "f" * 32}, "orphans"),
        ({"sent_at": None}, "moments"),
    ],
)
async def test_a_chat_survey_without_its_chat_is_found(
    database: Database, values: Mapping[str, Any], finding: str
) -> None:
    chats = await make_chats(database)
    id_ = await chats.ask()
    shop = Sending(database, chats.project)
    await shop.change(id_, **values)
    assert [kind for kind, _ in await found(shop)] == [finding]


async def test_numbers_that_two_have_are_found(database: Database) -> None:
    chats = await make_chats(database)
    shop = Sending(database, chats.project)
    await chats.ask()
    await shop.change(await chats.ask(), number=1)
    assert await found(shop) == [("numbers", "2 of invitations have the number 1")]


async def test_a_chat_survey_that_nobody_is_told_of_is_found(database: Database) -> None:
    chats = await make_chats(database)
    shop = Sending(database, chats.project)
    await chats.ask()
    await chats.ask()
    _, event = await chats.events()
    other = "e" * 32
    await shop.change_row("outgoing_events", event.id, subject_id=other, state="lost")
    assert sorted(await found(shop)) == [
        ("events", "1 invitation.created in the state 'lost': unknown"),
        ("events", f"invitation {event.subject_id} was sent into a chat and no event tells of it"),
        ("orphans", f"event {event.id} is about {other}: missing"),
    ]
