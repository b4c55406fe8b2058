"""A load generator in its own process: closed loop, many connections, requests built beforehand.

It reads its task as JSON from standard input and writes what it measured as JSON. It costs few
microseconds per request, since it shares the machine's cores with the server that it measures.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

import uvloop

from bench.processes import Broken, cpu_seconds, run

#: Where a request's number goes, ten digits wide, so that every request has the same length.
NUMBER = "##########"


@dataclass(frozen=True, slots=True)
class Task:
    """What to send where. ``request`` is a whole HTTP request; ``pid`` is the server's.

    ``form`` is how a number is written: in ten characters. ``said`` stands in every right reply.
    """

    port: int
    pid: int
    request: str
    connections: int
    warm_up: float
    seconds: float
    status: int
    form: str = "%010d"
    said: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured, after the warm-up. CPU times are per request, in microseconds."""

    requests: int
    per_second: float
    server_us: float
    generator_us: float
    p50_ms: float
    p99_ms: float


def put_load(task: Task) -> Load:
    """Run the generator in a process of its own."""
    printed = run([sys.executable, "-m", "bench.load"], json.dumps(asdict(task)))
    return Load(**json.loads(printed))


def post(path: str, body: str, headers: str = "", media: str = "application/json") -> str:
    """An HTTP/1.1 request with a body."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n{headers}"
        f"Content-Type: {media}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"
    )


@dataclass(slots=True)
class _Tally:
    parts: list[bytes]
    status: bytes
    form: bytes
    said: bytes
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    done: int = 0
    wrong: bytes = b""
    latencies: list[float] | None = None

    def next_request(self) -> bytes:
        return (self.form % next(self.numbers)).join(self.parts)


class _Connection(asyncio.Protocol):
    """Sends a request, waits for the whole reply, sends the next one."""

    def __init__(self, tally: _Tally) -> None:
        self.tally = tally
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self.buffer = data if not self.buffer else self.buffer + data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0 or len(self.buffer) < head + 4 + _length(self.buffer[:head]):
            return
        tally = self.tally
        if self.buffer[9:12] != tally.status or tally.said not in self.buffer:
            tally.wrong = tally.wrong or self.buffer
        tally.done += 1
        if tally.latencies is not None:
            tally.latencies.append(time.perf_counter() - self.sent_at)
        self.buffer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self.tally.wrong = self.tally.wrong or b"the connection was closed"

    def _send(self) -> None:
        self.sent_at = time.perf_counter()
        self.transport.write(self.tally.next_request())


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def _generate(task: Task) -> Load:
    parts = [part.encode() for part in task.request.split(NUMBER)]
    tally = _Tally(parts, str(task.status).encode(), task.form.encode(), task.said.encode())
    loop = asyncio.get_running_loop()
    for _ in range(task.connections):
        await loop.create_connection(lambda: _Connection(tally), "127.0.0.1", task.port)
    await asyncio.sleep(task.warm_up)
    latencies: list[float] = []
    tally.latencies = latencies
    before = (tally.done, time.perf_counter(), cpu_seconds(task.pid), _own_cpu())
    await asyncio.sleep(task.seconds)
    after = (tally.done, time.perf_counter(), cpu_seconds(task.pid), _own_cpu())
    if tally.wrong:
        wanted = " ".join(filter(None, (str(task.status), task.said)))
        raise Broken(f"not {wanted}: {tally.wrong[:600].decode('latin-1')}")
    done, seconds, server, own = (b - a for a, b in zip(before, after, strict=True))
    if not done:
        raise Broken("no request was answered")
    ordered = sorted(latencies)
    return Load(
        int(done),
        done / seconds,
        server / done * 1e6,
        own / done * 1e6,
        ordered[len(ordered) // 2] * 1e3,
        ordered[len(ordered) * 99 // 100] * 1e3,
    )


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Generate the load that standard input asks for."""
    task = Task(**json.load(sys.stdin))
    print(json.dumps(asdict(uvloop.run(_generate(task)))))


if __name__ == "__main__":
    main()
