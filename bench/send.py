"""Workload `send`: survey mails over loopback SMTP, each step of each mail kept in the database."""

import asyncio
import json
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select, update

from bench.figures import Bound, Goal, Pair, Round, Skipped
from bench.floors import smtp_source
from bench.place import EMBEDDED, Place, durable_server
from bench.processes import Broken, Running, cpu_seconds, peak_mb, run, started
from bench.project import Project, fresh_folder, fresh_project
from bench.scale import Scale
from bench.smtp_sink import Stats
from tellback.actions.request_invitations import request_invitations
from tellback.app import database_url, open_database
from tellback.config import Config
from tellback.core.commands import RequestInvitation
from tellback.core.model import Transaction
from tellback.store.engine import open_engine
from tellback.store.ids import new_id, now_ms
from tellback.store.projects import list_projects
from tellback.store.tables import invitations


def reference_goals(workload: str) -> tuple[Goal, Goal]:
    """What one sender process and two are held against, on whatever database."""
    return (
        Goal(
            f"{workload}.reference",
            "mails sent per second, state kept",
            "smtp-source: one ready-made mail of that size, over as many connections",
            "1/s",
            Bound.AT_LEAST,
            0.25,
        ),
        Goal(
            f"{workload}.reference2",
            "the same with two sender processes",
            "the same",
            "1/s",
            Bound.AT_LEAST,
            0.45,
        ),
    )


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
        "send.cpu",
        "the sender's CPU per mail",
        "",
        "µs",
        Bound.AT_MOST,
        600.0,
        absolute=True,
    ),
    Goal(
        "send.memory",
        "the sender's peak resident memory with a long queue",
        "a twentieth of the queue, as many mails sent",
        "MB",
        Bound.AT_MOST,
        1.2,
    ),
    *reference_goals("send"),
)
_CALL = 10_000
_LONGEST = 600.0
#: A sink that is busy for more than this share of the time limits what it measures.
_BUSY = 0.7
#: In ms: queued mails are due that long after all is ready. Senders look once a second.
_SOON, _LATER = 2_000, 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending a whole queue took. ``octets`` is a mail's size."""

    per_second: float
    cpu_us: float
    peak_mb: float
    octets: int


def measure(scale: Scale) -> Round:
    """One round: the queue, the plain loop, the beginning of a long queue, the reference."""
    ours = _send_queue(EMBEDDED, scale.mails, senders=1)
    plain = _send_plainly(scale.plain_mails)
    long = _peak_mb(queued=scale.long_queue, sent=scale.mails)
    return {
        "send.rate": Pair(ours.per_second, plain),
        "send.cpu": Pair(ours.cpu_us),
        "send.memory": Pair(long, ours.peak_mb),
        **_against_reference("send", EMBEDDED, scale, ours),
    }


def measure_postgresql(scale: Scale) -> Round:
    """One round on a PostgreSQL server: the queue, by one process and by two; the reference."""
    with durable_server() as place:
        ours = _send_queue(place, scale.mails, senders=1)
        return _against_reference("send-postgresql", place, scale, ours)


def _against_reference(workload: str, place: Place, scale: Scale, ours: Sent) -> Round:
    one, two = (goal.name for goal in reference_goals(workload))
    if reason := smtp_source.why_not():
        return dict.fromkeys((one, two), Skipped(reason))
    connections = Config().mail_connections
    with fresh_folder() as folder, sink_in(folder) as sink, _watched(sink):
        theirs = smtp_source.mails_per_second(sink.port, scale.mails, ours.octets, connections)
    both = _send_queue(place, scale.mails, senders=2)
    return {one: Pair(ours.per_second, theirs), two: Pair(both.per_second, theirs)}


def _send_queue(place: Place, mails: int, senders: int) -> Sent:
    """Send a whole queue by that many processes."""
    with _sending(place, mails, senders) as (project, sink, workers):
        due_at = _make_due(project)
        before = sum(cpu_seconds(worker.pid) for worker in workers)
        time.sleep(due_at / 1000 - time.time())
        with _watched(sink):
            _wait_until_sent(workers, sink, project, mails)
        seconds = time.time() - due_at / 1000
        used = sum(cpu_seconds(worker.pid) for worker in workers) - before
        return Sent(
            mails / seconds,
            used / mails * 1e6,
            max(peak_mb(worker.pid) for worker in workers),
            ask_stats(sink.port).octets // mails,
        )


def _peak_mb(queued: int, sent: int) -> float:
    """The sender's peak memory after it has sent that many of a longer queue."""
    with _sending(EMBEDDED, queued, senders=1) as (project, sink, workers):
        _make_due(project)
        _wait_until_taken(workers, sink, sent)
        return peak_mb(workers[0].pid)


@contextmanager
def _sending(
    place: Place, mails: int, senders: int
) -> Iterator[tuple[Project, Running, Sequence[Running]]]:
    """A project with that many mails queued for later, a sink, and senders that have started."""
    with fresh_project(place) as project, ExitStack() as stack:
        sink = stack.enter_context(sink_in(project.data.parent))
        queue_mails(project, mails, now_ms() + _LATER)
        url = f"smtp://127.0.0.1:{sink.port}?starttls=off"
        workers = [
            stack.enter_context(project.serve("--role", "worker", smtp_url=url))
            for _ in range(senders)
        ]
        yield project, sink, workers


def _make_due(project: Project) -> int:
    """Let everything be due soon, at one moment (ms) that all senders know of by then."""
    with _engine(project, writing=True) as engine, engine.begin() as connection:
        due_at = now_ms() + _SOON
        connection.execute(update(invitations).values(due_at=due_at))
    return due_at


@contextmanager
def _watched(sink: Running) -> Iterator[None]:
    """Say so if the sink was busy enough to be what was measured."""
    begin, used = time.monotonic(), cpu_seconds(sink.pid)
    yield
    load = (cpu_seconds(sink.pid) - used) / (time.monotonic() - begin)
    if load > _BUSY:
        print(f"send: the sink was busy for {load:.0%} of the time", file=sys.stderr)


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


def queue_mails(project: Project, mails: int, send_at: int | None = None) -> None:
    """Put invitations of distinct people in the queue, as the bulk call does."""
    asyncio.run(_queue(_config(project), mails, send_at))


def _config(project: Project) -> Config:
    return Config(data=project.data, **project.settings)


async def _queue(config: Config, mails: int, send_at: int | None) -> None:
    database = open_database(config)
    try:
        project = (await database.read(list_projects))[0]
        for first in range(0, mails, _CALL):
            numbers = range(first, min(first + _CALL, mails))
            request_id = new_id()
            jobs = [(project, _invitation(number, request_id, send_at)) for number in numbers]
            outcomes = await database.write(request_invitations, jobs)
            refused = next((o for o in outcomes if isinstance(o, Exception)), None)
            if refused:
                raise Broken(f"an invitation was refused: {refused}")
    finally:
        await asyncio.to_thread(database.close)


def _invitation(number: int, request_id: str, send_at: int | None) -> RequestInvitation:
    reference = f"order-{number:09}"
    return RequestInvitation(
        dialect="boolean",
        request_id=request_id,
        address=f"bo{number:09}@example.com",
        reference=reference,
        transaction=Transaction(reference, now_ms(), 19.9, "EUR"),
        send_at=send_at,
    )


def _wait_until_sent(
    workers: Sequence[Running], sink: Running, project: Project, mails: int
) -> None:
    """Until the sink has them all and the database says so of every single one."""
    _wait_until_taken(workers, sink, mails)
    deadline = time.monotonic() + _LONGEST
    with _engine(project, writing=False) as engine:
        while (states := _states(engine)) != {"sent": mails}:
            _check(workers, deadline, f"the invitations are {states}")
            time.sleep(0.01)
    if ask_stats(sink.port).mails != mails:
        raise Broken("a mail was sent twice")


def _wait_until_taken(workers: Sequence[Running], sink: Running, mails: int) -> None:
    deadline = time.monotonic() + _LONGEST
    while (taken := ask_stats(sink.port).mails) < mails:
        _check(workers, deadline, f"the sink has {taken} of {mails}")
        time.sleep(0.05)


def _check(workers: Sequence[Running], deadline: float, what: str) -> None:
    for worker in workers:
        if worker.process.poll() is not None or time.monotonic() > deadline:
            raise worker.fail(what)


@contextmanager
def _engine(project: Project, *, writing: bool) -> Iterator[Engine]:
    engine = open_engine(database_url(_config(project)), writing=writing)
    yield engine
    engine.dispose()


def _states(engine: Engine) -> dict[str, int]:
    counted = select(invitations.c.state, func.count()).group_by(invitations.c.state)
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(counted)}
