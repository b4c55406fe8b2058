"""What pages anywhere call: the script, the published surveys, asking, answering, closing.

Every refusal is told as problem details, and refused input is kept in the owner's log.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection
from tellback.core.errors import Internal, Overloaded, RateLimited, TellbackError
from tellback.core.model import Project
from tellback.core.rejections import kept_headers
from tellback.dialects.contract import KILOBYTE, MethodNotAllowed, UnknownPath
from tellback.dialects.ingress import ClientGone, receive_body
from tellback.dialects.native import WIDGET
from tellback.store.database import Database
from tellback.telemetry.pace import Pace
from tellback.telemetry.requests import OPERATION, Telemetry
from tellback.web.api.bodies import read_body
from tellback.web.api.operations import Reply, as_json
from tellback.web.api.problems import refuse
from tellback.web.widget.answering import Answer, Dismissal, answer, dismiss
from tellback.web.widget.asking import Ask, ask
from tellback.web.widget.gate import Gate
from tellback.web.widget.publication import published
from tellback.web.widget.script import load_script

SCRIPT, PREFIX = "/-/widget.js", "/-/widget/"
log = structlog.get_logger()
#: What each call's body must be.
_BODIES: Mapping[str, Any] = {"ask": Ask, "answer": Answer, "dismiss": Dismissal}
_MAX_BODY = 128 * KILOBYTE
_MAX_AGENT = 500
#: A page anywhere may load and call it: the key stands in the page for everybody to read.
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}
_CACHED_SCRIPT = "public, max-age=3600, stale-while-revalidate=86400"
_CACHED_SURVEYS = "public, max-age=60, stale-while-revalidate=60"


@dataclass(slots=True)
class _Request:
    """A request, and what is known of it so far."""

    method: str
    path: str
    headers: dict[str, str]
    peer: str
    receive: Callable[[], Any]
    operation: str = "unknown"
    project: Project | None = None
    body: bytes = b""


class Widget:
    """A raw ASGI application."""

    def __init__(
        self,
        database: Database,
        telemetry: Telemetry | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or Pace()
        self._database = database
        self._telemetry = telemetry or Telemetry()
        self._gate = Gate(database)

    async def __call__(self, scope: Any, receive: Callable[[], Any], send: Any) -> None:
        """Serve one HTTP request."""
        request = _request(scope, receive)
        try:
            reply = await self._reply(request)
        except ClientGone:
            return
        scope[OPERATION] = request.operation
        await _send(send, reply, scope["method"])

    async def _reply(self, request: _Request) -> Reply:
        try:
            return await self._answer(request)
        except TellbackError as error:
            reply, kind = refuse(error), type(error).__name__
            self._telemetry.refused(WIDGET, (kind,))
            if not isinstance(error, Overloaded | RateLimited):
                await self._keep(request, reply.status, error.message)
            return reply
        except Exception:
            log.exception("request failed", wire=WIDGET, operation=request.operation)
            return refuse(Internal())

    async def _answer(self, request: _Request) -> Reply:
        if request.path == SCRIPT:
            request.operation = "script"
            _allow(request, "GET")
            return _script(request)
        key, _, operation = request.path.removeprefix(PREFIX).partition("/")
        if operation and operation not in _BODIES:
            raise UnknownPath
        request.operation = operation or "surveys"
        _allow(request, "POST" if operation else "GET")
        if request.method == "OPTIONS":
            return Reply(204, content_type=None, headers=_PREFLIGHT)
        self._pace.check()
        request.project = await self._gate.project(key, request.peer)
        if operation:
            return await self._take(request, request.project)
        return _cached(request, await published(self._database, request.project), _CACHED_SURVEYS)

    async def _take(self, request: _Request, project: Project) -> Reply:
        self._gate.count(project, request.peer)
        request.body = await receive_body(request.receive, _MAX_BODY)
        given = read_body(request.body, _BODIES[request.operation])
        if isinstance(given, Ask):
            told = await ask(self._database, project, given)
        elif isinstance(given, Answer):
            agent = request.headers.get("user-agent", "")[:_MAX_AGENT] or None
            told = await answer(self._database, project, given, agent=agent, ip=request.peer)
        else:
            told = await dismiss(self._database, project, given)
        return as_json(told, headers={"Cache-Control": "no-store"})

    async def _keep(self, request: _Request, status: int, reason: str) -> None:
        """Keep what was refused. Reading calls bring no input, so they are not kept."""
        if request.project is None or request.method != "POST":
            return
        entry = RecordRejection(
            dialect=WIDGET,
            operation=request.operation,
            method=request.method,
            path=request.path,
            status=status,
            reason=reason,
            body=request.body,
            headers=kept_headers(request.headers),
        )
        # The reply says that nothing was stored, and that stays true; the log alone is poorer.
        with suppress(Overloaded):
            await self._database.write(record_rejections, [(request.project, entry)])


def is_widget(path: str) -> bool:
    """Whether a path is the widget's."""
    return path == SCRIPT or path.startswith(PREFIX)


def _request(scope: Any, receive: Callable[[], Any]) -> _Request:
    return _Request(
        method="GET" if scope["method"] == "HEAD" else scope["method"],
        path=scope["path"],
        headers={k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]},
        peer=scope["client"][0] if scope.get("client") else "",
        receive=receive,
    )


def _allow(request: _Request, method: str) -> None:
    if request.method not in (method, "OPTIONS"):
        raise MethodNotAllowed(["GET", "HEAD"] if method == "GET" else [method])


def _script(request: _Request) -> Reply:
    script = load_script()
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": _CACHED_SCRIPT, "ETag": script.tag, "Vary": "Accept-Encoding"}
    if _has(request, script.tag):
        return Reply(304, content_type=None, headers=headers)
    kind = "text/javascript; charset=utf-8"
    if zipped:
        return Reply(200, script.zipped, kind, {**headers, "Content-Encoding": "gzip"})
    return Reply(200, script.plain, kind, headers)


def _cached(request: _Request, body: bytes, control: str) -> Reply:
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"Cache-Control": control, "ETag": tag}
    if _has(request, tag):
        return Reply(304, content_type=None, headers=headers)
    return Reply(200, body, headers=headers)


def _has(request: _Request, tag: str) -> bool:
    """Whether the caller has this very thing (RFC 9110, section 13.1.2)."""
    had = {one.strip().removeprefix("W/") for one in _tags(request)}
    return tag in had or "*" in had


def _tags(request: _Request) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")


async def _send(send: Any, reply: Reply, method: str) -> None:
    headers = {**_HEADERS, **reply.headers}
    if reply.content_type is not None:
        headers["Content-Type"] = reply.content_type
    if reply.status not in (204, 304):
        headers["Content-Length"] = str(len(reply.body))
    encoded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})
