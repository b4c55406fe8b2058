"""Spans of requests, commits and mails, by OpenTelemetry.

Loaded only where a setting asks for it: the packages are optional. Everything but the place is
OpenTelemetry's own to set (``OTEL_TRACES_SAMPLER``, ``OTEL_EXPORTER_OTLP_HEADERS`` and the like).
No span tells of a person: names are those of operations, ids are ours.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from importlib.metadata import version
from typing import Any

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    Tracer,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tellback.telemetry.requests import REQUEST_ID, Telemetry, given_id

_SPAN: ContextVar[Span | None] = ContextVar("span", default=None)
_W3C = TraceContextTextMapPropagator()


def open_spans(endpoint: str, log_all: bool) -> "TracedTelemetry":
    """Telemetry that sends spans to a collector, in batches and from a thread of its own."""
    ours = Resource({"service.name": "tellback", "service.version": version("tellback")})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return TracedTelemetry(provider, log_all=log_all)


class TracedTelemetry(Telemetry):
    """Tells as always, and in spans."""

    traces = True

    def __init__(self, provider: TracerProvider, *, log_all: bool = False) -> None:
        super().__init__(log_all=log_all)
        self._provider = provider
        self._tracer = provider.get_tracer("tellback")
        self._served: dict[str, SpanContext] = {}

    def request(self, wire: str, operation: str, method: str, status: int, began: float) -> None:
        """Tell of a request that was answered, in the span that it is served in."""
        super().request(wire, operation, method, status, began)
        span = _SPAN.get()
        if span is None:
            return
        span.update_name(f"{wire} {operation}")
        span.set_attributes(
            {
                "http.request.method": method,
                "http.response.status_code": status,
                "tellback.wire": wire,
                "tellback.operation": operation,
                "tellback.request_id": REQUEST_ID.get(),
            }
        )
        if status >= 500:
            span.set_status(StatusCode.ERROR)

    def committed(
        self,
        action: str,
        jobs: int,
        began: float,
        facts: Mapping[tuple[str, ...], int],
        requests: Sequence[str] = (),
    ) -> None:
        """Tell of a commit: within the span of its request, or with a link to each of several."""
        super().committed(action, jobs, began, facts)
        served = self._served.copy()
        met = [served[id_] for id_ in dict.fromkeys(requests) if id_ in served]
        alone = met[0] if len(met) == 1 and len(set(requests)) == 1 else None
        span = self._tracer.start_span(
            f"commit {action}",
            context=_inside(alone),
            links=[] if alone else [Link(one) for one in met],
            attributes={"tellback.action": action, "tellback.jobs": jobs},
            start_time=_since(began),
        )
        span.end()

    def mailed(self, invitation_id: str, result: str, began: float) -> None:
        """Tell of a mail."""
        attributes = {"tellback.invitation": invitation_id, "tellback.result": result}
        span = self._tracer.start_span(
            "mail",
            context=Context(),
            kind=SpanKind.PRODUCER,
            attributes=attributes,
            start_time=_since(began),
        )
        span.end()

    def wrap(self, app: Any, untold: Collection[str]) -> Any:
        """The application with a span around each request."""
        return _Traced(app, self._tracer, self._served, untold)

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


class _Traced:
    """Serves each request in a span, as part of the caller's trace if it has one.

    Where nobody has given the request an id, it gets its trace's, so that the log leads there.
    """

    def __init__(
        self, app: Any, tracer: Tracer, served: dict[str, SpanContext], untold: Collection[str]
    ) -> None:
        self._app, self._tracer, self._served, self._untold = app, tracer, served, untold

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] in self._untold:
            await self._app(scope, receive, send)
            return
        span = self._tracer.start_span("request", _callers(scope["headers"]), SpanKind.SERVER)
        context = span.get_span_context()
        request_id = given_id(scope["headers"])
        if request_id is None:
            request_id = f"{context.trace_id:032x}"
            named = (b"x-request-id", request_id.encode())
            scope = {**scope, "headers": [*scope["headers"], named]}
        self._served[request_id] = context
        _SPAN.set(span)
        try:
            await self._app(scope, receive, send)
        finally:
            self._served.pop(request_id, None)
            span.end()


def _callers(headers: Sequence[tuple[bytes, bytes]]) -> Context:
    told = {
        name.decode(): value.decode("latin-1")
        for name, value in headers
        if name in (b"traceparent", b"tracestate")
    }
    return _W3C.extract(told, Context())


def _inside(parent: SpanContext | None) -> Context:
    return set_span_in_context(NonRecordingSpan(parent), Context()) if parent else Context()


def _since(began: float) -> int:
    """When that was, in ns since the epoch; ``began`` by `time.perf_counter`."""
    return time.time_ns() - int((time.perf_counter() - began) * 1e9)
