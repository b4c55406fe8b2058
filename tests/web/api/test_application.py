"""What every call of our own API has in common: how it is let in, and how it is refused."""

from typing import Any

import httpx
import pytest

from tellback.app import App
from tellback.core.errors import Overloaded
from tellback.core.settings import ProjectSettings
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.api.calling import Caller, calling

JSON = {"Content-Type": "application/json"}


def problem(reply: httpx.Response, status: int) -> Any:
    """The problem that a reply tells of."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    told = reply.json()
    assert told["status"] == status
    assert told["type"].startswith("/-/api/docs#")
    return told


async def test_an_unknown_path_is_told_as_a_problem(alice: Caller, stranger: Caller) -> None:
    for path in ("", "/", "/nothing", "/contacts/", "/contacts/a/b/c", "/contacts/%00", "/%ff"):
        problem(await stranger.get(path), 404)
        problem(await alice.get(path), 404)


async def test_a_path_without_that_method_says_which_it_has(alice: Caller) -> None:
    reply = await alice.send("PUT", "/contacts")
    problem(reply, 405)
    assert reply.headers["allow"] == "GET, HEAD, POST"


async def test_a_key_is_needed(stranger: Caller, app: App) -> None:
    reply = await stranger.get("/projects/me")
    problem(reply, 401)
    assert reply.headers["www-authenticate"] == 'Bearer realm="tellback"'
    async with calling(app, "tb_manage_wrong") as guesser:
        problem(await guesser.get("/projects/me"), 401)


async def test_guessing_ends_soon(app: App, alice: Caller) -> None:
    async with calling(app, "tb_manage_wrong") as guesser:
        statuses = [(await guesser.get("/projects/me")).status_code for _ in range(61)]
    assert statuses == [401] * 60 + [429]
    assert (await alice.get("/projects/me")).status_code == 200


async def test_a_key_allows_its_scopes_only(app: App, shop: Tenant) -> None:
    keys = shop.keys("api")
    allowed = {
        "ingest_key": (403, 200, 403),
        "read_key": (200, 403, 403),
        "manage_key": (200, 200, 200),
    }
    assert keys.keys() == allowed.keys()
    for name, statuses in allowed.items():
        assert keys[name].startswith(f"tb_{name.removesuffix('_key')}_")
        async with calling(app, keys[name]) as caller:
            replies = [
                await caller.get("/contacts"),
                await caller.post("/contacts", {"items": []}),
                await caller.get("/rejected-inputs"),
            ]
            assert tuple(reply.status_code for reply in replies) == statuses


async def test_a_body_that_cannot_be_read_is_refused_with_its_place(alice: Caller) -> None:
    problem(await alice.send("POST", "/contacts", b'{"items": [', JSON), 400)
    problem(await alice.send("POST", "/contacts", b"[" * 100_000, JSON), 422)
    told = problem(await alice.send("POST", "/contacts", b'{"itens": []}', JSON), 422)
    assert told["errors"][0]["pointer"] == "#/itens"
    told = problem(await alice.send("POST", "/contacts", b'{"items": 5}', JSON), 422)
    assert told["errors"] == [{"detail": "Expected `array`, got `int`", "pointer": "#/items"}]
    told = problem(await alice.send("POST", "/contacts"), 422)
    assert told["errors"][0]["pointer"] == "#/items"


async def test_an_item_that_is_no_text_never_stops_its_neighbours(alice: Caller) -> None:
    body = b'{"items": [{"identities": {"external": "\xff"}}, {"identities": {"external": "u"}}]}'
    reply = await alice.send("POST", "/contacts", body, JSON)
    assert [item["status"] for item in reply.json()["items"]] == [400, 201]


async def test_another_media_type_is_refused(alice: Caller) -> None:
    told = problem(
        await alice.send("POST", "/contacts", b"items=", {"Content-Type": "text/x"}), 415
    )
    assert "application/json" in told["detail"]
    assert (
        await alice.send(
            "POST",
            "/contacts",
            b'{"items":[]}',
            {"Content-Type": "Application/JSON; charset=utf-8"},
        )
    ).status_code == 200


async def test_a_reply_that_nobody_accepts_is_refused(alice: Caller) -> None:
    problem(await alice.send("GET", "/contacts", headers={"Accept": "text/html"}), 406)
    for accept in ("*/*", "application/*", "text/html, application/json;q=0.1", "", "a/b,*/*;q=x"):
        reply = await alice.send("GET", "/contacts", headers={"Accept": accept})
        assert reply.status_code == 200


async def test_too_much_is_refused(alice: Caller) -> None:
    problem(await alice.send("POST", "/contacts", b" " * (8 * 1024 * 1024 + 1), JSON), 413)
    told = problem(await alice.post("/contacts", {"items": [{}] * 1_001}), 422)
    assert told["errors"] == [{"detail": "at most 1000 items", "pointer": "#/items"}]


async def test_a_wrong_parameter_is_named(alice: Caller) -> None:
    wrong: dict[str, Any] = {"size": 501, "after": "x", "colour": "red"}
    for name, value in wrong.items():
        told = problem(await alice.get("/contacts", **{name: value}), 400)
        assert told["errors"][0]["parameter"] == name
    twice = problem(await alice.get("/contacts?size=1&size=2"), 400)
    assert twice["errors"][0]["parameter"] == "size"
    problem(await alice.get("/responses?since=2026-01-01T00:00:00"), 400)
    problem(await alice.get("/responses?since=1969-01-01T00:00:00Z"), 400)
    problem(await alice.get("/responses?wire=%00"), 400)


async def test_every_reply_says_where_the_key_stands(app: App, database: Database) -> None:
    settings = ProjectSettings(calls_per_hour=2)
    made = await make_project(database, load_dialects(), "Small", settings)
    async with calling(app, made.credentials["api"]["read_key"]) as caller:
        first = await caller.get("/contacts")
        assert first.headers["ratelimit-policy"] == '"calls";q=2;w=3600'
        assert first.headers["ratelimit"].startswith('"calls";r=1;t=3')
        await caller.get("/contacts")
        refused = await caller.get("/contacts")
    problem(refused, 429)
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert refused.headers["ratelimit"].startswith('"calls";r=0;')


async def test_an_overloaded_server_says_when_to_come_back(
    alice: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> Any:
        raise Overloaded

    monkeypatch.setattr(database, "write", full)
    reply = await alice.batch_reply("/contacts", {"identities": {"external": "u-1"}})
    problem(reply, 503)
    assert reply.headers["retry-after"] == "1"


async def test_a_fault_of_ours_tells_nothing(
    alice: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    await alice.get("/projects/me")
    monkeypatch.setattr(database, "read", broken)
    reply = await alice.get("/contacts")
    assert "secret" not in str(problem(reply, 500))


async def test_only_the_head_is_sent_where_only_it_is_wanted(alice: Caller) -> None:
    reply = await alice.send("HEAD", "/projects/me")
    assert (reply.status_code, reply.content) == (200, b"")
    assert int(reply.headers["content-length"]) > 100


async def test_what_was_refused_is_kept_for_the_owner(alice: Caller) -> None:
    await alice.send("POST", "/contacts", b'{"items": [', JSON)
    await alice.batch("/contacts", {"identities": {}}, {"identities": {"external": "u-1"}})
    await alice.get("/contacts/nobody")
    kept = (await alice.get("/rejected-inputs")).json()["items"]
    assert [(one["wire"], one["operation"], one["status"]) for one in kept] == [
        ("api", "identify_contacts", 200),
        ("api", "identify_contacts", 400),
    ]
    whole = (await alice.get(f"/rejected-inputs/{kept[0]['id']}")).json()
    assert whole["body"] == '{"identities":{}}'
