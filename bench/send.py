"""Workload `send`: survey mails over loopback SMTP, each step of each mail kept in the database."""

import asyncio
import json
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Bound, Goal, Pair
from bench.processes import Broken, Running, cpu_seconds, peak_mb, run, started
from bench.project import Project, fresh_project
from bench.scale import Scale
from bench.smtp_sink import Stats
from tellback.actions.request_invitations import request_invitations
from tellback.app import open_database
from tellback.config import Config
from tellback.core.commands import RequestInvitation
from tellback.core.model import Transaction
from tellback.store.ids import new_id, now_ms
from tellback.store.projects import list_projects

GOALS = (
    Goal(
        "send.rate",
        "mails sent per second, state kept",
        "a plain loop: claim, EmailMessage, connect, send, commit",
        "1/s",
        Bound.AT_LEAST,
        10.0,
    ),
    Goal(
        "send.memory",
        "the sender's peak resident memory with a long queue",
        "a fifth of the queue, as many mails sent",
        "MB",
        Bound.AT_MOST,
        1.2,
    ),
)
_CALL = 10_000
_LONGEST = 600.0
#: A sink that is busy for more than this share of the time limits what it measures.
_BUSY = 0.7


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending a whole queue took."""

    per_second: float
    peak_mb: float


def measure(scale: Scale) -> Mapping[str, Pair]:
    """One round: the queue, the plain loop, the beginning of a long queue."""
    ours = _send_queue(scale.mails)
    plain = _send_plainly(scale.plain_mails)
    long = _peak_mb(queued=scale.long_queue, sent=scale.mails)
    return {
        "send.rate": Pair(ours.per_second, plain),
        "send.memory": Pair(long, ours.peak_mb),
    }


def _send_queue(mails: int) -> Sent:
    """Send a whole queue."""
    with _sending(mails) as (project, sink, worker):
        begin, used = time.monotonic(), cpu_seconds(sink.pid)
        _wait_until_sent(worker, sink, project, mails)
        seconds = time.monotonic() - begin
        load = (cpu_seconds(sink.pid) - used) / seconds
        if load > _BUSY:
            print(f"send: the sink was busy for {load:.0%} of the time", file=sys.stderr)
        return Sent(mails / seconds, peak_mb(worker.pid))


def _peak_mb(queued: int, sent: int) -> float:
    """The sender's peak memory after it has sent that many of a longer queue."""
    with _sending(queued) as (_, sink, worker):
        _wait_until_taken(worker, sink, sent)
        return peak_mb(worker.pid)


@contextmanager
def _sending(mails: int) -> Iterator[tuple[Project, Running, Running]]:
    """A project with that many mails queued, a sink, and a sender that has just started."""
    with fresh_project() as project, sink_in(project.data.parent) as sink:
        queue_mails(project, mails)
        url = f"smtp://127.0.0.1:{sink.port}?starttls=off"
        with project.serve("--role", "worker", smtp_url=url) as worker:
            yield project, sink, worker


def _send_plainly(mails: int) -> float:
    with fresh_project() as project, sink_in(project.data.parent) as sink:
        queue_mails(project, mails)
        printed = run(
            [
                *(sys.executable, "-m", "bench.floors.plain_mailer"),
                *("--data", str(project.data), "--project", project.id),
                *("--smtp-port", str(sink.port), "--limit", str(mails)),
            ]
        )
        done = json.loads(printed)
        if done["mails"] != mails or ask_stats(sink.port).mails != mails:
            raise Broken(f"the plain loop sent {done['mails']} of {mails}")
        return float(mails / done["seconds"])


@contextmanager
def sink_in(folder: Path) -> Iterator[Running]:
    """An SMTP server that takes every mail and keeps none."""
    with started([sys.executable, "-m", "bench.smtp_sink"], folder) as sink:
        yield sink


def ask_stats(port: int) -> Stats:
    """What a sink has taken so far."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"STATS\r\n")
        with connection.makefile("rb") as lines:
            lines.readline()
            return Stats(**json.loads(lines.readline()[4:]))


def queue_mails(project: Project, mails: int) -> None:
    """Put invitations of distinct people in the queue, as the bulk call does."""
    asyncio.run(_queue(Config(data=project.data, **project.settings), mails))


async def _queue(config: Config, mails: int) -> None:
    database = open_database(config)
    try:
        project = (await database.read(list_projects))[0]
        for first in range(0, mails, _CALL):
            numbers = range(first, min(first + _CALL, mails))
            request_id = new_id()
            jobs = [(project, _invitation(number, request_id)) for number in numbers]
            outcomes = await database.write(request_invitations, jobs)
            refused = next((o for o in outcomes if isinstance(o, Exception)), None)
            if refused:
                raise Broken(f"an invitation was refused: {refused}")
    finally:
        await asyncio.to_thread(database.close)


def _invitation(number: int, request_id: str) -> RequestInvitation:
    reference = f"order-{number:09}"
    return RequestInvitation(
        dialect="boolean",
        request_id=request_id,
        address=f"bo{number:09}@example.com",
        reference=reference,
        transaction=Transaction(reference, now_ms(), 19.9, "EUR"),
    )


def _wait_until_sent(worker: Running, sink: Running, project: Project, mails: int) -> None:
    """Until the sink has them all and the database says so of every single one."""
    _wait_until_taken(worker, sink, mails)
    deadline = time.monotonic() + _LONGEST
    while (states := _states(project.data)) != {"sent": mails}:
        _check(worker, deadline, f"the invitations are {states}")
        time.sleep(0.01)
    if ask_stats(sink.port).mails != mails:
        raise Broken("a mail was sent twice")


def _wait_until_taken(worker: Running, sink: Running, mails: int) -> None:
    deadline = time.monotonic() + _LONGEST
    while (taken := ask_stats(sink.port).mails) < mails:
        _check(worker, deadline, f"the sink has {taken} of {mails}")
        time.sleep(0.05)


def _check(worker: Running, deadline: float, what: str) -> None:
    if worker.process.poll() is not None or time.monotonic() > deadline:
        raise worker.fail(what)


def _states(data: Path) -> dict[str, int]:
    database = sqlite3.connect(f"file:{data / 'tellback.db'}?mode=ro", uri=True)
    with closing(database):
        query = "SELECT state, count(*) FROM invitations GROUP BY state"
        return dict(database.execute(query).fetchall())
