"""SMTP servers on loopback: aiosmtpd, and one that answers by a script."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from aiosmtpd.smtp import SMTP

from tellback.mail.delivery import (
    Envelope,
)
from tellback.mail.transports.smtp import SmtpTransport
from tellback.mail.transports.smtp_url import parse_smtp_url

MESSAGE = b"Subject: hi\r\n\r\nHello\r\n"


def mail(recipient: str = "alice@example.org", message: bytes = MESSAGE) -> Envelope:
    return Envelope("ask@shop.example", recipient, message, "<1@t.example>")


class Sink:
    """An aiosmtpd handler that does what the recipient's name says, or else takes the mail."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.connections: list[asyncio.Transport] = []
        self.open_at_most = 0

    def connected(self, transport: asyncio.Transport) -> None:
        self.connections.append(transport)
        still_open = sum(not known.is_closing() for known in self.connections)
        self.open_at_most = max(self.open_at_most, still_open)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        match address.partition("@")[0].split("-"):
            case ["rcpt", "slow"]:
                await asyncio.sleep(5)
            case ["rcpt", "drop"]:
                server.transport.abort()
            case ["rcpt", code]:
                return f"{code} no\tsuch\x07 luck"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any
    ) -> str:
        match envelope.rcpt_tos[0].partition("@")[0].split("-"):
            case ["data", "slow"]:
                await asyncio.sleep(5)
            case ["data", "drop"]:
                server.transport.abort()
            case ["data", code]:
                return f"{code} not today"
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK queued as 17"


class Server(SMTP):
    """aiosmtpd, reporting its connections to the sink."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if isinstance(self.event_handler, Sink):
            self.event_handler.connected(transport)


@asynccontextmanager
async def listening(factory: Callable[[], Server], **options: Any) -> AsyncIterator[int]:
    accepted: list[Server] = []

    def accept() -> Server:
        accepted.append(factory())
        return accepted[-1]

    server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in accepted:
            if connection.transport:
                connection.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def transport_to(
    port: int, *, query: str = "starttls=off", user: str = "", connections: int = 4, **settings: Any
) -> AsyncIterator[SmtpTransport]:
    server = parse_smtp_url(f"smtp://{user}127.0.0.1:{port}?{query}")
    quick = {"connect_timeout": 2.0, "command_timeout": 1.0, "content_timeout": 1.0, "hello": "t"}
    transport = SmtpTransport(replace(server, **(quick | settings)), connections)
    try:
        yield transport
    finally:
        await transport.close()


@asynccontextmanager
async def sending_to(sink: Sink, **settings: Any) -> AsyncIterator[SmtpTransport]:
    async with listening(lambda: Server(sink)) as port, transport_to(port, **settings) as transport:
        yield transport


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Script = dict[bytes, bytes | None]
POLITE: Script = {
    b"EHLO": b"250-t\r\n250 SIZE 99\r\n",
    b"MAIL": b"250 OK\r\n",
    b"RCPT": b"250 OK\r\n",
    b"DATA": b"354 go\r\n",
    b".\r\n": b"250 OK\r\n",
    b"RSET": b"250 OK\r\n",
    b"NOOP": b"250 OK\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Actor:
    """Answers each connection's commands by that connection's script; None hangs up."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self.heard: list[list[bytes]] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = POLITE | self._scripts[min(len(self.heard), len(self._scripts) - 1)]
        heard: list[bytes] = []
        self.heard.append(heard)
        writer.write(b"220 t\r\n")
        in_content = False
        while line := await reader.readline():
            heard.append(line)
            verb = line[:4] if not in_content else line
            if in_content and line != b".\r\n":
                continue
            reply = script[verb]
            if reply is None:
                break
            writer.write(reply)
            in_content = verb == b"DATA" and reply.startswith(b"354")
            if reply.startswith((b"221", b"421")):
                break


@asynccontextmanager
async def acting(talk: Talk, **settings: Any) -> AsyncIterator[SmtpTransport]:
    talks: set[asyncio.Task[None]] = set()

    async def to_its_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await talk(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(to_its_end, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with transport_to(port, **settings) as transport:
            yield transport
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks)
