"""Calls an ASGI application in this process, byte for byte as a test wants it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit


@dataclass(frozen=True)
class Reply:
    """What came back. Header names are lower case; repeated headers are joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


async def call(
    app: Any,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] = b"",
    peer: str = "203.0.113.1",
) -> Reply:
    """Send one request. A body given in parts arrives in parts, with no length announced."""
    whole = isinstance(body, bytes)
    parts = iter((body,) if isinstance(body, bytes) else body)
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    sent.setdefault("host", "testserver")
    if isinstance(body, bytes) and body:
        sent.setdefault("content-length", str(len(body)))
    received: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        part = next(parts, b"")
        return {"type": "http.request", "body": part, "more_body": bool(part) and not whole}

    async def send(message: dict[str, Any]) -> None:
        received.append(message)

    await app(_scope(method, url, sent, peer), receive, send)
    return _reply(received)


def _scope(method: str, url: str, headers: Mapping[str, str], peer: str) -> dict[str, Any]:
    split = urlsplit(url)
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": split.scheme or "http",
        "method": method,
        "path": split.path,
        "raw_path": split.path.encode(),
        "query_string": quote(split.query, safe="%&=+/:;,?@!$'()*~-._").encode(),
        "root_path": "",
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
        "client": (peer, 50_000),
        "server": ("testserver", 80),
    }


def _reply(received: list[dict[str, Any]]) -> Reply:
    start, *rest = received
    headers: dict[str, str] = {}
    for name, value in start["headers"]:
        key, text = name.decode().lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return Reply(start["status"], headers, b"".join(message["body"] for message in rest))
