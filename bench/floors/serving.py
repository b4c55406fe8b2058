"""Runs a floor on the web server, event loop and HTTP parser that Tellback runs on."""

import argparse
import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from sqlalchemy import Engine

from tellback.store.engine import open_engine, sqlite_url
from tellback.store.migrate import migrate


def serve(make_app: Callable[[str], Any]) -> None:
    """Serve the application that is made for a database's URL, and say where, like Tellback."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    uvloop.run(_serve(make_app(options.database or sqlite_url(options.data)), listener))


def open_tables(url: str) -> Engine:
    """An engine with Tellback's settings on Tellback's own tables."""
    engine = open_engine(url, writing=True)
    migrate(engine)
    return engine


async def read_body(receive: Any) -> bytes:
    """The whole body of a request."""
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def reply(send: Any, status: int, body: bytes) -> None:
    """Answer with JSON."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _serve(app: Any, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
    )
    serving = asyncio.create_task(uvicorn.Server(config).serve([listener]))
    host, port = listener.getsockname()
    print(f"listens on http://{host}:{port}")
    await serving
