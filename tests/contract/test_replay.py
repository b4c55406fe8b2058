"""What is kept of a refused request is enough to do it again, over every wire.

Each operation that brings input is refused through a fault of ours, and then replayed: it must come
to the same reply and leave the same behind as the request itself.
"""

import json
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from tellback.app import App
from tellback.core.commands import EraseContact
from tellback.core.errors import Internal
from tellback.core.model import Project
from tellback.core.rejections import RejectionFilter, kept_query
from tellback.dialects.contract import Exchange
from tellback.dialects.rejections import keep_refused_call, keep_refused_items
from tellback.dialects.replay import Replayed, find_replayable, replay
from tests.contract.exchange import FIXTURES, read_fixture, set_stage
from tests.contract.samples import DIALECTS, SAMPLES, Sample, fixtures_of, http_request

WRITING = [sample for sample in SAMPLES if sample.route.method != "GET"]
REFUSED = [
    pytest.param(path.parts[-4], path, id=f"{path.parts[-4]}-{path.stem}")
    for path in FIXTURES
    if read_fixture(path).get("effect", {}).get("rejected_inputs")
]
#: A secret that this very request carries, which is not the project's and is not kept.
_SECRET = "It carried a secret, and those are not kept, so it cannot be done again."


async def replay_all(app: App, project: Project) -> list[Replayed]:
    wires = (app.database, app.dialects, project)
    return await replay(*wires, await find_replayable(*wires, RejectionFilter(), 1000))


@pytest.mark.parametrize("sample", WRITING, ids=str)
async def test_a_refused_call_is_done_again(sample: Sample, shared_app: App) -> None:
    fixture = sample.fixture
    stage = await set_stage(shared_app, sample.dialect.name, fixture.get("settings"))
    assert await stage.prepare(fixture) == []
    request = http_request(stage, sample.route, fixture["request"])
    exchange = Exchange(request, sample.dialect, sample.route, stage.project)
    before = await stage.counts()
    await keep_refused_call(shared_app.database, exchange, Internal(), 500)

    (result,) = await replay_all(shared_app, stage.project)

    if result.reason == _SECRET:
        return
    assert (result.settled, result.status) == (True, fixture["reply"]["status"])
    effect = dict(fixture.get("effect", {}))
    effect["rejected_inputs"] = effect.get("rejected_inputs", 0) + 1
    after = await stage.counts()
    unlike = {name for name in after if after[name] - before[name] != effect.get(name, 0)}
    if any(isinstance(one, EraseContact) for one in sample.route.decode(request).commands):
        # Whose own path names somebody is forgotten with them.
        unlike.discard("rejected_inputs")
    # What only a secret key can vouch for is not taken from a request without one.
    assert unlike <= ({"contact_identities"} if sample.route.credential else set())


def test_no_key_is_kept_with_a_query() -> None:
    seen = set()
    for name, dialect in DIALECTS.items():
        secrets = [f"{{{spec.name}}}" for spec in dialect.keys if not spec.public]
        for fixture in fixtures_of(dialect):
            query = parse_qsl(urlsplit(fixture["request"]["path"]).query, keep_blank_values=True)
            kept = unquote(kept_query(query, dialect.secret_parameters))
            assert not [secret for secret in secrets if secret in kept], fixture["about"]
            seen |= {name for secret in secrets if secret in fixture["request"]["path"]}
    # Wires that carry keys in queries say so, and only they.
    assert seen == {name for name, dialect in DIALECTS.items() if dialect.secret_parameters}


def test_nearly_all_can_be_done_again() -> None:
    assert len(WRITING) >= 2 * len(DIALECTS)


@pytest.mark.parametrize("sample", [s for s in WRITING if s.route.batch], ids=str)
async def test_a_refused_item_is_done_again(sample: Sample, shared_app: App) -> None:
    fixture = sample.fixture
    stage = await set_stage(shared_app, sample.dialect.name, fixture.get("settings"))
    assert await stage.prepare(fixture) == []
    request = http_request(stage, sample.route, fixture["request"])
    exchange = Exchange(request, sample.dialect, sample.route, stage.project)
    exchange.call = sample.route.decode(request)
    items = len(exchange.call.commands)
    before = await stage.counts()
    await keep_refused_items(shared_app.database, exchange, [Internal()] * items)

    results = await replay_all(shared_app, stage.project)

    effect = dict(fixture.get("effect", {}))
    assert len(results) == items
    assert sum(not result.settled for result in results) == effect.get("rejected_inputs", 0)
    after = await stage.counts()
    effect["rejected_inputs"] = items
    if "invitation_requests" in effect:
        # Each item that was taken came as a call of its own.
        effect["invitation_requests"] = sum(result.settled for result in results)
    assert {n: after[n] - before[n] for n in after if after[n] != before[n]} == effect


@pytest.mark.parametrize(("name", "path"), REFUSED)
async def test_what_is_wrong_is_refused_again_for_the_same_reason(
    name: str, path: str, shared_app: App
) -> None:
    fixture = read_fixture(path)  # type: ignore[arg-type]
    stage = await set_stage(shared_app, name, fixture.get("settings"))
    assert await stage.play(fixture) == []
    before = await stage.counts()
    for result in await replay_all(shared_app, stage.project):
        assert result.status is not None
        assert result.status < 500, json.dumps(fixture["request"])
        if not result.settled:
            assert result.reason
            assert await stage.counts() == before
