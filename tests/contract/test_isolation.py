"""A project's key opens that project and nothing else, over every reading operation."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tellback.app import App
from tellback.core.errors import CredentialMissing, CredentialUnknown, RateLimited
from tests.contract.asgi import Reply
from tests.contract.exchange import Stage, set_stage
from tests.contract.samples import DIALECTS, SAMPLES, Sample, fixtures_of, route_of

READING = [
    pytest.param(dialect, fixture, id=f"{dialect.name}-{number}")
    for dialect in DIALECTS.values()
    for number, fixture in enumerate(fixtures_of(dialect))
    if (route := route_of(dialect, fixture["request"]))
    and route.method == "GET"
    and fixture["reply"]["status"] < 400
    and fixture.get("given")
    and "{other." not in json.dumps(fixture)
]
#: One operation for each key of each dialect, one that writes where there is such.
KEYED = list(
    {
        (sample.dialect.name, key.name): sample
        for sample in sorted(SAMPLES, key=lambda each: each.route.method != "GET")
        for key in sample.dialect.keys
        if f"{{{key.name}}}" in json.dumps(sample.fixture["request"])
    }.values()
)


def _only_head(sample: Sample) -> bool:
    path = sample.fixture["request"]["path"]
    in_path = any(f"{{{key.name}}}" in path for key in sample.dialect.keys)
    return bool(sample.route.credential) and not sample.route.keyed_body and not in_path


#: Ids and moments differ from one request and project to the next.
_VARYING = re.compile(
    rb"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\b[0-9a-f]{24}\b"
    rb"|\d{4}-\d\d-\d\dT[\d:.]+|\b\d{10,}\b"
)


@pytest.mark.parametrize(("dialect", "fixture"), READING)
async def test_charlie_sees_nothing_of_alices_project(
    dialect: Any, fixture: Any, shared_app: App
) -> None:
    """With charlie's keys the same request gives what it gives where alice has nothing at all."""
    full = await set_stage(shared_app, dialect.name, fixture.get("settings"))
    assert await full.prepare(fixture) == []
    empty = await set_stage(shared_app, dialect.name, fixture.get("settings"))
    # What alice's requests have bound, such as ids, stays known to charlie.
    seen = await _as_charlie(full, fixture)
    empty.known = {**full.known, **empty.known}
    unseen = await _as_charlie(empty, fixture)
    assert (seen.status, _plain(seen)) == (unseen.status, _plain(unseen))
    if seen.status < 400:
        assert full.project.id.encode() not in seen.body


@pytest.mark.parametrize("sample", KEYED, ids=str)
async def test_guessing_keys_ends_soon(sample: Sample, shared_app: App) -> None:
    """After so many wrong keys guesses have to wait; the right key need not, from there too."""
    stage = await set_stage(shared_app, sample.dialect.name, sample.fixture.get("settings"))
    assert await stage.prepare(sample.fixture) == []
    request, right = sample.fixture["request"], stage.known
    stage.known = {**right, **{key.name: "sk_guess" for key in sample.dialect.keys}}
    most = sample.dialect.failed_authentications_per_hour
    statuses = [(await stage.send(request)).status for _ in range(most)]
    assert set(statuses) == {sample.dialect.errors[CredentialUnknown]}
    refused = await stage.send(request)
    assert refused.status == sample.dialect.errors[RateLimited]
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    stage.known = right
    assert (await stage.send(request)).status == sample.fixture["reply"]["status"]


@pytest.mark.parametrize("sample", [s for s in KEYED if s.route.credential], ids=str)
async def test_a_wrong_key_in_the_head_is_refused_by_the_head(
    sample: Sample, shared_app: App
) -> None:
    """Whatever else the request has: its body is not even read."""
    stage = await set_stage(shared_app, sample.dialect.name, sample.fixture.get("settings"))
    assert await stage.prepare(sample.fixture) == []
    stage.known |= {key.name: "sk_guess" for key in sample.dialect.keys}
    request = sample.fixture["request"]
    body = Counted()
    bare = {**request, "headers": {**request.get("headers", {}), "Content-Type": None}}
    replies = [
        await stage.send(request),
        await stage.send(request, b"not JSON"),
        await stage.send(bare, b"[" * 5_000),
        await stage.send(request, body),
    ]
    assert {reply.status for reply in replies} == {sample.dialect.errors[CredentialUnknown]}
    assert len({_plain(reply) for reply in replies}) == 1
    assert body.taken == 0


@pytest.mark.parametrize("sample", [s for s in KEYED if _only_head(s)], ids=str)
async def test_no_key_in_the_head_is_refused_by_the_head(sample: Sample, shared_app: App) -> None:
    """Where the head is the only place for a key, nobody without one is told of their body."""
    stage = await set_stage(shared_app, sample.dialect.name, sample.fixture.get("settings"))
    assert await stage.prepare(sample.fixture) == []
    marks = [f"{{{key.name}}}" for key in sample.dialect.keys]
    request = {k: v for k, v in sample.fixture["request"].items() if k != "basic"}
    request["headers"] = {
        name: value
        for name, value in request.get("headers", {}).items()
        if not any(mark in str(value) for mark in marks)
    }
    replies = [await stage.send(request, body) for body in (None, b"not JSON", b"[" * 5_000)]
    assert {reply.status for reply in replies} == {sample.dialect.errors[CredentialMissing]}
    assert len({_plain(reply) for reply in replies}) == 1


class Counted:
    """A body that counts how many of its parts were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(3):
            self.taken += 1
            yield b"x" * 1_000


async def _as_charlie(stage: Stage, fixture: Any) -> Reply:
    foreign = {k.removeprefix("other."): v for k, v in stage.known.items() if "other." in k}
    mine, stage.known = stage.known, {**stage.known, **foreign}
    # Where calls carry no key, the path says whose project it is.
    own, others = (f"/p/{known['slug']}" for known in (mine, foreign))
    stage.known["base_url"] = mine["base_url"].replace(own, others)
    reply = await stage.send(fixture["request"])
    stage.known = mine
    return reply


def _plain(reply: Reply) -> bytes:
    """A body without what always differs."""
    return _VARYING.sub(b"#", reply.body)
