"""Calls that are carried out at most once."""

import asyncio
from typing import Any

from sqlalchemy import Connection, func, select

from tellback.actions.write_once import KEPT
from tellback.store.database import Database
from tellback.store.tables import conversations
from tests.conftest import Tenant
from tests.web.api.calling import Caller
from tests.web.api.test_application import problem

CHATS = {"items": [{"agent": "bob"}, {"agent": 5}]}


def stored(connection: Connection) -> int:
    """How many conversations there are."""
    return int(connection.execute(select(func.count()).select_from(conversations)).scalar() or 0)


async def test_the_same_call_again_gets_the_same_reply(alice: Caller, database: Database) -> None:
    first = await alice.post("/conversations", CHATS, "key-1")
    again = await alice.post("/conversations", CHATS, "key-1")
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await database.read(stored) == 1
    assert len((await alice.get("/rejected-inputs")).json()["items"]) == 1


async def test_without_a_key_it_is_done_again(alice: Caller, database: Database) -> None:
    await alice.post("/conversations", CHATS)
    await alice.post("/conversations", CHATS)
    assert await database.read(stored) == 2


async def test_a_key_belongs_to_one_call(alice: Caller) -> None:
    await alice.post("/conversations", CHATS, "key-1")
    problem(await alice.post("/conversations", {"items": []}, "key-1"), 422)
    problem(await alice.post("/contacts", CHATS, "key-1"), 422)
    assert (await alice.post("/conversations", {"items": []}, "key-2")).status_code == 200


async def test_keys_of_two_projects_have_nothing_to_do_with_each_other(
    alice: Caller, charlie: Caller
) -> None:
    await alice.post("/conversations", CHATS, "key-1")
    theirs = await charlie.post("/conversations", {"items": []}, "key-1")
    assert theirs.json() == {"items": [], "refused": 0}


async def test_a_refusal_is_the_same_again(alice: Caller) -> None:
    await alice.batch("/conversations", {"reference": "chat-1"})
    path = "/conversations/reference:chat-1/close"
    assert (await alice.post(path, {}, "close-1")).status_code == 200
    refused = await alice.post(path, {}, "close-2")
    problem(refused, 409)
    again = await alice.post(path, {}, "close-2")
    assert (again.content, again.headers["content-type"]) == (
        refused.content,
        refused.headers["content-type"],
    )
    assert again.headers["idempotency-replayed"] == "true"
    assert (await alice.post(path, {}, "close-1")).json()["open"] is False


async def test_while_it_is_being_done_it_is_not_begun_again(
    alice: Caller, database: Database
) -> None:
    replies = await asyncio.gather(
        *(alice.post("/conversations", CHATS, "key-1") for _ in range(10))
    )
    statuses = [reply.status_code for reply in replies]
    assert statuses.count(200) >= 1
    assert set(statuses) <= {200, 409}
    assert 409 in statuses
    assert await database.read(stored) == 1


async def test_a_reply_is_forgotten_after_a_day(
    alice: Caller, database: Database, shop: Tenant
) -> None:
    await alice.post("/conversations", CHATS, "key-1")
    started = database.clock()
    later: Any = started + KEPT + 60_000
    database.clock = lambda: later
    assert (await alice.post("/conversations", {"items": []}, "key-1")).status_code == 200


async def test_a_key_is_printable_and_not_too_long(alice: Caller) -> None:
    problem(await alice.post("/conversations", CHATS, "k" * 256), 400)
    problem(await alice.post("/conversations", CHATS, "\t"), 400)
    quoted = await alice.post("/conversations", CHATS, '"key-1"')
    bare = await alice.post("/conversations", CHATS, "key-1")
    assert bare.headers["idempotency-replayed"] == "true"
    assert bare.content == quoted.content
