"""Answers whoever watches the server: health for anybody, figures for whom they are meant."""

import hmac
from collections.abc import Callable
from typing import Any

import msgspec

from tellback.web.monitor.health import Health
from tellback.web.monitor.metrics import Metrics
from tellback.web.pages import HEADERS

Send = Callable[[Any], Any]
LIVE, READY, METRICS = "/-/health/live", "/-/health/ready", "/-/metrics"
PATHS = frozenset({LIVE, READY, METRICS})
_JSON = "application/json"


class Monitor:
    """A raw ASGI application, which needs no page framework and no key to be alive.

    ``token`` opens the figures, which are business data, to its bearers; None needs none, for a
    port that strangers do not reach; without any ("") there are none to see.
    """

    def __init__(self, health: Health, metrics: Metrics, token: str | None) -> None:
        self._health, self._metrics, self._token = health, metrics, token

    def at_operations_port(self) -> "Monitor":
        """The same for a port that only the operator's own machines reach."""
        return Monitor(self._health, self._metrics, None)

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["method"] not in ("GET", "HEAD"):
            await _reply(scope, send, 405, b"", extra=((b"allow", b"GET, HEAD"),))
            return
        if scope["path"] == LIVE:
            await _reply(scope, send, 200, b'{"status":"ok"}')
        elif scope["path"] == READY:
            await self._tell_ready(scope, send)
        elif scope["path"] == METRICS and self._token != "":
            await self._tell_figures(scope, send)
        else:
            await _reply(scope, send, 404, b'{"error":"Not found"}')

    async def _tell_ready(self, scope: Any, send: Send) -> None:
        reasons = await self._health.reasons()
        said = {
            "status": "not ready" if reasons else "ready",
            "reasons": [{"code": reason.code, "message": reason.message} for reason in reasons],
        }
        await _reply(scope, send, 503 if reasons else 200, msgspec.json.encode(said))

    async def _tell_figures(self, scope: Any, send: Send) -> None:
        headers = dict(scope["headers"])
        if self._token is not None and not _bears(headers.get(b"authorization", b""), self._token):
            body = b'{"error":"Unauthorized","message":"The metrics token is missing or wrong."}'
            await _reply(scope, send, 401, body, extra=((b"www-authenticate", b"Bearer"),))
            return
        body, kind = await self._metrics.page(headers.get(b"accept", b"").decode("latin-1"))
        await _reply(scope, send, 200, body, kind)


def _bears(authorization: bytes, token: str) -> bool:
    kind, _, given = authorization.partition(b" ")
    return kind.lower() == b"bearer" and hmac.compare_digest(given.strip(), token.encode())


async def _reply(
    scope: Any,
    send: Send,
    status: int,
    body: bytes,
    kind: str = _JSON,
    extra: tuple[tuple[bytes, bytes], ...] = (),
) -> None:
    headers = [
        (b"content-type", kind.encode("latin-1")),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
