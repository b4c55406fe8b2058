"""One process: the web server, the sender, or both, until it is told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import structlog
import uvicorn

from tellback.app import App
from tellback.config import Config
from tellback.http_protocol import HttpProtocol
from tellback.systemd import Supervisor
from tellback.web.monitor.application import PATHS

log = structlog.get_logger()
#: How long a request that is under way may take to finish once we take no more, in seconds.
_FINISH = 10
#: How long a connection without a request on it is kept once we take no more, in seconds.
_LINGER = 1.0
#: How many new connections are taken in a turn of the event loop. It takes one by each listener: a
#: busy one, whose turns are long, would let hardly anybody in.
_AT_ONCE = 16


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


@dataclass(frozen=True, slots=True)
class Listeners:
    """Open sockets: for everybody, and for health and metrics alone. Either may be none."""

    public: Sequence[socket.socket]
    operations: Sequence[socket.socket]


def open_listeners(config: Config, role: Role, supervisor: Supervisor) -> Listeners:
    """The supervisor's sockets; where it has none, our own, as the settings say.

    They are opened before anything else starts, so that the ports are known, and ours.
    """
    public, operations = supervisor.listeners()
    if role is Role.WORKER:
        public = []
    elif not public:
        public = [_listen(config.host, config.port)]
    if not operations and config.operations_place:
        operations = [_listen(*config.operations_place)]
    return Listeners(public, operations)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror}") from None
    opened.listen(2048)
    opened.setblocking(False)
    return opened


async def run(
    app: App,
    senders: Sequence[Sender],
    listeners: Listeners,
    started: Callable[[], None] = lambda: None,
    supervisor: Supervisor | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then drain: requests first, then mails, then return.

    SIGTERM leaves whoever sends requests the time to notice; SIGINT, or a second signal, does not.
    """
    supervisor = supervisor or Supervisor()
    _spare_the_collector()
    stop, hurry = asyncio.Event(), asyncio.Event()
    _heed_signals(stop, hurry)
    servers = _servers(app, listeners)
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    tasks += [asyncio.create_task(server.serve(list(on))) for server, on in servers]
    stopping = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(_announce(servers, started, supervisor))
    with supervisor.reassured(), app.pace.watched():
        await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        supervisor.tell("STOPPING=1")
        app.health.drain()
        app.news.close()
        for sender in senders:
            sender.stop()
        if stop.is_set():
            await _drain(servers, hurry, app.config.drain_seconds)
        for server, _ in servers:
            server.should_exit = True
        for task in (stopping, ready):
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for failure in (result for result in results if isinstance(result, Exception)):
        raise failure


def _heed_signals(stop: asyncio.Event, hurry: asyncio.Event) -> None:
    def take(number: signal.Signals) -> None:
        if stop.is_set() or number == signal.SIGINT:
            hurry.set()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, take, number)


def _servers(app: App, listeners: Listeners) -> list[tuple["_Server", Sequence[socket.socket]]]:
    servers: list[tuple[_Server, Sequence[socket.socket]]] = []
    if listeners.public:
        told = app.telemetry.wrap(app, PATHS)
        servers.append((_Server(told, app.config), listeners.public))
    if listeners.operations:
        operations = _Server(app.monitor.at_operations_port(), app.config, lifespan="off")
        servers.append((operations, listeners.operations))
    return servers


async def _announce(
    servers: Sequence[tuple["_Server", Any]], started: Callable[[], None], supervisor: Supervisor
) -> None:
    for server, _ in servers:
        await server.listening.wait()
    supervisor.tell("READY=1")
    started()


async def _drain(
    servers: Sequence[tuple["_Server", Any]], hurry: asyncio.Event, seconds: float
) -> None:
    """Send clients elsewhere as they ask, for so long; then take no more, and let all finish."""
    if not seconds or hurry.is_set():
        return
    for server, _ in servers:
        server.end_connections()
    await _wait(hurry, seconds)
    for server, _ in servers:
        server.take_no_more()
    await _wait(hurry, _LINGER)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _spare_the_collector() -> None:
    """Let the garbage collector look at new objects only, and at many of them at a time.

    What the program itself consists of lives as long as it does; a call of ten thousand items
    makes a million objects that all die by themselves. This takes a fifth off such a call.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class _Server(uvicorn.Server):
    """uvicorn, with the signals left to us, a word when it listens, and a gentler end."""

    def __init__(self, app: Any, config: Config, lifespan: Any = "on") -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http=HttpProtocol,
                ws="none",
                lifespan=lifespan,
                access_log=False,
                log_config=None,
                server_header=False,
                # Never "*": that believes the client's own word for its address.
                proxy_headers=bool(config.trusted_proxies),
                forwarded_allow_ips=config.trusted_proxies,
                timeout_graceful_shutdown=_FINISH,
                timeout_keep_alive=75,
            )
        )
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        given = sockets or []
        more = [each.dup() for each in given for _ in range(1, _AT_ONCE)]
        await super().startup([*given, *more])
        if self.started:
            self.listening.set()

    def end_connections(self) -> None:
        """End each connection with its next reply, so that no client meets a closed one."""
        last = (b"connection", b"close")
        # Into the list in use, which requests under way hold, and into that of the next second.
        self.server_state.default_headers.append(last)
        self.config.encoded_headers.append(last)

    def take_no_more(self) -> None:
        """Leave new connections to whoever else listens on the same sockets."""
        for server in self.servers:
            server.close()

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Leave the signals to `run`, which also has mails to finish."""
        yield
