"""Serves the operations: path → key → query → body → run → write → reply, for each the same.

Every refusal is told as problem details, and refused input is kept in the owner's log.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection
from tellback.core.errors import Internal, Invalid, Overloaded, RateLimited, TellbackError
from tellback.core.model import Project
from tellback.core.rejections import kept_headers
from tellback.core.settings import ProjectSettings
from tellback.dialects.contract import Dialect, MethodNotAllowed, UnknownPath, UnsupportedMediaType
from tellback.dialects.ingress import ClientGone, receive_body
from tellback.dialects.native import NAME
from tellback.store.database import Database
from tellback.store.ids import new_id
from tellback.telemetry.pace import Pace
from tellback.telemetry.requests import OPERATION, Telemetry
from tellback.web.api.bodies import read_body, read_query
from tellback.web.api.door import CallsSpent, Door
from tellback.web.api.media import accepted, media_type
from tellback.web.api.once import OnceOnly, read_key
from tellback.web.api.operations import JSON, Call, Operation, Refused, Reply, Write
from tellback.web.api.problems import QueryInvalid, refuse
from tellback.web.api.routing import Router
from tellback.web.api.table import OPERATIONS

Receive = Callable[[], Any]
Send = Callable[[Any], Any]
log = structlog.get_logger()
#: Replies hold personal data, so no cache may keep them.
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
#: Whose the calls are that need no key. They read nothing of anybody.
_NOBODY = Project("", "", "", 0, ProjectSettings(), b"")


@dataclass(slots=True)
class _Request:
    """A request, and what is known of it so far."""

    method: str
    path: str
    query_string: bytes
    headers: dict[str, str]
    peer: str
    receive: Receive
    operation: Operation | None = None
    project: Project | None = None
    body: bytes = b""
    rate: Any = None


class Api:
    """A raw ASGI application."""

    def __init__(
        self,
        database: Database,
        dialects: Mapping[str, Dialect],
        telemetry: Telemetry | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or Pace()
        self._database, self._dialects = database, dialects
        self._telemetry = telemetry or Telemetry()
        self._router = Router(OPERATIONS)
        self._door = Door(database)
        self._once = OnceOnly(database)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        request = _request(scope, receive)
        try:
            reply = await self._reply(request, scope.get("raw_path") or scope["path"].encode())
        except ClientGone:
            return
        scope[OPERATION] = _named(request)
        headers = {**_HEADERS, **(self._door.headers(request.rate) if request.rate else {})}
        await _send(send, reply, headers, scope["method"])

    async def _reply(self, request: _Request, raw_path: bytes) -> Reply:
        try:
            reply = await self._answer(request, raw_path)
        except TellbackError as error:
            if isinstance(error, CallsSpent):
                request.rate = error.state
            reply, kind = refuse(error), type(error).__name__
            self._telemetry.refused(NAME, (kind,))
            if not isinstance(error, Overloaded | RateLimited):
                refused = Refused(request.body, error.message, kind)
                await self._keep(request, reply.status, [refused])
        except Exception:
            log.exception("request failed", wire=NAME, operation=_named(request))
            reply = refuse(Internal())
        if reply.refused:
            self._telemetry.refused(NAME, (one.kind for one in reply.refused))
            await self._keep(request, reply.status, reply.refused)
        return reply

    async def _answer(self, request: _Request, raw_path: bytes) -> Reply:
        match = self._router.match(raw_path)
        if match is None:
            raise UnknownPath
        operation = request.operation = match.operations.get(request.method)
        if operation is None:
            raise MethodNotAllowed(_methods(match.operations))
        self._pace.check()
        if operation.scope is not None:
            request.project, request.rate = await self._door.enter(
                request.headers.get("authorization", ""), request.peer, operation.scope
            )
        call = Call(
            operation=operation,
            database=self._database,
            dialects=self._dialects,
            project=request.project or _NOBODY,
            params=match.params,
            query=read_query(request.query_string, operation.query),
            accept=accepted(request.headers.get("accept", ""), operation.produces),
            content_type=media_type(request.headers.get("content-type", "")),
            request_id=new_id(),
            now=self._database.clock(),
        )
        return await self._carry_out(request, call, operation)

    async def _carry_out(self, request: _Request, call: Call, operation: Operation) -> Reply:
        key = None
        if operation.method == "POST":
            key = read_key(request.headers.get("idempotency-key"))
        with self._once.holding(call, key):
            if operation.method != "GET":
                call.raw = request.body = await receive_body(request.receive, operation.max_body)
            earlier = await self._once.earlier(call, key)
            if earlier is not None:
                return earlier
            if operation.body is not None:
                call.body = _read(call, operation)
            done = await _run(call, operation)
            if isinstance(done, Reply):
                return await self._once.keep(call, key, done)
            return await self._once.write(call, key, done)

    async def _keep(self, request: _Request, status: int, refused: Any) -> None:
        """Keep what was refused. Reading calls bring no input, so they are not kept."""
        operation = request.operation
        if operation is None or operation.method == "GET":
            return
        entries = [
            RecordRejection(
                dialect=NAME,
                operation=operation.name,
                method=request.method,
                path=request.path,
                status=status,
                reason=one.reason,
                body=one.raw,
                item=one.item,
                headers=kept_headers(request.headers),
            )
            for one in refused
        ]
        # The reply says that nothing was stored, and that stays true; the log alone is poorer.
        with suppress(Overloaded):
            await self._database.write(record_rejections, [(request.project, e) for e in entries])


def _named(request: _Request) -> str:
    return request.operation.name if request.operation else "unknown"


def _request(scope: Any, receive: Receive) -> _Request:
    headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
    return _Request(
        method="GET" if scope["method"] == "HEAD" else scope["method"],
        path=scope["path"],
        query_string=scope["query_string"],
        headers=headers,
        peer=scope["client"][0] if scope.get("client") else "",
        receive=receive,
    )


async def _run(call: Call, operation: Operation) -> Reply | Write:
    try:
        return await operation.run(call)
    except Invalid as wrong:
        if operation.method != "GET":
            raise
        # Without a body, there is only the query to be wrong.
        raise QueryInvalid(*wrong.problems) from None


def _read(call: Call, operation: Operation) -> Any:
    """What the body says. Where nothing must be said, it may be left out."""
    if not call.raw:
        return read_body(b"{}", operation.body)
    if call.content_type not in operation.consumes:
        raise UnsupportedMediaType(f"The Content-Type must be {' or '.join(operation.consumes)}.")
    return call.raw if call.content_type != JSON else read_body(call.raw, operation.body)


def _methods(operations: Any) -> list[str]:
    return sorted([*operations, *(["HEAD"] if "GET" in operations else [])])


async def _send(send: Send, reply: Reply, extra: dict[str, str], method: str) -> None:
    headers = {**extra, **reply.headers}
    if reply.content_type is not None:
        headers["Content-Type"] = reply.content_type
    if reply.stream is None and reply.status != 204:
        headers["Content-Length"] = str(len(reply.body))
    encoded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    if reply.stream is not None and method != "HEAD":
        async for part in reply.stream:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})
