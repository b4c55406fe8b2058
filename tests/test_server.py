"""The web server lets people in also when it is busy."""

import asyncio
import socket
from typing import Any

import uvloop

from tellback.config import Config
from tellback.server import _Server

_MANY = 48


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """Nobody asks for anything."""


async def turns_to_let_in(many: int) -> int:
    """How many turns of the event loop it takes until so many who knock at once are in."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=many)
    server = _Server(nothing, Config(), lifespan="off")
    serving = asyncio.ensure_future(server.serve([listener]))
    await server.listening.wait()
    knocking = [socket.create_connection(listener.getsockname()) for _ in range(many)]
    turns = 0
    while len(server.server_state.connections) < many:
        await asyncio.sleep(0)
        turns += 1
    for connection in knocking:
        connection.close()
    server.should_exit = True
    await serving
    return turns


def test_many_are_let_in_at_a_turn() -> None:
    assert uvloop.run(turns_to_let_in(_MANY)) < _MANY / 2
