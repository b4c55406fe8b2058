"""A webhook receiver that reads anybody's JSON by pointers."""

from typing import Any

from tests.web.api.calling import Caller

MAPPING = {
    "each": "/data/sessions",
    "reference": "/id",
    "contact": {"external": "/user/id", "email": "/user/mail"},
    "traits": {"name": "/user/name"},
    "channel": "/source",
    "agent": "/agents/0/name",
    "open": {"at": "/state", "closed": ["done", 3]},
    "opened_at": "/begun",
    "times": "milliseconds",
    "properties": {"tags": "/tags"},
}
SESSION = {
    "id": 4711,
    "user": {"id": "u-1", "mail": "ann@example.com", "name": "Ann"},
    "source": "web",
    "agents": [{"name": "bob"}],
    "state": "done",
    "begun": 1_795_000_000_000,
    "tags": ["late"],
}


async def put(caller: Caller, mapping: Any, name: str = "acme") -> int:
    reply = await caller.client.put(f"/-/api/mappings/{name}", json=mapping)
    return reply.status_code


async def take(caller: Caller, body: Any) -> Any:
    return (await caller.post("/conversations/import/acme", body)).json()


async def test_a_webhook_is_read_by_its_mapping(alice: Caller) -> None:
    assert await put(alice, MAPPING) == 204
    taken = await take(alice, {"data": {"sessions": [SESSION, {**SESSION, "id": "x"}]}})
    assert [item["status"] for item in taken["items"]] == [201, 201]
    found = (await alice.get("/conversations/reference:4711")).json()
    assert (found["agent"], found["channel"], found["open"]) == ("bob", "web", False)
    assert found["opened_at"] == "2026-11-18T11:06:40.000Z"
    assert found["properties"] == {"tags": ["late"]}
    person = (await alice.get(f"/contacts/{found['contact_id']}")).json()
    assert person["name"] == "Ann"
    assert person["identities"]["email"] == "ann@example.com"


async def test_one_conversation_needs_no_list(alice: Caller) -> None:
    await put(alice, {"reference": "/id"})
    assert (await take(alice, {"id": "chat-1"}))["items"][0]["reference"] == "chat-1"
    assert (await take(alice, [{"id": "chat-1"}, {"id": "chat-2"}]))["refused"] == 0


async def test_what_cannot_be_read_is_pointed_at(alice: Caller) -> None:
    await put(alice, MAPPING)
    wrong: dict[str, Any] = {
        "#/id": {**SESSION, "id": None},
        "#/begun": {**SESSION, "begun": "soon"},
        "#/source": {**SESSION, "source": ["web"]},
        "#": {**SESSION, "source": "w" * 201},
        "#/contact/identities/email": {**SESSION, "user": {"mail": "none"}},
    }
    taken = await take(alice, {"data": {"sessions": list(wrong.values())}})
    pointers = [item["problem"]["errors"][0]["pointer"] for item in taken["items"]]
    assert pointers == list(wrong)
    nothing = await alice.post("/conversations/import/acme", {"data": {}})
    assert nothing.json()["errors"][0]["pointer"] == "#/data/sessions"


async def test_times_are_read_as_they_are_written(alice: Caller) -> None:
    written: dict[str, Any] = {
        "seconds": 1_795_000_000,
        "milliseconds": "1795000000000",
        "rfc3339": "2026-11-18T12:06:40+01:00",
    }
    for times, begun in written.items():
        await put(alice, {"reference": "/id", "opened_at": "/at", "times": times})
        assert (await take(alice, {"id": times, "at": begun}))["refused"] == 0
        found = (await alice.get(f"/conversations/reference:{times}")).json()
        assert found["opened_at"] == "2026-11-18T11:06:40.000Z"


async def test_mappings_are_kept_by_name(alice: Caller) -> None:
    await put(alice, MAPPING)
    assert (await alice.get("/mappings/acme")).json()["mapping"]["each"] == "/data/sessions"
    assert [one["name"] for one in (await alice.get("/mappings")).json()["items"]] == ["acme"]
    assert (await alice.send("DELETE", "/mappings/acme")).status_code == 204
    assert (await alice.send("DELETE", "/mappings/acme")).status_code == 404
    assert (await alice.post("/conversations/import/acme", {})).status_code == 404


async def test_a_wrong_mapping_is_refused(alice: Caller) -> None:
    assert await put(alice, {"reference": "id"}) == 422
    assert await put(alice, {"reference": "/~2"}) == 422
    assert await put(alice, {}) == 422
    assert await put(alice, {"reference": "/id"}, "m" * 101) == 422
