"""A key opens its own project and nothing else: every operation, with every id of another's."""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select

from tellback.app import App
from tellback.store.database import Database
from tellback.store.tables import metadata
from tellback.web.api.operations import PREFIX, Operation
from tellback.web.api.shapes import Items
from tellback.web.api.table import OPERATIONS
from tests.conftest import Tenant
from tests.web.api.calling import UNKNOWN, Caller, calling

#: By what the paths name things: those of the other project, and such as nobody has.
FOREIGN = {
    "conversation": ("{conversation}", "number:1", "reference:their-chat"),
    "contact": ("{contact}",),
    "invitation": ("{invitation}",),
    "response": ("{response}",),
    "survey": ("their-survey", "{survey}", "{survey_number}"),
    "mapping": ("their-mapping",),
    "address": ("theirs@example.com",),
    "rejected_input": ("{rejected_input}",),
    "version": ("1",),
}
NOBODYS = {
    "conversation": (UNKNOWN, "number:2", "reference:nobodys"),
    "contact": (UNKNOWN,),
    "invitation": (UNKNOWN,),
    "response": (UNKNOWN,),
    "survey": ("no-survey", UNKNOWN, "999"),
    "mapping": ("no-mapping",),
    "address": ("nobody@example.com",),
    "rejected_input": (UNKNOWN,),
    "version": ("1",),
}
#: Bodies that would do where the thing is there.
BODIES: Mapping[str, Any] = {
    "change_contact": {"traits": {"name": "Eve"}},
    "import_conversations": {"id": "chat-1"},
}
NAMED = [
    one for one in OPERATIONS if "{" in one.path and one.name not in {"put_survey", "put_mapping"}
]
#: Lists and batches name things in their queries and bodies.
FILTERS = [
    ("/conversations", "contact", "contact"),
    ("/invitations", "contact", "contact"),
    ("/invitations", "conversation", "conversation"),
    ("/responses", "contact", "contact"),
    ("/responses", "conversation", "conversation"),
]
SURVEY = {
    "name": "T",
    "type": "nps",
    "questions": [{"id": "q", "type": "nps", "text": "?", "metric": "nps"}],
}


@pytest.fixture
async def theirs(charlie: Caller) -> dict[str, str]:
    """One of everything, in charlie's project; its ids."""
    person = {"identities": {"external": "their-user", "email": "theirs@example.com"}}
    await charlie.client.put(f"{PREFIX}/surveys/their-survey", json=SURVEY)
    await charlie.client.put(f"{PREFIX}/mappings/their-mapping", json={"reference": "/id"})
    await charlie.batch("/suppressions", {"address": "theirs@example.com"})
    chat = {"reference": "their-chat", "contact": person}
    conversation = await charlie.id_of("/conversations", chat)
    await charlie.batch("/contacts", {"identities": {}})
    survey = (await charlie.get("/surveys/their-survey")).json()
    answer = {
        "survey": "their-survey",
        "rating": 1,
        "contact": {"identities": {"external": "their-user"}},
    }
    ask = {"survey": "their-survey", "email": "else@example.com"}
    return {
        "conversation": conversation,
        "contact": (await charlie.get("/contacts")).json()["items"][0]["id"],
        "invitation": await charlie.id_of("/invitations", ask),
        "response": await charlie.id_of("/responses", answer),
        "rejected_input": (await charlie.get("/rejected-inputs")).json()["items"][0]["id"],
        "survey": survey["id"],
        "survey_number": str(survey["number"]),
    }


def all_rows(connection: Connection, project_id: str) -> dict[str, list[Any]]:
    """Everything that a project has stored, but for when its keys were used."""
    return {
        table.name: sorted(
            repr(row)
            for row in connection.execute(
                select(*(column for column in table.c if column.name != "last_used_at")).where(
                    table.c.project_id == project_id
                )
            )
        )
        for table in metadata.tables.values()
        if "project_id" in table.c
    }


def paths_of(operation: Operation, values: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The operation's path with each of the values for what it names."""
    names = re.findall(r"\{(\w+)\}", operation.path)
    first, *rest = names
    fixed = {name: values[name][0] for name in rest}
    return [operation.path.format_map({first: value, **fixed}) for value in values[first]]


async def call(caller: Caller, operation: Operation, path: str, ids: Mapping[str, str]) -> Any:
    """Call an operation on a path, with a body that would do."""
    body = BODIES.get(operation.name)
    if operation.name == "merge_contacts":
        body = {"other": ids["contact"]}
    if body is None and operation.body is not None:
        body = {"items": []} if operation.body is Items else {}
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if body is not None else None
    return await caller.send(operation.method, path, content, headers)


def whole(reply: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """A reply as its receiver sees it, but for what counts and names calls."""
    varying = {"ratelimit", "x-request-id"}
    kept = {name: value for name, value in reply.headers.items() if name not in varying}
    return reply.status_code, kept, reply.content


@pytest.mark.parametrize("operation", NAMED, ids=lambda one: one.name)
async def test_what_is_anothers_does_not_exist(
    operation: Operation,
    alice: Caller,
    charlie: Caller,
    theirs: dict[str, str],
    database: Database,
    other: Tenant,
) -> None:
    before = await database.read(all_rows, other.id)
    filled = {n: tuple(v.format(**theirs) for v in values) for n, values in FOREIGN.items()}
    foreign, unknown = paths_of(operation, filled), paths_of(operation, NOBODYS)
    for theirs_path, nobodys_path in zip(foreign, unknown, strict=True):
        seen = await call(alice, operation, theirs_path, theirs)
        nothing = await call(alice, operation, nobodys_path, {"contact": UNKNOWN})
        assert seen.status_code == 404
        assert whole(seen) == whole(nothing)
    assert await database.read(all_rows, other.id) == before
    mine = await call(charlie, operation, foreign[0], theirs)
    assert mine.status_code < 300, "or else this test shows nothing"


@pytest.mark.parametrize(("path", "name", "thing"), FILTERS)
async def test_filters_by_anothers_ids_find_nothing(
    path: str, name: str, thing: str, alice: Caller, theirs: dict[str, str]
) -> None:
    seen = await alice.get(path, **{name: theirs[thing]})
    nothing = await alice.get(path, **{name: UNKNOWN})
    assert seen.status_code == 200
    assert whole(seen) == whole(nothing)


async def test_batches_that_name_anothers_things_are_refused(
    alice: Caller, theirs: dict[str, str], database: Database, other: Tenant
) -> None:
    before = await database.read(all_rows, other.id)
    named: list[tuple[str, Any, Any]] = [
        (
            "/invitations",
            {"survey": "their-survey", "email": "a@example.com"},
            {"survey": "no-survey", "email": "a@example.com"},
        ),
        (
            "/invitations",
            {"survey": "boolean", "conversation": theirs["conversation"]},
            {"survey": "boolean", "conversation": UNKNOWN},
        ),
        ("/responses", {"survey": theirs["survey"], "rating": 1}, {"survey": UNKNOWN, "rating": 1}),
        (
            "/responses",
            {"invitation": theirs["invitation"], "rating": 1},
            {"invitation": UNKNOWN, "rating": 1},
        ),
        (
            "/responses",
            {"survey": "satismeter", "rating": 1, "conversation": theirs["conversation"]},
            {"survey": "satismeter", "rating": 1, "conversation": UNKNOWN},
        ),
    ]
    for path, their_item, nobodys in named:
        [seen] = await alice.batch(path, their_item)
        assert (seen, seen["status"]) == ((await alice.batch(path, nobodys))[0], 404)
    assert await database.read(all_rows, other.id) == before


async def test_what_names_itself_is_ones_own(alice: Caller, theirs: dict[str, str]) -> None:
    """The same references, keys and names in two projects are two things."""
    [made] = await alice.batch("/conversations", {"reference": "their-chat"})
    assert made["status"] == 201
    put = await alice.client.put(f"{PREFIX}/surveys/their-survey", json={**SURVEY, "name": "Mine"})
    assert put.json()["id"] != theirs["survey"]
    assert (await alice.get("/surveys/their-survey")).json()["definition"]["name"] == "Mine"


async def test_lists_show_ones_own_only(alice: Caller, theirs: dict[str, str]) -> None:
    for operation in OPERATIONS:
        if operation.method == "GET" and "{" not in operation.path and operation.scope:
            query = {"survey": "boolean"} if operation.path == "/scores" else {}
            text = (await alice.get(operation.path, **query)).text
            assert not [id_ for id_ in theirs.values() if len(id_) == 32 and id_ in text], operation
            assert "their" not in text


async def test_no_key_opens_nothing(app: App, theirs: dict[str, str]) -> None:
    async with calling(app, None) as stranger, calling(app, theirs["contact"]) as guesser:
        for operation in OPERATIONS:
            if operation.scope is None:
                continue
            path = re.sub(r"\{(\w+)\}", lambda m: FOREIGN[m[1]][0].format(**theirs), operation.path)
            for caller in (stranger, guesser):
                reply = await call(caller, operation, path, theirs)
                assert reply.status_code in (401, 429), operation.name
