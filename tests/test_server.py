"""The server as a process part: heads are bounded, whatever the parser takes."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from tellback.app import App
from tellback.server import MOST_HEAD, BoundedProtocol


@pytest.fixture
async def port(app: App) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=BoundedProtocol, log_config=None, lifespan="off", ws="none")
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
