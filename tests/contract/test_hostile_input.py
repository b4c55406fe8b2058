"""Nothing that a caller can send makes the server fail, over every writing operation."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tellback.app import App
from tellback.core.errors import TellbackError
from tests.contract.exchange import Stage, set_stage
from tests.contract.samples import SAMPLES, Sample, http_request

WRITING = [sample for sample in SAMPLES if sample.route.method not in {"GET", "OPTIONS"}]
pytestmark = pytest.mark.usefixtures("unlimited")
QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXT = st.text(max_size=8) | st.sampled_from(
    ["\0", "\ud7ff", "a" * 70_000, "' OR 1=1 --", "%00", "$", "<x>", "1e400", "🙂" * 50]
)
NUMBERS = st.sampled_from([0, -1, 2**31, 2**63, 2**64, 10**400, 1e308, -0.0, 0.1, 10**15])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
JSON = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v, max_size=3), max_leaves=8
)
DEPTHS = st.sampled_from([900, 1_100, 50_000]) | st.integers(940, 990)
#: Where a deep value can stand: in an item's property, in one that is unknown, in a trait.
AROUND = [
    (b'[{"$email":"a@b.de","properties":{"ab":{"S":', b"}}}]"),
    (b'[{"a":1e999,"properties":', b"}]"),
    (b'{"traits":{"a":', b"}}"),
]


@pytest.fixture(params=WRITING, ids=str)
def ready(request: pytest.FixtureRequest, shared_app: App) -> tuple[Stage, Sample]:
    """An operation, and a project in which it would succeed."""
    sample: Sample = request.param
    chosen = {**sample.fixture.get("settings", {}), "calls_per_hour": 10**9}

    async def prepare() -> Stage:
        stage = await set_stage(shared_app, sample.dialect.name, chosen)
        assert await stage.prepare(sample.fixture) == []
        return stage

    return asyncio.run(prepare()), sample


def answered(ready: tuple[Stage, Sample], body: bytes) -> None:
    """Send a body; the reply must be one of the wire's own, and no failure."""
    stage, sample = ready
    reply = asyncio.run(stage.send(sample.fixture["request"], body))
    assert reply.status < 500, (body[:300], reply.body[:300])
    # 429 is for those who guess keys, which changed bodies do where the key is in there.
    assert reply.status in {200, 201, 204, 429, *sample.dialect.errors.values()}
    if sample.route.batch and reply.status == 200:
        assert b'"code":1000' not in reply.body, (body[:300], reply.body[:300])


@given(st.data())
@QUICK
def test_one_value_is_another(ready: tuple[Stage, Sample], data: st.DataObject) -> None:
    stage, sample = ready
    body = json.loads(stage.body_of(sample.fixture["request"]) or b"{}")
    for _ in range(data.draw(st.integers(1, 3))):
        body = _changed(body, data)
    answered(ready, json.dumps(body).encode())


def _changed(value: Any, data: st.DataObject) -> Any:
    """A value with one part of it, at some depth, replaced, removed or added."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: _changed(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _changed(value[place], data), *value[place + 1 :]]
    if isinstance(value, dict) and data.draw(st.booleans()):
        return {**value, data.draw(TEXT): data.draw(JSON)}
    return data.draw(JSON)


@given(st.integers(0, 2_000), st.binary(max_size=20))
@QUICK
def test_it_breaks_off_or_is_damaged(ready: tuple[Stage, Sample], cut: int, noise: bytes) -> None:
    stage, sample = ready
    body = stage.body_of(sample.fixture["request"])
    answered(ready, body[:cut] + noise)
    answered(ready, body[:cut] + noise + body[cut:])


@given(JSON)
@QUICK
def test_any_json(ready: tuple[Stage, Sample], value: Any) -> None:
    answered(ready, json.dumps(value).encode())


@given(
    DEPTHS,
    st.sampled_from([b"[", b'{"a":', b'[{"properties":', b'{"traits":{"a":[']),
    st.booleans(),
)
@QUICK
def test_any_depth(ready: tuple[Stage, Sample], depth: int, opening: bytes, closed: bool) -> None:
    closing = b"".join(
        b"]" if byte == ord("[") else b"}" for byte in reversed(opening) if byte in b"[{"
    )
    answered(ready, opening * depth + (b"1" + closing * depth if closed else b""))


@pytest.mark.parametrize("around", AROUND)
def test_every_depth_near_the_limit(
    ready: tuple[Stage, Sample], around: tuple[bytes, bytes]
) -> None:
    """What one reader still takes is too deep for the next, whose stack is deeper itself."""
    stage, sample = ready
    request = http_request(stage, sample.route, sample.fixture["request"])
    opening, closing = around
    for depth in range(900, 1_011):
        body = opening + b"[" * depth + b"]" * depth + closing
        with suppress(TellbackError):
            sample.route.decode(replace(request, body=body))


@given(st.binary(max_size=200))
@QUICK
def test_any_bytes(ready: tuple[Stage, Sample], body: bytes) -> None:
    answered(ready, body)
