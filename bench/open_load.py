"""A load that comes whether or not the server keeps up, in a process of its own.

It reads its task as JSON from standard input and writes what it saw as JSON. Calls come at times
that are fixed beforehand, and a call's time counts from then on: waiting for a free connection is
waiting. A call that finds none free within `PATIENCE` is given up, as callers do.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

import uvloop

from bench.load import NUMBER
from bench.processes import run

#: How long a caller waits for a connection and a reply, in seconds.
PATIENCE = 10.0
_TICK = 0.01


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of call: whole HTTP requests to take in turn, and how many come per second.

    `NUMBER` in a request becomes its number, so that no two are about the same person.
    """

    name: str
    requests: Sequence[str]
    per_second: float


@dataclass(frozen=True, slots=True)
class Stage:
    """So many times the usual load for so many seconds."""

    times: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Task:
    """What comes when, over how many connections at most."""

    port: int
    kinds: Sequence[Kind]
    stages: Sequence[Stage]
    connections: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A call: its kind, when it was due (s from the beginning), how long it took, the status.

    Status 0: given up; -1: the connection broke. ``patient``: a refusal that says when to return.
    """

    kind: str
    at: float
    seconds: float
    status: int
    patient: bool = False


def put_open_load(task: Task) -> list[Seen]:
    """Run the load in a process of its own."""
    printed = run([sys.executable, "-m", "bench.open_load"], json.dumps(asdict(task)))
    return [Seen(*one) for one in json.loads(printed)]


@dataclass(slots=True)
class _Caller:
    """Keeps connections and sends calls over them."""

    port: int
    most: int
    free: list["_Connection"] = field(default_factory=list)
    opened: int = 0
    waiting: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def call(self, request: bytes) -> tuple[int, bool]:
        """The status of a call, and whether it says when to try again."""
        connection = await self._take()
        try:
            return await connection.call(request)
        except BaseException:
            connection.close()
            raise
        finally:
            await self._give_back(connection)

    async def _take(self) -> "_Connection":
        async with self.waiting:
            await self.waiting.wait_for(lambda: self.free or self.opened < self.most)
            while self.free:
                connection = self.free.pop()
                if not connection.closed:
                    return connection
                # The server ended it, as nothing had been asked for over a minute.
                self.opened -= 1
            self.opened += 1
        try:
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(_Connection, "127.0.0.1", self.port)
        except BaseException:
            self.opened -= 1
            raise
        return connection

    async def _give_back(self, connection: "_Connection") -> None:
        async with self.waiting:
            if connection.closed:
                self.opened -= 1
            else:
                self.free.append(connection)
            self.waiting.notify()


class _Connection(asyncio.Protocol):
    """One request at a time, its reply read to the end."""

    def __init__(self) -> None:
        self.closed = False
        self.buffer = b""
        self.reply: asyncio.Future[tuple[int, bool]] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    async def call(self, request: bytes) -> tuple[int, bool]:
        """Send a request and wait for its reply."""
        self.buffer = b""
        self.reply = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.reply

    def close(self) -> None:
        """Give the connection up."""
        self.closed = True
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or self.reply is None or self.reply.done():
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) >= end + 4 + length:
            self.reply.set_result((int(head[9:12]), b"\r\nretry-after:" in head))

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self.reply is not None and not self.reply.done():
            self.reply.set_exception(ConnectionError())


async def _generate(task: Task) -> list[Seen]:
    caller, seen, begin = _Caller(task.port, task.connections), [], time.perf_counter()
    async with asyncio.TaskGroup() as calls:
        for at, kind, request in _plan(task):
            wait = begin + at - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(max(wait, _TICK))
            calls.create_task(_call(caller, seen, begin, at, kind, request))
    return seen


async def _call(
    caller: _Caller, seen: list[Seen], begin: float, at: float, kind: str, request: bytes
) -> None:
    status, patient = 0, False
    try:
        async with asyncio.timeout(PATIENCE):
            status, patient = await caller.call(request)
    except TimeoutError:
        status = 0
    except OSError:
        status = -1
    seen.append(Seen(kind, at, time.perf_counter() - begin - at, status, patient))


def _plan(task: Task) -> Iterator[tuple[float, str, bytes]]:
    """Every call with its time, in order: evenly spread within a stage."""
    numbers = count(1)
    turns = {kind.name: count() for kind in task.kinds}
    begin = 0.0
    for stage in task.stages:
        due = sorted(
            (begin + place / (kind.per_second * stage.times), kind.name, kind)
            for kind in task.kinds
            for place in range(round(kind.per_second * stage.times * stage.seconds))
        )
        for at, name, kind in due:
            text = kind.requests[next(turns[name]) % len(kind.requests)]
            yield at, name, text.replace(NUMBER, f"{next(numbers):010}").encode()
        begin += stage.seconds


def main() -> None:
    """Generate the load that standard input asks for."""
    given = json.load(sys.stdin)
    task = Task(
        given["port"],
        [Kind(**kind) for kind in given["kinds"]],
        [Stage(**stage) for stage in given["stages"]],
        given["connections"],
    )
    seen = uvloop.run(_generate(task))
    print(json.dumps([list(asdict(one).values()) for one in seen]))


if __name__ == "__main__":
    main()
