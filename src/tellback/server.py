"""One process: the web server, the sender, or both, until it is told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

import structlog
import uvicorn

from tellback.app import App
from tellback.config import Config
from tellback.http_protocol import HttpProtocol

log = structlog.get_logger()
#: How long a request that is under way may take to finish once we are told to stop, in seconds.
_DRAIN = 10


class Role(StrEnum):
    """Which parts run in this process."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Sender(Protocol):
    """What works besides the web server: it runs until it is told to stop, and then finishes."""

    async def run(self) -> None:
        """Work until stopped."""

    def stop(self) -> None:
        """Finish what is under way, and let `run` return."""


class PortTaken(Exception):
    """The address cannot be listened on."""


def listen(config: Config) -> socket.socket:
    """A listening socket, so that the port is known (and ours) before anything else starts."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((config.host, config.port))
    except OSError as error:
        opened.close()
        where = f"{config.host}:{config.port}"
        raise PortTaken(f"cannot listen on {where}: {error.strerror}") from None
    opened.listen(2048)
    opened.setblocking(False)
    return opened


async def run(
    app: App,
    senders: Sequence[Sender],
    listener: socket.socket | None,
    started: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM, then drain: requests first, then mails, then return."""
    _spare_the_collector()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    server = _Server(app, started) if listener else None
    if server and listener:
        tasks.append(asyncio.create_task(server.serve([listener])))
    else:
        started()
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    if server:
        server.should_exit = True
    for sender in senders:
        sender.stop()
    stopping.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for failure in (result for result in results if isinstance(result, Exception)):
        raise failure


def _spare_the_collector() -> None:
    """Let the garbage collector look at new objects only, and at many of them at a time.

    What the program itself consists of lives as long as it does; a call of ten thousand items
    makes a million objects that all die by themselves. This takes a fifth off such a call.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class _Server(uvicorn.Server):
    """uvicorn, with the signals left to us and a word when it listens."""

    def __init__(self, app: App, started: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http=HttpProtocol,
                ws="none",
                lifespan="on",
                access_log=False,
                log_config=None,
                server_header=False,
                # Never "*": that believes the client's own word for its address.
                proxy_headers=bool(app.config.trusted_proxies),
                forwarded_allow_ips=app.config.trusted_proxies,
                timeout_graceful_shutdown=_DRAIN,
                timeout_keep_alive=75,
            )
        )
        self._say_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._say_started()

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Leave the signals to `run`, which also has mails to finish."""
        yield
