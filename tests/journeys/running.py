"""Real parts for journeys: the server as its own process, and an SMTP server to send to."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from tellback.config import Config

TELLBACK = str(Path(sys.executable).parent / "tellback")
_ANNOUNCED = "Tellback listens on "


def command(config: Config, *words: str, given: str | None = None) -> Any:
    """Run a command that prints JSON where these settings lead to, and read it."""
    done = subprocess.run(
        [TELLBACK, *words, "--json"],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment(config),
    )
    return json.loads(done.stdout)


def environment(config: Config, **settings: str) -> dict[str, str]:
    """This process's environment with where the data is, and only the given Tellback settings.

    Nobody waits for a load balancer to notice, where there is none.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TELLBACK_")}
    places = {"DATA": str(config.data), "DATABASE_URL": config.database_url}
    settings = {**places, "DRAIN_SECONDS": "0", **settings}
    return {**kept, **{f"TELLBACK_{name}": value for name, value in settings.items()}}


@dataclass(slots=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ask it to stop, and wait; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def start_server(config: Config, *options: str, **settings: str) -> Server:
    """Start a server on a free port, and wait until it answers."""
    process = subprocess.Popen(
        [TELLBACK, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(config, **settings),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(_ANNOUNCED):
            return Server(line.removeprefix(_ANNOUNCED).strip(), process)
    raise AssertionError(f"the server ended with status {process.wait(10)}")


@contextmanager
def running_server(config: Config, *options: str, **settings: str) -> Iterator[Server]:
    """A server that is stopped at the end, and must then end well."""
    server = start_server(config, *options, **settings)
    try:
        yield server
    finally:
        status = server.stop()
        if server.process.stdout:
            server.process.stdout.close()
    assert status == 0


@dataclass(slots=True)
class Inbox:
    """Everybody's mail: what an SMTP server took in."""

    url: str
    mails: list[EmailMessage] = field(default_factory=list)

    def to(self, address: str) -> EmailMessage:
        """The mail to an address, waited for."""
        wait_until(lambda: any(mail["To"] == address for mail in self.mails))
        return next(mail for mail in self.mails if mail["To"] == address)


class _Keep:
    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.inbox.mails.append(message)
        return "250 kept"


@contextmanager
def smtp_server() -> Iterator[Inbox]:
    """A real SMTP server on a free port of this machine, in a thread of its own."""
    inbox = Inbox("")
    loop = asyncio.new_event_loop()
    listening = loop.create_server(lambda: SMTP(_Keep(inbox), loop=loop), host="127.0.0.1", port=0)
    server = loop.run_until_complete(listening)
    inbox.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?starttls=off"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield inbox
    finally:
        server.close()
        asyncio.run_coroutine_threadsafe(_end_connections(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_connections() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def wait_until(holds: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something holds; fail when it does not within the time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)
