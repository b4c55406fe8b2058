"""kill -9, fifty times, while requests come in and mails go out.

What was acknowledged is there, no mail known to have gone went twice, and everything adds up.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select

from tellback.app import open_database
from tellback.config import Config
from tellback.core.settings import ProjectSettings
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.tables import invitations, responses
from tests.journeys.running import command, environment, running_server, wait_until

ROUNDS = 50
SEED = 20261112


@dataclass(slots=True)
class Sink:
    """The SMTP server, and the Message-IDs that it has written down."""

    port: int
    file: Path

    @property
    def taken(self) -> Counter[str]:
        """How often each mail was taken."""
        return Counter(self.file.read_text().split()) if self.file.exists() else Counter()


@contextmanager
def recording_sink(file: Path) -> Iterator[Sink]:
    with _helper("recording_sink.py", str(file)) as process:
        assert process.stdout is not None
        yield Sink(int(process.stdout.readline()), file)


@dataclass(slots=True)
class Forker:
    """Makes servers, each a process of its own."""

    process: subprocess.Popen[str]

    def start(self) -> "Mortal":
        """A server that listens."""
        self._say("start")
        pid, url = self._hear().split()
        return Mortal(int(pid), url, self)

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@dataclass(slots=True)
class Mortal:
    """A running server that will be killed."""

    pid: int
    url: str
    maker: Forker

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.maker._hear() == "\n"


@contextmanager
def forking_server(config: Config, **settings: str) -> Iterator[Forker]:
    with _helper("forking_server.py", env=environment(config, PORT="0", **settings)) as process:
        yield Forker(process)


@contextmanager
def _helper(script: str, *words: str, env: Any = None) -> Iterator[subprocess.Popen[str]]:
    whole = str(Path(__file__).with_name(script))
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": env}
    with subprocess.Popen([sys.executable, whole, *words], **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


@dataclass(slots=True)
class Client:
    """Asks and answers over both wires, and remembers what it was told is stored."""

    keys: Any
    references: set[str] = field(default_factory=set)
    responses: set[str] = field(default_factory=set)
    doubtful: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _count: int = 0

    def ask(self, server: httpx.Client) -> None:
        """Request some invitations; those first whose fate a crash has hidden."""
        again, self.doubtful = self.doubtful[:40], self.doubtful[40:]
        fresh = [f"order-{self._count + number}" for number in range(30 - min(len(again), 30))]
        self._count += len(fresh)
        self.doubtful = [*again, *fresh, *self.doubtful]
        wanted = [*again, *fresh]
        key = self.keys["boolean"]["api_key"]
        reply = server.post("/v1/surveys", json=[_item(each) for each in wanted], auth=(key, ""))
        if reply.status_code != 200:
            self.wrong.append(f"{reply.status_code} {reply.text[:200]}")
            return
        for reference, outcome in zip(wanted, reply.json()["response"], strict=True):
            # What was stored before the crash, without our hearing of it, is a duplicate now.
            codes = [error["code"] for error in outcome["errors"]]
            if outcome["message"] == "accepted" or (codes == [1004] and reference in again):
                self.references.add(reference)
            else:
                self.wrong.append(f"{reference}: {outcome}")
        self.doubtful = self.doubtful[len(wanted) :]

    def answer(self, server: httpx.Client) -> None:
        """Submit one response."""
        keys = self.keys["satismeter"]
        self._count += 1
        body = {
            "writeKey": keys["write_key"],
            "campaign": keys["campaign"],
            "rating": self._count % 11,
            "userId": f"user-{self._count}",
        }
        reply = server.post("/api/responses", json=body)
        if reply.status_code == 201:
            self.responses.add(reply.json()["id"])
        else:
            self.wrong.append(f"{reply.status_code} {reply.text[:200]}")


def _item(reference: str) -> dict[str, object]:
    return {
        "$email": f"{reference}@example.com",
        "$transaction_id": reference,
        "$transaction_date": "2026-11-20T10:00:00Z",
        "$transaction_amount": 5,
        "$transaction_currency": "EUR",
    }


def use(url: str, client: Client, do: str) -> None:
    """Do the same thing again and again until the server is gone."""
    headers = {"User-Agent": "journey", "Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers, timeout=20) as opened:
        while True:
            try:
                getattr(client, do)(opened)
            except httpx.TransportError:
                return
            time.sleep(0.01 if do == "answer" else 0.1)


def one_round(maker: Forker, asking: Client, answering: Client, answers: int, delay: float) -> None:
    """Start, load, and kill at some moment after so many answers, or while they come in."""
    server = maker.start()
    enough = len(answering.responses) + answers
    users = [
        threading.Thread(target=use, args=(server.url, asking, "ask")),
        threading.Thread(target=use, args=(server.url, answering, "answer")),
    ]
    for user in users:
        user.start()
    wait_until(lambda: len(answering.responses) >= enough or answering.wrong, seconds=60)
    time.sleep(delay)
    server.kill()
    for user in users:
        user.join(20)


def _settings(sink: Sink) -> dict[str, str]:
    url = f"smtp://127.0.0.1:{sink.port}?starttls=off"
    return {"SMTP_URL": url, "LOG_LEVEL": "error", "MAIL_FROM": "ask@shop.example"}


async def make_shop(config: Config) -> Any:
    """A project that limits nothing; its keys."""
    free = ProjectSettings(
        throttle_per_day=None,
        throttle_per_week=None,
        throttle_per_month=None,
        calls_per_hour=10**6,
    )
    database = open_database(config)
    try:
        return (await make_project(database, load_dialects(), "Shop", free)).credentials
    finally:
        database.close()


@pytest.mark.timeout(900)
async def test_nothing_acknowledged_is_lost_and_no_mail_goes_twice(
    config: Config, tmp_path: Path
) -> None:
    moments = random.Random(SEED)
    keys = await make_shop(config)
    asking, answering = Client(keys), Client(keys)
    database = open_database(config)
    with recording_sink(tmp_path / "taken") as sink:
        with forking_server(config, **_settings(sink)) as maker:
            for _ in range(ROUNDS):
                one_round(maker, asking, answering, moments.randrange(6), moments.uniform(0, 0.3))
        with running_server(config, **_settings(sink)):
            await everything_has_gone(database)
        taken = sink.taken
    stored = await database.read(_stored)
    database.close()
    assert asking.wrong == answering.wrong == []
    assert len(asking.references) > ROUNDS
    assert len(answering.responses) > ROUNDS
    assert asking.references <= stored.invitations.keys()
    assert answering.responses <= stored.responses
    assert max(taken.values()) == 1, "no mail goes twice"
    assert taken.keys() <= {message_id for _, message_id in stored.invitations.values()}
    assert stored.states.keys() == {"sent", "unknown"}, "some were killed while they went"
    for reference, (state, message_id) in stored.invitations.items():
        assert message_id in taken or state == "unknown", f"{reference} never went"
    assert command(config, "verify")["findings"] == []


@dataclass(frozen=True, slots=True)
class Stored:
    """What is on disk: invitations' states and Message-IDs by reference, and responses' ids."""

    invitations: dict[str, tuple[str, str]]
    responses: set[str]

    @property
    def states(self) -> Counter[str]:
        """How many invitations are in each state."""
        return Counter(state for state, _ in self.invitations.values())


def _stored(connection: Connection) -> Stored:
    table = invitations
    statement = select(table.c.reference, table.c.state, table.c.message_id)
    rows = connection.execute(statement)
    found = {reference: (state, message_id) for reference, state, message_id in rows}
    return Stored(found, set(connection.execute(select(responses.c.id)).scalars()))


async def everything_has_gone(database: Database) -> None:
    """Wait until nothing waits to be sent any more.

    On a server nobody knows that the dead are dead until their leases have ended, after a minute.
    """
    end = time.monotonic() + 240
    while {"queued", "claimed", "sending"} & (await database.read(_stored)).states.keys():
        assert time.monotonic() < end, "not everything was sent in time"
        await asyncio.sleep(0.2)
