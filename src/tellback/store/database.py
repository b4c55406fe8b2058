"""One writer thread with group commit, and reader threads.

An edge awaits `write(action, jobs)`. The writer takes every queued call of the same action, runs
the action once over all their jobs inside one transaction, commits, and only then answers. There is
no timer: an idle writer starts at once, a busy one finds a longer list. If a list fails, it is
halved until the bad job stands alone, so that one bad row never fails its neighbours.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from tellback.core.commands import Command
from tellback.core.errors import Internal, Overloaded
from tellback.core.model import Project
from tellback.store.engine import open_engine
from tellback.store.ids import now_ms

P = ParamSpec("P")
T = TypeVar("T")
#: What an action works on: whose, and what. An action may also take jobs of other shapes.
Job = tuple[Project, Command]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction and its moment: every row written in it carries the same ``now``."""

    connection: Connection
    now: int


Action = Callable[[Transaction, Sequence[Any]], list[Any]]


@dataclass(slots=True, eq=False)
class _Call:
    action: Action
    jobs: Sequence[Any]
    future: asyncio.Future[list[Any]]
    loop: asyncio.AbstractEventLoop


class Database:
    """The only way to the data for an event loop. ``max_queued`` bounds the jobs that wait."""

    def __init__(
        self,
        url: str,
        *,
        max_queued: int = 20_000,
        readers: int = 4,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self.url = url
        self.clock = clock
        self._max_queued = max_queued
        self._queue: deque[_Call] = deque()
        self._queued = 0
        self._wake = threading.Condition()
        self._closing = False
        self._writing = open_engine(url, writing=True)
        self._reading = open_engine(url, writing=False)
        self._local = threading.local()
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        self._opened: list[Connection] = []
        self._listeners: dict[Action, list[Callable[[], object]]] = {}
        self._writer = threading.Thread(target=self._run, name="writer", daemon=True)
        self._writer.start()

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writing

    async def write(self, action: Action, jobs: Sequence[Any]) -> list[Any]:
        """Run an action over jobs and return its outcomes once they are on disk.

        An outcome is what the action returned for that job, or `Internal` where the job's own row
        failed. Raises `Overloaded` when too much waits already, with nothing stored.
        """
        loop = asyncio.get_running_loop()
        call = _Call(action, jobs, loop.create_future(), loop)
        with self._wake:
            if self._closing:
                raise Overloaded(message="The server is shutting down.")
            # A single call larger than the bound must still be possible on an idle server.
            if self._queued and self._queued + len(jobs) > self._max_queued:
                raise Overloaded
            self._queued += len(jobs)
            self._queue.append(call)
            self._wake.notify()
        # A caller that goes away cancels only its waiting: what is queued is still written.
        return await call.future

    async def write_one(self, action: Action, job: Any) -> Any:
        """Run an action over one job; an outcome that is an error is raised."""
        outcome = (await self.write(action, (job,)))[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def write_all(self, action: Action, jobs: Sequence[Any]) -> list[Any]:
        """Run an action over jobs; the first outcome that is an error is raised, if any is."""
        outcomes = await self.write(action, jobs) if jobs else []
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return outcomes

    def after(self, action: Action, listener: Callable[[], object]) -> None:
        """Call ``listener`` in the writer's thread whenever a run of the action is on disk."""
        with self._wake:
            self._listeners.setdefault(action, []).append(listener)

    async def read(self, query: Callable[..., T], *args: Any) -> T:
        """Run a store function that takes a connection first, in a reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, query, args)

    def close(self) -> None:
        """Finish the queued writes, then release everything."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._writer.join()
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()
        self._writing.dispose()
        self._reading.dispose()

    def _read(self, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open_reader()
        with connection.begin():
            return query(connection, *args)

    def _open_reader(self) -> Connection:
        connection = self._reading.connect()
        self._opened.append(connection)
        return connection

    def _run(self) -> None:
        with closing(_LazyConnection(self._writing)) as connection:
            while calls := self._take():
                for group in _group(calls):
                    self._carry_out(connection, group)

    def _take(self) -> list[_Call]:
        with self._wake:
            while not self._queue and not self._closing:
                self._wake.wait()
            calls = list(self._queue)
            self._queue.clear()
            return calls

    def _carry_out(self, connection: "_LazyConnection", calls: list[_Call]) -> None:
        action = calls[0].action
        jobs = [job for call in calls for job in call.jobs]
        outcomes = _Attempt(action, connection, self.clock).run(jobs)
        with self._wake:
            self._queued -= len(jobs)
            listeners = self._listeners.get(action, ())
        _answer(calls, outcomes)
        for listener in listeners:
            # Nothing that a listener does may end the writer.
            try:
                listener()
            except Exception:
                log.exception("listener failed", action=action.__name__)


class _Attempt:
    """One list of jobs, tried whole, then halved around the bad ones."""

    #: A list with more bad jobs than this has a common cause; halving on would only repeat it.
    most_failures = 32

    def __init__(
        self, action: Action, connection: "_LazyConnection", clock: Callable[[], int]
    ) -> None:
        self.action = action
        self.connection = connection
        self.clock = clock
        self.failures = 0

    def run(self, jobs: list[Any]) -> list[Any]:
        """The outcomes of the jobs, each committed or failed."""
        try:
            return self._commit(jobs)
        except OperationalError as error:
            # The disk or the server failed, not a row. What was committed before stays so.
            log.exception("write failed", action=self.action.__name__, jobs=len(jobs))
            self.connection.reset()
            return [_failure(error)] * len(jobs)
        except Exception as error:
            if len(jobs) == 1 or self.failures >= self.most_failures:
                self.failures += 1
                log.exception("jobs failed", action=self.action.__name__, jobs=len(jobs))
                return [_failure(error)] * len(jobs)
        middle = len(jobs) // 2
        return self.run(jobs[:middle]) + self.run(jobs[middle:])

    def _commit(self, jobs: list[Any]) -> list[Any]:
        connection = self.connection.get()
        with connection.begin():
            outcomes = self.action(Transaction(connection, self.clock()), jobs)
            if len(outcomes) != len(jobs):
                raise AssertionError(f"{self.action.__name__} lost an outcome")
        return outcomes


def _failure(error: Exception) -> Internal:
    return Internal(f"{type(error).__name__}; nothing was stored.")


class _LazyConnection:
    """The writer's connection, opened in the writer's thread and again after a failure."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def get(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def reset(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    close = reset


def _group(calls: list[_Call]) -> list[list[_Call]]:
    """Calls of the same action together, in the order in which each action first came."""
    groups: dict[Action, list[_Call]] = {}
    for call in calls:
        groups.setdefault(call.action, []).append(call)
    return list(groups.values())


def _answer(calls: list[_Call], outcomes: list[Any]) -> None:
    """Resolve the callers, with one wake-up per event loop."""
    ready: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[list[Any]], list[Any]]]] = {}
    start = 0
    for call in calls:
        end = start + len(call.jobs)
        ready.setdefault(call.loop, []).append((call.future, outcomes[start:end]))
        start = end
    for loop, answers in ready.items():
        # A loop that has been closed meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: list[tuple[asyncio.Future[list[Any]], list[Any]]]) -> None:
    for future, outcomes in answers:
        if not future.done():
            future.set_result(outcomes)
