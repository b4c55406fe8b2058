"""Spans: how those of requests, of the commits that they wait for and of mails belong together."""

import asyncio
import time
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from tellback.telemetry.requests import Told
from tellback.telemetry.spans import TracedTelemetry


class Traced:
    """Telemetry with an application whose requests do as they are told while they are served."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.telemetry = TracedTelemetry(provider)
        self.seen: list[str] = []

    async def serve(self, status: int = 200, path: str = "/x", *headers: Any, **more: Any) -> None:
        """Serve a request, and let ``more['during']`` happen meanwhile."""

        async def app(scope: Any, _receive: Any, send: Any) -> None:
            self.seen.append(dict(scope["headers"]).get(b"x-request-id", b"").decode())
            if during := more.get("during"):
                await during()
            await send({"type": "http.response.start", "status": status})

        async def send(_message: Any) -> None:
            """Nobody listens."""

        told = Told(app, "api", self.telemetry, lambda: "0" * 32)
        wrapped = self.telemetry.wrap(told, {"/health"})
        scope = {"type": "http", "method": "GET", "path": path, "headers": list(headers)}
        await wrapped(scope, None, send)

    def spans(self, prefix: str = "") -> list[ReadableSpan]:
        return [one for one in self.exporter.get_finished_spans() if one.name.startswith(prefix)]


@pytest.fixture
def traced() -> Traced:
    return Traced()


async def test_a_requests_id_is_its_traces(traced: Traced) -> None:
    await traced.serve(503)
    (span,) = traced.spans()
    assert span.context
    assert span.attributes
    assert traced.seen == [f"{span.context.trace_id:032x}"]
    assert span.attributes["tellback.request_id"] == traced.seen[0]
    assert span.status.status_code is StatusCode.ERROR
    assert not span.status.description


async def test_a_given_id_is_kept(traced: Traced) -> None:
    await traced.serve(200, "/x", (b"x-request-id", b"0123456789abcdef"))
    assert traced.seen == ["0123456789abcdef"]


async def test_who_watches_is_not_told_of(traced: Traced) -> None:
    await traced.serve(200, "/health")
    assert traced.spans() == []


async def test_the_commit_of_one_request_is_within_it(traced: Traced) -> None:
    async def write() -> None:
        began = time.perf_counter()
        traced.telemetry.committed("submit", 3, began, {}, [traced.seen[-1]] * 2)

    await traced.serve(during=write)
    commit, request = traced.spans()
    assert commit.parent
    assert request.context
    assert commit.parent.span_id == request.context.span_id
    assert traced.telemetry.figures.batches.total == 3


async def test_the_commit_of_several_is_linked_to_each(traced: Traced) -> None:
    async def write() -> None:
        traced.telemetry.committed("submit", 2, time.perf_counter(), {}, traced.seen)

    async def another() -> None:
        # Each request is a task of its own.
        await asyncio.create_task(traced.serve(during=write))

    await traced.serve(during=another)
    (commit,) = traced.spans("commit")
    assert commit.parent is None
    served = {one.context.span_id for one in traced.spans("api") if one.context}
    assert {link.context.span_id for link in commit.links} == served


async def test_what_nobody_waits_for_is_a_trace_of_its_own(traced: Traced) -> None:
    traced.telemetry.committed("claim", 1, time.perf_counter(), {}, ["gone"])
    traced.telemetry.mailed("0" * 32, "sent", time.perf_counter() - 0.5)
    commit, mail = traced.spans()
    assert (commit.parent, mail.parent) == (None, None)
    assert mail.attributes == {"tellback.invitation": "0" * 32, "tellback.result": "sent"}
    assert mail.end_time
    assert mail.start_time
    assert mail.end_time - mail.start_time >= 500_000_000
