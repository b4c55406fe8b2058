"""Calls of our own API in this process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tellback.app import App
from tellback.web.api.operations import PREFIX

BASE = "http://testserver"
#: An id that nothing has.
UNKNOWN = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a key, or without."""

    client: httpx.AsyncClient

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        """Read something."""
        return await self.client.get(PREFIX + path, params=parameters or None)

    async def post(
        self, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Post JSON, with an idempotency key if one is given."""
        sent = {**headers, **({"Idempotency-Key": key} if key else {})}
        return await self.client.post(PREFIX + path, json=body, headers=sent)

    async def send(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send anything."""
        return await self.client.request(method, PREFIX + path, content=content, headers=headers)

    async def batch_reply(self, path: str, *items: Any) -> httpx.Response:
        """Post a batch, whatever comes of it."""
        return await self.post(path, {"items": items})

    async def batch(self, path: str, *items: Any, key: str | None = None) -> list[Any]:
        """Post a batch that is taken; what became of its items."""
        reply = await self.post(path, {"items": items}, key)
        assert reply.status_code == 200, reply.text
        found: list[Any] = reply.json()["items"]
        return found

    async def id_of(self, path: str, item: Any) -> str:
        """Post one item that must be taken; its id."""
        result = (await self.batch(path, item))[0]
        assert "problem" not in result, result
        return str(result["id"])


@asynccontextmanager
async def calling(app: App, key: str | None) -> AsyncIterator[Caller]:
    """A caller with that key."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
        yield Caller(client)
