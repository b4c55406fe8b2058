"""A receiver of webhooks on a free port of this machine, which answers as the test says."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """What came in, and what is answered next; the last answer stays."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: list[bytes | Callable[[], Awaitable[bytes]]] = field(default_factory=lambda: [OK])
    open: int = 0
    most_open: int = 0

    async def heard(self, count: int = 1, seconds: float = 10.0) -> list[Call]:
        """Wait for that many calls."""
        async with asyncio.timeout(seconds):
            while len(self.calls) < count:
                await asyncio.sleep(0.01)
        return self.calls

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in headers.items()}
            body = await reader.readexactly(int(headers["content-length"]))
            now = asyncio.get_running_loop().time()
            self.calls.append(Call(head[0], headers, body, now))
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            writer.write(said if isinstance(said, bytes) else await said())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def receiving(*answers: bytes | Callable[[], Awaitable[bytes]]) -> AsyncIterator[Receiver]:
    """A receiver that listens meanwhile."""
    receiver = Receiver(answers=list(answers) or [OK])
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()


async def never() -> bytes:
    """An answer that does not come."""
    await asyncio.sleep(3_600)
    return b""
