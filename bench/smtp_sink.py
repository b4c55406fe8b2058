"""An SMTP server that takes every mail and keeps none: `python -m bench.smtp_sink`.

`STATS` is its one command of its own: how many mails it took, and when on this machine's monotonic
clock the last one came.
"""

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from typing import Any

import uvloop

_END = b"\r\n.\r\n"
_EXTENSIONS = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 35882577\r\n"
_REPLIES = {
    b"EHLO": _EXTENSIONS,
    b"HELO": b"250 sink\r\n",
    b"DATA": b"354 go ahead\r\n",
    b"QUIT": b"221 bye\r\n",
}
_OK = b"250 ok\r\n"


@dataclass(slots=True)
class Stats:
    """What has come so far. ``last_at`` is in seconds of the monotonic clock."""

    connections: int = 0
    mails: int = 0
    octets: int = 0
    last_at: float = 0.0


class _Session(asyncio.Protocol):
    """One connection: commands, pipelined or not, and the content of mails."""

    def __init__(self, stats: Stats) -> None:
        self.stats = stats
        self.buffer = bytearray()
        self.in_content = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.stats.connections += 1
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        replies = b""
        while (answered := self._content() if self.in_content else self._command()) is not None:
            replies += answered
        if replies:
            self.transport.write(replies)
        if replies.endswith(_REPLIES[b"QUIT"]):
            self.transport.close()

    def _content(self) -> bytes | None:
        # The line end before the final dot may be the one that ended the command before it.
        end = 0 if self.buffer.startswith(_END[2:]) else self.buffer.find(_END) + 2
        if end == 1:
            return None
        self.stats.mails += 1
        self.stats.octets += end
        self.stats.last_at = time.monotonic()
        del self.buffer[: end + 3]
        self.in_content = False
        return _OK

    def _command(self) -> bytes | None:
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return None
        verb = bytes(self.buffer[:4]).upper()
        del self.buffer[: end + 2]
        self.in_content = verb == b"DATA"
        if verb == b"STAT":
            return b"250 %s\r\n" % json.dumps(asdict(self.stats)).encode()
        return _REPLIES.get(verb, _OK)


async def _serve() -> None:
    stats = Stats()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Session(stats), "127.0.0.1", 0, backlog=512)
    host, port = server.sockets[0].getsockname()
    print(f"listens on smtp://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
