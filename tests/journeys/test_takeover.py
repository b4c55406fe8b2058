"""A server is stopped, or replaced by another, while requests come in; no request notices."""

import asyncio
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, select

from tellback.config import Config
from tellback.store.across import across_projects
from tellback.store.tables import contact_identities, responses
from tests.engines import opened
from tests.journeys.running import (
    TELLBACK,
    Server,
    command,
    environment,
    start_server,
    wait_until,
)

#: What systemd does between fork and exec: the socket becomes descriptor 3.
_HAND_OVER = """\
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")
os.execv(sys.argv[2], sys.argv[2:])"""

#: For how long anything may take, in seconds: on a busy machine, a server takes some to start.
_PATIENCE = 60
#: A caller who keeps a connection is told in a reply that it ends. Each must have come around once
#: before the server goes, or would send into a connection that is being closed.
_DRAIN = "2"


@dataclass(slots=True)
class Load:
    """Callers that each post answers one after the other, and what became of them."""

    port: int
    keys: dict[str, Any]
    taken: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """Post from six callers at once; half of them open a connection for each answer."""
        callers = [
            threading.Thread(target=self._call, args=(f"caller-{number}", number % 2 == 0))
            for number in range(6)
        ]
        for caller in callers:
            caller.start()
        try:
            yield self
        finally:
            self.end()
            for caller in callers:
                caller.join(_PATIENCE)

    def go_on(self, more: int = 50) -> None:
        """Wait until so many more answers have been taken."""
        wanted = len(self.taken) + more
        wait_until(lambda: len(self.taken) >= wanted or self.failed, _PATIENCE)

    def end(self) -> None:
        """Let each caller finish what it is at."""
        self._over.set()

    def _call(self, name: str, keep_alive: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        number = 0
        while not self._over.is_set():
            number += 1
            try:
                self._post(connection, f"{name}-{number}")
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(f"{name}: {error!r}")
                connection.close()
            if not keep_alive:
                connection.close()
        connection.close()

    def _post(self, connection: http.client.HTTPConnection, user: str) -> None:
        body = {
            "writeKey": self.keys["write_key"],
            "campaign": self.keys["campaign"],
            "method": "In-App",
            "rating": 9,
            "userId": user,
        }
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/api/responses", json.dumps(body), headers)
        reply = connection.getresponse()
        reply.read()
        if reply.status < 300:
            self.taken.append(user)
        else:
            self.failed.append(f"{user}: {reply.status}")


@contextmanager
def handed_over(listener: socket.socket, config: Config) -> Iterator[subprocess.Popen[str]]:
    """A server on a socket that was open before it, as systemd starts one; it must end well."""
    handing = [sys.executable, "-c", _HAND_OVER, str(listener.fileno())]
    process = subprocess.Popen(
        [*handing, TELLBACK, "serve", "--role", "web"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(config, DRAIN_SECONDS=_DRAIN),
        pass_fds=[listener.fileno()],
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Tellback listens on ")
        yield process
    finally:
        process.terminate()
        assert process.wait(_PATIENCE) == 0
        if process.stdout:
            process.stdout.close()


def test_one_server_takes_over_from_another_and_no_request_fails(config: Config) -> None:
    keys = command(config, "project", "create", "Shop")["credentials"]["satismeter"]
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        load = Load(listener.getsockname()[1], keys)
        with handed_over(listener, config), load.running():
            for _ in range(2):
                load.go_on()
                with handed_over(listener, config):
                    load.go_on()
        # The outer one is asked to stop only now; the two inner ones were stopped under load.
    assert load.failed == []
    assert stored(config) == set(load.taken)


def test_who_waits_in_the_socket_is_served_by_the_next(config: Config) -> None:
    keys = command(config, "project", "create", "Shop")["credentials"]["satismeter"]
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        load = Load(listener.getsockname()[1], keys)
        # Between the two nobody serves, and callers wait for as long as a start takes.
        with load.running():
            with handed_over(listener, config):
                load.go_on()
            with handed_over(listener, config):
                load.go_on()
                load.end()
    assert load.failed == []
    assert stored(config) == set(load.taken)


def test_a_server_that_is_told_to_stop_says_so_before_it_does(config: Config) -> None:
    server = start_server(config, "--role", "web", DRAIN_SECONDS="30")
    with httpx.Client(base_url=server.url) as client:
        assert client.get("/-/health/ready").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: client.get("/-/health/ready").status_code == 503)
        # Whoever has not noticed is still served, on a connection that ends with the reply.
        late = client.get("/-/health/live")
        assert (late.status_code, late.headers["connection"]) == (200, "close")
    begun = time.monotonic()
    assert server.stop() == 0  # a second signal waits no longer
    assert time.monotonic() - begun < 20
    close(server)


def test_ctrl_c_stops_at_once(config: Config) -> None:
    server = start_server(config, "--role", "web", DRAIN_SECONDS="300")
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0
    close(server)


def test_a_sender_is_watched_at_a_port_of_its_own(config: Config) -> None:
    place = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [TELLBACK, "serve", "--role", "worker"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(config, OPERATIONS=place),
    )
    assert process.stdout is not None
    assert "it only sends" in process.stdout.readline()
    assert httpx.get(f"http://{place}/-/health/ready").status_code == 200
    assert "tellback_mails_total" in httpx.get(f"http://{place}/-/metrics").text
    process.terminate()
    assert process.wait(30) == 0
    process.stdout.close()


def test_systemd_hears_how_the_server_is(config: Config, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.settimeout(30)
        settings = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        process = subprocess.Popen(
            [TELLBACK, "serve", "--role", "web", "--port", "0"],
            stdout=subprocess.DEVNULL,
            env={**environment(config), **settings},
        )
        heard = [ear.recv(100).decode()]
        while {"READY=1", "WATCHDOG=1"} - set(heard):
            heard.append(ear.recv(100).decode())
        process.terminate()
        while "STOPPING=1" not in heard:
            heard.append(ear.recv(100).decode())
        assert process.wait(_PATIENCE) == 0


def stored(config: Config) -> set[str]:
    """The people whose answers are on disk."""
    return asyncio.run(_read_stored(config))


async def _read_stored(config: Config) -> set[str]:
    with opened(config) as database:
        return await database.read(_people)


def _people(connection: Connection) -> set[str]:
    answered = select(responses.c.contact_id)
    named = select(contact_identities.c.value).where(contact_identities.c.contact_id.in_(answered))
    return set(connection.execute(across_projects(named)).scalars())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def close(server: Server) -> None:
    if server.process.stdout:
        server.process.stdout.close()
