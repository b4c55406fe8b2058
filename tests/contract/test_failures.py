"""What happens to every writing operation when the server cannot do its part."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tellback.app import App
from tellback.core.errors import Overloaded, TellbackError, Unavailable
from tellback.dialects.contract import BodyTooLarge, Exchange
from tests.contract.asgi import Reply
from tests.contract.exchange import Stage, set_stage
from tests.contract.samples import SAMPLES, Sample, http_request, only_asks

WRITING = [
    sample
    for sample in SAMPLES
    if sample.route.method not in {"GET", "OPTIONS"} and not only_asks(sample)
]
pytestmark = pytest.mark.usefixtures("unlimited")
EVERY = pytest.mark.parametrize("sample", WRITING, ids=str)
READING = [sample for sample in SAMPLES if sample.route.method == "GET"]
EVERY_READING = pytest.mark.parametrize("sample", READING, ids=str)
MEGABYTE = 1024 * 1024


async def prepared(app: App, sample: Sample) -> Stage:
    stage = await set_stage(app, sample.dialect.name, sample.fixture.get("settings"))
    assert await stage.prepare(sample.fixture) == []
    return stage


def has_form_of(reply: Reply, stage: Stage, sample: Sample, error: TellbackError) -> bool:
    """Whether a reply looks like that refusal in the dialect's own form."""
    request = http_request(stage, sample.route, sample.fixture["request"])
    expected = sample.dialect.encode_error(Exchange(request, sample.dialect, sample.route), error)
    assert reply.status == expected.status, reply.body
    assert reply.headers.get("content-type") == expected.content_type
    return bool(reply.body) == bool(expected.body)


@asynccontextmanager
async def busy_writer(app: App) -> AsyncIterator[None]:
    """The writer does something else meanwhile, and nothing more may wait."""
    release, database = threading.Event(), app.database
    most, database._max_queued = database._max_queued, 0

    def wait(_tx: Any, jobs: Any) -> list[bool]:
        return [release.wait(20) for _ in jobs]

    busy = asyncio.ensure_future(database.write(wait, [None]))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        database._max_queued = most
        release.set()
        await busy


@contextmanager
def full_disk(app: App) -> Iterator[None]:
    """Every commit fails."""

    def fail(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, OSError("disk is full"))

    event.listen(app.database.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(app.database.engine, "commit", fail)


@contextmanager
def unreadable(app: App) -> Iterator[None]:
    """The server of the database is away for whoever asks."""

    def fail(_query: Any, _args: Any) -> None:
        raise OperationalError("BEGIN", {}, OSError("the server is away"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.database._itself, "ask", fail)
        yield


@EVERY
async def test_a_full_queue_is_said_at_once(sample: Sample, shared_app: App) -> None:
    stage = await prepared(shared_app, sample)
    before = await stage.counts()
    async with busy_writer(shared_app):
        reply = await stage.send(sample.fixture["request"])
    assert reply.status == 503
    assert has_form_of(reply, stage, sample, Overloaded())
    assert int(reply.headers["retry-after"]) > 0
    assert await stage.counts() == before
    again = await stage.send(sample.fixture["request"])
    assert again.status == sample.fixture["reply"]["status"]


@EVERY
async def test_what_is_not_committed_is_not_acknowledged(sample: Sample, shared_app: App) -> None:
    stage = await prepared(shared_app, sample)
    before = await stage.counts()
    with full_disk(shared_app), capture_logs() as logs:
        reply = await stage.send(sample.fixture["request"])
    assert "write failed" in {each["event"] for each in logs}
    assert reply.status == 503
    assert has_form_of(reply, stage, sample, Unavailable())
    assert int(reply.headers["retry-after"]) > 0
    assert await stage.counts() == before
    again = await stage.send(sample.fixture["request"])
    assert again.status == sample.fixture["reply"]["status"]


@EVERY_READING
async def test_what_cannot_be_read_now_can_be_asked_for_later(
    sample: Sample, shared_app: App
) -> None:
    stage = await prepared(shared_app, sample)
    with unreadable(shared_app), full_disk(shared_app):
        reply = await stage.send(sample.fixture["request"])
    assert reply.status == 503
    assert has_form_of(reply, stage, sample, Unavailable())
    assert int(reply.headers["retry-after"]) > 0
    again = await stage.send(sample.fixture["request"])
    assert again.status == sample.fixture["reply"]["status"]


class Endless:
    """A body without an end, that counts how much of it was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.taken += 1
            yield b" " * MEGABYTE


@EVERY
async def test_an_oversized_body_is_refused(sample: Sample, shared_app: App) -> None:
    stage = await prepared(shared_app, sample)
    before = await stage.counts()
    reply = await stage.send(sample.fixture["request"], b" " * (sample.route.max_body + 1))
    assert has_form_of(reply, stage, sample, BodyTooLarge())
    after = await stage.counts()
    assert {**after, "rejected_inputs": 0} == {**before, "rejected_inputs": 0}


@EVERY
async def test_an_endless_body_is_read_no_further_than_allowed(
    sample: Sample, shared_app: App
) -> None:
    stage = await prepared(shared_app, sample)
    endless = Endless()
    reply = await stage.send(sample.fixture["request"], endless)
    assert has_form_of(reply, stage, sample, BodyTooLarge())
    assert endless.taken <= sample.route.max_body // MEGABYTE + 2


@EVERY
async def test_decoding_needs_nothing_but_the_request(sample: Sample, shared_app: App) -> None:
    stage = await prepared(shared_app, sample)
    first, second = (http_request(stage, sample.route, sample.fixture["request"]) for _ in range(2))
    calls = [sample.route.decode(each) for each in (first, second, first)]
    assert len({repr((list(c.commands), c.query, c.refusal, c.note)) for c in calls}) == 1
    assert first == second
