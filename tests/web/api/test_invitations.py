"""Asking people over our own API."""

from typing import Any

from tests.web.api.calling import UNKNOWN, Caller

ASK = {"survey": "boolean", "email": "Ann@Example.com", "reference": "order-1"}


async def test_people_are_asked_by_mail(alice: Caller) -> None:
    properties = {
        "plan": "pro",
        "seats": 5,
        "vip": True,
        "tags": ["a"],
        "since": {"date": "2026-01-01T00:00:00Z"},
    }
    id_ = await alice.id_of("/invitations", {**ASK, "properties": properties})
    seen = (await alice.get(f"/invitations/{id_}")).json()
    assert (seen["address"], seen["state"], seen["wire"]) == ("ann@example.com", "queued", "api")
    assert seen["properties"] == {**properties, "since": "2026-01-01T00:00:00Z"}
    assert seen["survey"] == "boolean"


async def test_a_bad_item_never_stops_its_neighbours(alice: Caller) -> None:
    bad: dict[str, Any] = {
        "#/email": {**ASK, "email": "none"},
        "#": {"survey": "boolean"},
        "#/properties/a~1b": {**ASK, "properties": {"a/b": "x"}},
        "#/send_at": {**ASK, "send_at": "soon"},
        "#/language": {**ASK, "conversation": UNKNOWN, "email": None, "language": "de"},
    }
    results = await alice.batch("/invitations", *bad.values(), ASK, ASK)
    pointers = [one["problem"]["errors"][0].get("pointer") for one in results[:5]]
    assert pointers[:4] == list(bad)[:4]
    assert [one["status"] for one in results[5:]] == [201, 422], "a duplicate"
    unknown = await alice.batch("/invitations", {**ASK, "survey": "none", "reference": "x"})
    assert unknown[0]["status"] == 404


async def test_a_conversation_is_asked_once_it_is_closed(alice: Caller) -> None:
    person = {"identities": {"external": "u-1"}}
    await alice.batch("/conversations", {"reference": "chat-1", "contact": person})
    ask = {"survey": "satismeter", "conversation": "reference:chat-1"}
    assert (await alice.batch("/invitations", ask))[0]["status"] == 409
    await alice.post("/conversations/reference:chat-1/close")
    [asked] = await alice.batch("/invitations", ask)
    assert (asked["status"], asked["number"]) == (201, 1)
    found = (await alice.get(f"/invitations/{asked['id']}")).json()
    assert (found["state"], found["channel"]) == ("sent", "chat")
    missing = {**ask, "conversation": "reference:none"}
    assert (await alice.batch("/invitations", missing))[0]["status"] == 404


async def test_one_that_waits_is_taken_back(alice: Caller) -> None:
    id_ = await alice.id_of("/invitations", ASK)
    assert (await alice.post(f"/invitations/{id_}/cancel")).status_code == 204
    assert (await alice.get(f"/invitations/{id_}")).json()["state"] == "cancelled"
    assert (await alice.post(f"/invitations/{id_}/cancel")).status_code == 409
    assert (await alice.post(f"/invitations/{UNKNOWN}/cancel")).status_code == 404


async def test_invitations_are_listed_and_filtered(alice: Caller) -> None:
    items = [{**ASK, "email": f"p{n}@example.com", "reference": f"o-{n}"} for n in range(5)]
    ids = [one["id"] for one in await alice.batch("/invitations", *items)]
    await alice.post(f"/invitations/{ids[0]}/cancel")
    filters: list[tuple[dict[str, Any], int]] = [
        ({}, 5),
        ({"state": "queued"}, 4),
        ({"address": "P3@example.com"}, 1),
        ({"survey": "boolean"}, 5),
        ({"survey": "satismeter"}, 0),
        ({"wire": "api"}, 5),
        ({"wire": "boolean"}, 0),
        ({"contact": UNKNOWN}, 0),
        ({"conversation": UNKNOWN}, 0),
        ({"since": "2026-01-01T00:00:00Z"}, 5),
        ({"until": "2026-01-01T00:00:00Z"}, 0),
    ]
    for given, count in filters:
        found = (await alice.get("/invitations", **given)).json()["items"]
        assert len(found) == count, given
    first = (await alice.get("/invitations", size=2)).json()
    rest = (await alice.get("/invitations", size=3, after=first["next"])).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


async def test_a_contact_shows_what_waits_for_them(alice: Caller) -> None:
    person = {"identities": {"email": "ann@example.com"}}
    contact = await alice.id_of("/contacts", person)
    id_ = await alice.id_of("/invitations", ASK)
    seen = (await alice.get(f"/contacts/{contact}")).json()
    assert [one["id"] for one in seen["invitations"]] == [id_]
