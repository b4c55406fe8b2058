"""A server tells a collector of its requests, commits and mails, and of nobody's data."""

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tellback.config import Config
from tests.journeys.people import MAIL, OTHER, PASSWORD, PEER, People, told_of
from tests.journeys.running import (
    Inbox,
    command,
    environment,
    running_server,
    smtp_server,
    start_server,
)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLERS = f"00-{TRACE}-00f067aa0ba902b7-01"


@dataclass(slots=True)
class Collector:
    """What a collector has been sent."""

    url: str = ""
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        resources = [one for request in self.requests for one in request.resource_spans]
        return [span for one in resources for scope in one.scope_spans for span in scope.spans]

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector of OTLP over HTTP on a free port of this machine."""
    collector = Collector()

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            collector.requests.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receive) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        collector.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as opened:
        yield opened


def attributes(span: Span) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, str(each.value.WhichOneof("value")))
        for each in span.attributes
    }


def test_requests_commits_and_mails_are_told_of_and_nobody_is(config: Config, inbox: Inbox) -> None:
    made = command(config, "project", "create", "Shop")
    command(config, "user", "create", OTHER, "--password-stdin", given=PASSWORD + "\n")
    people = People(made["credentials"])
    settings = {"SMTP_URL": inbox.url, "TRUSTED_PROXIES": "127.0.0.1"}
    with collecting() as collector:
        with (
            running_server(config, OTLP_ENDPOINT=collector.url, **settings) as server,
            httpx.Client(base_url=server.url, headers={"X-Forwarded-For": PEER}) as client,
        ):
            people.speak_on_every_wire(client)
            people.click(client, inbox.to(MAIL))
            people.send_what_will_not_do(client, server.url, config)
            client.get("/-/health/ready")
            client.get("/-/login", headers={"traceparent": CALLERS})
        # It is stopped by now: whatever it had not sent it has sent then.
        all_is_told_of(collector)
        assert told_of(people, str([str(request) for request in collector.requests])) == []


def all_is_told_of(collector: Collector) -> None:
    served = [span for span in collector.spans if span.kind == Span.SPAN_KIND_SERVER]
    wires = {attributes(span).get("tellback.wire") for span in served}
    everybody = {"boolean", "edna", "liveperson", "rocketchat", "satismeter", "api", "pages"}
    assert wires >= everybody
    assert None not in wires  # health would have none
    [answered] = [
        span
        for span in collector.named("edna answer_survey")
        if attributes(span)["http.response.status_code"] == 200
    ]
    assert attributes(answered)["tellback.request_id"] == answered.trace_id.hex()
    commits = collector.named("commit submit_responses")
    assert [span for span in commits if span.parent_span_id == answered.span_id]
    for commit in commits:
        assert commit.end_time_unix_nano > commit.start_time_unix_nano
        assert attributes(commit)["tellback.jobs"] == 1
    [mail] = collector.named("mail")
    assert attributes(mail)["tellback.result"] == "sent"
    [callers] = [span for span in served if span.trace_id.hex() == TRACE]
    assert callers.name == "pages /-/login"
    [resource] = {str(one.resource) for each in collector.requests for one in each.resource_spans}
    assert "tellback" in resource


def test_a_collector_that_is_away_keeps_nobody_waiting(config: Config) -> None:
    server = start_server(config, "--role", "web", OTLP_ENDPOINT="http://127.0.0.1:9")
    assert httpx.get(f"{server.url}/-/login").status_code == 200
    assert server.stop() == 0
    if server.process.stdout:
        server.process.stdout.close()


def test_without_the_setting_nothing_of_it_is_loaded() -> None:
    asked = "import sys, tellback.cli; print([m for m in sys.modules if 'opentelemetry' in m])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_where_it_is_not_installed_that_is_said(config: Config) -> None:
    without = (
        "import sys; sys.modules['opentelemetry.context'] = None; "
        "from tellback.cli import main; sys.argv = ['tellback', 'serve', '--port', '0']; main()"
    )
    refused = subprocess.run(
        [sys.executable, "-c", without],
        capture_output=True,
        text=True,
        check=False,
        env=environment(config, OTLP_ENDPOINT="http://127.0.0.1:4318"),
    )
    assert refused.returncode == 2
    assert "TELLBACK_OTLP_ENDPOINT: needs opentelemetry" in refused.stderr
    assert "pip install 'tellback[otel]'" in refused.stderr
