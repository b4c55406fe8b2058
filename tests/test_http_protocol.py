"""The HTTP protocol: heads are bounded, whatever the parser takes; replies come in one piece."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from tellback.app import App
from tellback.http_protocol import MOST_HEAD, HttpProtocol


@pytest.fixture
async def port(app: App) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=HttpProtocol, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve([listener]))
    yield listener.getsockname()[1]
    server.should_exit = True
    await running
    listener.close()


async def talk(port: int, *parts: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(65_536), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_head_of_ordinary_size_is_served(port: int) -> None:
    head = b"GET /-/health/live HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 30_000 + b"\r\n\r\n"
    assert (await talk(port, head)).startswith(b"HTTP/1.1 200")


async def test_a_header_without_end_is_hung_up_on(port: int) -> None:
    parts = [b"a" * MOST_HEAD] * 20
    reply = await talk(port, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", *parts)
    assert b" 200 " not in reply


async def test_trailers_without_end_are_hung_up_on(port: int) -> None:
    head = b"POST /api/responses HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
    reply = await talk(port, head, *[b"a" * MOST_HEAD] * 20)
    assert b" 20" not in reply


async def test_a_large_body_in_small_chunks_is_no_head(port: int) -> None:
    head = b"POST /api/responses HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    reply = await talk(port, head + b"\r\n", *[b"1\r\n{\r\n" * 5_000] * 10, b"0\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 4")


async def test_a_reply_without_a_body_ends(port: int) -> None:
    lines = b" /-/health/live HTTP/1.1\r\nHost: x\r\n"
    reply = await talk(
        port, b"HEAD" + lines + b"\r\n", b"GET" + lines + b"Connection: close\r\n\r\n"
    )
    assert reply.count(b"HTTP/1.1 ") == 2


async def test_who_expects_to_be_told_so_is_told_to_go_on(port: int) -> None:
    head = (
        b"POST /api/responses HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
    )
    reply = await talk(port, head + b"\r\n")
    assert reply == b"HTTP/1.1 100 Continue\r\n\r\n"


async def test_a_reply_that_breaks_off_was_begun() -> None:
    written = await reply_of(break_off)
    assert written.pieces[0].startswith(b"HTTP/1.1 200 OK")
    assert written.pieces[0].endswith(b"\r\n\r\none")
    assert len(written.pieces) == 1
    assert written.closed


async def test_a_reply_that_fails_before_its_body_is_an_error() -> None:
    written = await reply_of(fail_after_head)
    assert b"".join(written.pieces).startswith(b"HTTP/1.1 500 ")
    assert written.closed


@pytest.mark.parametrize(
    "header", [(b"location", b"/\r\nset-cookie: a=b"), (b"x", b"\0"), (b"x: y", b"z")]
)
async def test_no_header_adds_another(header: tuple[bytes, bytes]) -> None:
    async def add(_scope: Any, _receive: Any, send: Any) -> None:
        await send({**_HEAD, "headers": [*_HEAD["headers"], header]})
        await send({"type": "http.response.body", "body": b"onetwo"})

    replied = b"".join((await reply_of(add)).pieces)
    assert replied.startswith(b"HTTP/1.1 500 ")
    assert header[1] not in replied


async def test_a_tab_may_stand_in_a_header() -> None:
    async def add(_scope: Any, _receive: Any, send: Any) -> None:
        await send({**_HEAD, "headers": [*_HEAD["headers"], (b"X-Two", b"a\tb")]})
        await send({"type": "http.response.body", "body": b"onetwo"})

    assert b"\r\nx-two: a\tb\r\n" in (await reply_of(add)).pieces[0]


async def test_a_body_of_unknown_length_is_chunked() -> None:
    async def say(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body"})

    head, body = b"".join((await reply_of(say)).pieces).split(b"\r\n\r\n", 1)
    assert b"\r\ntransfer-encoding: chunked" in head
    assert body == b"3\r\none\r\n0\r\n\r\n"


@pytest.mark.parametrize("body", [b"one", b"onetwothree"])
async def test_a_body_is_as_long_as_it_said(body: bytes) -> None:
    async def say(_scope: Any, _receive: Any, send: Any) -> None:
        await send(_HEAD)
        await send({"type": "http.response.body", "body": body})

    written = await reply_of(say)
    assert b"onetwothree" not in b"".join(written.pieces)
    assert written.closed


async def test_replies_keep_the_order_of_requests_that_did_not_wait() -> None:
    async def say(scope: Any, _receive: Any, send: Any) -> None:
        await send({**_HEAD, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    written = await reply_of(say, b"GET /%61 HTTP/1.1\r\n\r\nGET /b?c HTTP/1.1\r\n\r\n")
    assert [piece[-2:] for piece in written.pieces] == [b"/a", b"/b"]
    assert not written.closed


@pytest.mark.parametrize(
    "request_", [b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"]
)
async def test_the_last_reply_says_so(request_: bytes) -> None:
    written = await reply_of(say_two_things, request_)
    assert b"\r\nconnection: close\r\n" in written.pieces[0]
    assert written.closed


async def test_head_and_body_are_written_together() -> None:
    written = await reply_of(say_two_things)
    assert [piece[-3:] for piece in written.pieces] == [b"one", b"two"]


async def test_a_connection_that_stays_idle_is_closed() -> None:
    written = Writes()
    serving = protocol(written, say_two_things)
    serving.timeout_keep_alive = 0
    serving.data_received(_REQUEST)
    await asyncio.gather(*serving.tasks)
    await until(lambda: written.closed)


async def test_a_connection_in_use_is_kept() -> None:
    written = Writes()
    serving = protocol(written, say_two_things)
    serving.data_received(_REQUEST)
    await asyncio.gather(*serving.tasks)
    serving.data_received(_REQUEST[:5])
    serving.timeout_keep_alive = 0
    serving.timeout_keep_alive_handler()
    assert not written.closed
    serving.connection_lost(OSError())


async def test_a_lost_connection_is_forgotten() -> None:
    serving = protocol(Writes(), say_two_things)
    serving.data_received(_REQUEST)
    await asyncio.gather(*serving.tasks)
    timer = serving.timeout_keep_alive_task
    assert timer is not None
    serving.connection_lost(OSError())
    assert timer.cancelled()


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0)


class Writes(asyncio.Transport):
    """A transport that remembers what was written, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """As a socket that is never full."""

    def resume_reading(self) -> None:
        """As a socket that is never full."""


def protocol(transport: asyncio.Transport, application: Any) -> HttpProtocol:
    config = uvicorn.Config(application, http=HttpProtocol, log_config=None, lifespan="off")
    serving = HttpProtocol(config, ServerState(), {})
    serving.connection_made(transport)
    return serving


async def reply_of(application: Any, request: bytes | None = None) -> Writes:
    """What was written in reply to some octets."""
    written = Writes()
    serving = protocol(written, application)
    serving.data_received(request or _REQUEST)
    while serving.tasks:
        await asyncio.gather(*serving.tasks)
        await asyncio.sleep(0)
    return written


async def say_two_things(_scope: Any, _receive: Any, send: Any) -> None:
    await send(_HEAD)
    await send({"type": "http.response.body", "body": b"one", "more_body": True})
    await send({"type": "http.response.body", "body": b"two"})


async def break_off(_scope: Any, _receive: Any, send: Any) -> None:
    await send(_HEAD)
    await send({"type": "http.response.body", "body": b"one", "more_body": True})
    raise OSError


async def fail_after_head(_scope: Any, _receive: Any, send: Any) -> None:
    await send(_HEAD)
    raise OSError


_REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
_HEAD: dict[str, Any] = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-length", b"6")],
}
