"""Conversations over our own API."""

from typing import Any

from tests.web.api.calling import Caller

CHAT = {
    "reference": "chat-1",
    "contact": {"identities": {"external": "u-1", "email": "Ann@Example.com"}},
    "channel": "web",
    "agent": "bob",
    "opened_at": "2026-11-20T10:00:00+01:00",
}


async def test_a_conversation_is_brought_along_and_found_by_every_name(alice: Caller) -> None:
    [made] = await alice.batch("/conversations", CHAT)
    assert made["status"] == 201
    assert (made["reference"], made["number"]) == ("chat-1", 1)
    names = (made["id"], "number:1", "reference:chat-1")
    found = [(await alice.get(f"/conversations/{name}")).json() for name in names]
    assert found[0] == found[1] == found[2]
    assert found[0]["opened_at"] == "2026-11-20T09:00:00.000Z"
    assert found[0]["agent"] == "bob"
    assert found[0]["open"] is True


async def test_what_is_not_given_stays(alice: Caller) -> None:
    await alice.batch("/conversations", CHAT)
    [again] = await alice.batch("/conversations", {"reference": "chat-1", "department": "sales"})
    assert again["status"] == 200
    found = (await alice.get("/conversations/reference:chat-1")).json()
    assert (found["agent"], found["department"]) == ("bob", "sales")


async def test_a_reference_may_hold_anything(alice: Caller) -> None:
    await alice.batch("/conversations", {**CHAT, "reference": "rooms/7?a b"})
    found = await alice.get("/conversations/reference:rooms%2F7%3Fa%20b")
    assert found.json()["reference"] == "rooms/7?a b"


async def test_a_bad_item_never_stops_its_neighbours(alice: Caller) -> None:
    bad: list[Any] = [
        {"agent": 5},
        {"colour": "red"},
        {"contact": {"identities": {"email": "no address"}}},
        {"contact": {"identities": {}}},
        {"opened_at": "1969-12-31T23:59:59Z"},
        {"opened_at": "2026-11-20T10:00:00"},
        {"reference": "with\0nul"},
        {"properties": {"a": "\0"}},
        7,
    ]
    results = await alice.batch("/conversations", CHAT, *bad, {"reference": "chat-2"})
    assert [result["status"] for result in results] == [201, *([422] * len(bad)), 201]
    where = [result["problem"]["errors"][0].get("pointer") for result in results[1:-1]]
    assert where == [
        "#/agent",
        "#/colour",
        "#/contact/identities/email",
        "#/contact/identities",
        "#/opened_at",
        "#/opened_at",
        "#/reference",
        "#/properties/a",
        "#",
    ]


async def test_a_conversation_is_closed_once(alice: Caller) -> None:
    await alice.batch("/conversations", CHAT)
    closed = await alice.post("/conversations/reference:chat-1/close", {"closed_by": "bob"})
    assert closed.status_code == 200
    assert (closed.json()["open"], closed.json()["closed_by"]) == (False, "bob")
    again = await alice.post("/conversations/reference:chat-1/close")
    assert again.status_code == 409
    assert again.json()["title"] == "It is not possible as things stand"


async def test_a_conversation_needs_no_words_to_be_closed(alice: Caller) -> None:
    await alice.batch("/conversations", CHAT)
    assert (await alice.send("POST", "/conversations/number:1/close")).status_code == 200
