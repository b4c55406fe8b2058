"""One writer thread with group commit, and reader threads.

An edge awaits `write(action, jobs)`. The writer takes every queued call of the same action, runs
the action once over all their jobs inside one transaction, commits, and only then answers. There is
no timer: what an event loop has to write goes to the writer when both have nothing else to do, and
a busy writer finds a longer list. If a list fails, it is halved until the bad job stands alone, so
that one bad row never fails its neighbours.

Several processes may write to one server: a transaction locks the projects that its jobs belong to,
so that an action sees all of a project that was written before, and nobody writes to it meanwhile.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from tellback.core.commands import Command
from tellback.core.errors import Internal, Overloaded, Unavailable
from tellback.core.model import Project
from tellback.store.calls import Call, answer, by_action
from tellback.store.ears import Ears
from tellback.store.engine import open_engine
from tellback.store.engines import ways
from tellback.store.ids import now_ms
from tellback.store.readers import Asked, Readers, Replica
from tellback.store.reading import Reading
from tellback.store.writer_connection import WriterConnection
from tellback.telemetry.requests import REQUEST_ID, Telemetry

P = ParamSpec("P")
T = TypeVar("T")
#: What an action works on: whose, and what. An action may also take jobs of other shapes.
Job = tuple[Project, Command]
log = structlog.get_logger()
#: How many turns of an event loop the writer may be kept waiting for more, and how many of them
#: may bring none: callers who got their answers need some to ask again, but one who is alone none.
_TURNS, _EMPTY = 16, 4
#: How many calls are enough: what a list costs by itself is little for each of so many.
_ENOUGH = 256
#: How many requests are named at most where many were written, or have failed, together.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction and its moment: every row written in it carries the same ``now``.

    ``facts`` is how often what has come about in it, by name and labels; counted once on disk.
    """

    connection: Connection
    now: int
    facts: Counter[tuple[str, ...]] = field(default_factory=Counter)


Action = Callable[[Transaction, Sequence[Any]], list[Any]]


class Database:
    """The only way to the data for an event loop.

    ``max_queued`` bounds the jobs that wait, ``max_reading`` the questions that are under way.
    """

    def __init__(
        self,
        url: str,
        *,
        max_queued: int = 20_000,
        max_reading: int = 200,
        readers: int = 4,
        replica_url: str = "",
        clock: Callable[[], int] = now_ms,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.url = url
        self.telemetry = telemetry or Telemetry()
        self.clock = clock
        self._max_queued = max_queued
        self._gathered: list[Call] = []
        self._handed_over: list[Call] = []
        self._queued = 0
        self._at_work = False
        self._patience = 1
        self._gathers_in: asyncio.AbstractEventLoop | None = None
        self._wake = threading.Condition()
        self._closing = False
        self._writing = open_engine(url, writing=True)
        self._itself = Readers(url)
        self._nearest: Asked = Replica(replica_url, self._itself) if replica_url else self._itself
        self._connection = WriterConnection(self._writing)
        self._reading = Reading(readers, max_reading, ways(self._writing.dialect.name).is_away)
        self._listeners: dict[str, list[Callable[[], object]]] = {}
        self._told: frozenset[str] = frozenset()
        self._ears: Ears | None = None
        self._writer = threading.Thread(target=self._run, name="writer", daemon=True)
        self._writer.start()

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writing

    async def write(self, action: Action, jobs: Sequence[Any]) -> list[Any]:
        """Run an action over jobs and return its outcomes once they are on disk.

        An outcome is what the action returned for that job, `Internal` where the job's own row
        failed, or `Unavailable` where the database did: stored is then nothing, unless it was lost
        in the very commit. Raises `Overloaded` when too much waits already, with nothing stored.
        """
        loop = asyncio.get_running_loop()
        call = Call(action, jobs, loop.create_future(), loop, perf_counter(), REQUEST_ID.get())
        with self._wake:
            if self._closing:
                raise Overloaded(message="The server is shutting down.")
            # A single call larger than the bound must still be possible on an idle server.
            if self._queued and self._queued + len(jobs) > self._max_queued:
                raise Overloaded
            self._queued += len(jobs)
            self._gathered.append(call)
            if not self._at_work and (self._gathers_in is None or self._gathers_in.is_closed()):
                self._gathers_in = loop
                loop.call_soon(self._gather, loop, 1, _TURNS, self._patience)
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
        """Call ``listener``, in a thread of ours, whenever a run of the action is on disk.

        Where other processes write as well and the engine can tell, also after theirs, if they
        `tell` of that action.
        """
        with self._wake:
            self._listeners.setdefault(action.__name__, []).append(listener)
            if self._ears is None:
                self._ears = Ears(self.url, self._heard)

    def tell(self, *actions: Action) -> None:
        """Let other processes know whenever a run of these actions is on disk."""
        with self._wake:
            self._told |= {action.__name__ for action in actions}

    def waiting(self) -> tuple[int, float]:
        """How many jobs wait to be written, and for how many seconds the oldest not begun does."""
        with self._wake:
            first = next(iter(self._handed_over or self._gathered), None)
            return self._queued, perf_counter() - first.since if first else 0.0

    async def read(self, query: Callable[..., T], *args: Any) -> T:
        """Run a store function that takes a connection first, in a reader thread.

        Raises `Unavailable` when the database cannot answer just now, and `Overloaded` when too
        much is being asked already, or has been for so long that who asked would be gone.
        """
        return await self._reading.ask(self._itself, query, args)

    async def look(self, query: Callable[..., T], *args: Any) -> T:
        """As `read`, for who can do with what was true a moment ago: asks the replica, if any.

        For whole pages and figures. Never for what decides something, nor for what somebody is
        shown who has just changed it.
        """
        return await self._reading.ask(self._nearest, query, args)

    async def read_patiently(self, query: Callable[..., T], *args: Any) -> T:
        """As `read`, but not refused for others' questions: for work of our own, which goes on."""
        return await self._reading.ask_patiently(self._itself, query, args)

    def close(self) -> None:
        """Finish the queued writes, then release everything."""
        with self._wake:
            self._closing = True
            self._hand_over()
        if self._ears:
            self._ears.close()
        self._writer.join()
        self._reading.close()
        self._nearest.close()
        self._itself.close()
        self._writing.dispose()

    def _run(self) -> None:
        with closing(self._connection) as connection:
            while calls := self._take():
                for group in by_action(calls):
                    self._carry_out(connection, group)

    def _gather(self, loop: asyncio.AbstractEventLoop, before: int, turns: int, empty: int) -> None:
        """Hand over once some turns of the loop have brought no more calls.

        Each list costs as much as some ten of its jobs, and a writer that is at work takes turns
        with the loop at Python's lock, which costs both.
        """
        now = len(self._gathered)
        empty = self._patience if now > before else empty - 1
        if turns and empty and now < _ENOUGH:
            loop.call_soon(self._gather, loop, now, turns - 1, empty)
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        with self._wake:
            self._handed_over += self._gathered
            self._gathered.clear()
            self._at_work = self._at_work or bool(self._handed_over)
            self._gathers_in = None
            self._wake.notify()

    def _take(self) -> list[Call]:
        with self._wake:
            self._ask_for_more()
            while not self._handed_over and not self._closing:
                self._wake.wait()
            calls, self._handed_over = self._handed_over, []
            self._patience = max(1, min(len(calls), _EMPTY))
            return calls

    def _ask_for_more(self) -> None:
        """Let what has come meanwhile be handed over, together with what comes of the answers."""
        self._at_work = False
        if not self._gathered:
            return
        loop = self._gathers_in = self._gathered[0].loop
        try:
            loop.call_soon_threadsafe(self._gather, loop, 0, _TURNS, self._patience)
        except RuntimeError:
            # A loop that is closed turns no more.
            self._hand_over()

    def _carry_out(self, connection: WriterConnection, calls: list[Call]) -> None:
        action = calls[0].action
        jobs = [job for call in calls for job in call.jobs]
        self.telemetry.waited(perf_counter() - calls[0].since)
        outcomes = _Attempt(calls, connection, self.clock, self.telemetry).run(jobs)
        with self._wake:
            self._queued -= len(jobs)
        answer(calls, outcomes)
        self._call_listeners(action.__name__)
        if action.__name__ in self._told:
            connection.tell(action.__name__)

    def _heard(self, name: str, connection: int) -> None:
        """Another connection told of an action; of any, where it says no name."""
        if name and connection == self._connection.number:
            return
        for known in [name] if name else list(self._listeners):
            self._call_listeners(known)

    def _call_listeners(self, name: str) -> None:
        with self._wake:
            listeners = tuple(self._listeners.get(name, ()))
        for listener in listeners:
            # Nothing that a listener does may end the thread.
            try:
                listener()
            except Exception:
                log.exception("listener failed", action=name)


class _Attempt:
    """One list of jobs, tried whole, then halved around the bad ones."""

    #: A list with more bad jobs than this has a common cause; halving on would only repeat it.
    most_failures = 32

    def __init__(
        self,
        calls: Sequence[Call],
        connection: WriterConnection,
        clock: Callable[[], int],
        telemetry: Telemetry,
    ) -> None:
        self.action, self.calls, self.connection = calls[0].action, calls, connection
        self.clock, self.telemetry = clock, telemetry
        self.failures = 0

    def run(self, jobs: list[Any], first: int = 0) -> list[Any]:
        """The outcomes of the jobs, each committed or failed; ``first`` is the place of theirs."""
        try:
            return self._commit(jobs, first)
        except Exception as error:
            if self.connection.is_away(error):
                # The disk or the server failed, not a row. What was committed before stays so.
                self._tell("write failed", jobs, first)
                self.connection.reset()
                return self._fail(jobs, Unavailable())
            if len(jobs) == 1 or self.failures >= self.most_failures:
                self.failures += 1
                self._tell("jobs failed", jobs, first)
                failure = Internal(f"{type(error).__name__}; nothing was stored.")
                return self._fail(jobs, failure)
        middle = len(jobs) // 2
        return self.run(jobs[:middle], first) + self.run(jobs[middle:], first + middle)

    def _commit(self, jobs: list[Any], first: int) -> list[Any]:
        began = perf_counter()
        with self.connection.begin({_project_of(job) for job in jobs}) as connection:
            tx = Transaction(connection, self.clock())
            outcomes = self.action(tx, jobs)
            if len(outcomes) != len(jobs):
                raise AssertionError(f"{self.action.__name__} lost an outcome")
        requests = self._requests(jobs, first) if self.telemetry.traces else ()
        self.telemetry.committed(self.action.__name__, len(jobs), began, tx.facts, requests)
        return outcomes

    def _tell(self, event: str, jobs: list[Any], first: int) -> None:
        """Log the error that is being handled, with some of the requests that it has met."""
        met = self._requests(jobs, first)
        log.exception(event, action=self.action.__name__, jobs=len(jobs), requests=met)

    def _requests(self, jobs: list[Any], first: int) -> list[str]:
        """The ids of some of the requests that these jobs came with."""
        met: list[str] = []
        start = 0
        for call in self.calls:
            end = start + len(call.jobs)
            if call.request_id and start < first + len(jobs) and first < end:
                met.append(call.request_id)
            start = end
        return met[:_NAMED]

    def _fail(self, jobs: list[Any], failure: Internal | Unavailable) -> list[Any]:
        self.telemetry.failed(self.action.__name__, len(jobs))
        return [failure] * len(jobs)


def _project_of(job: Any) -> str | None:
    """The project that a job writes to, as far as its form shows; None: perhaps to any."""
    owner = job[0] if isinstance(job, tuple) and job else job
    if isinstance(owner, Project):
        return owner.id
    named = getattr(owner, "project_id", None)
    return named if isinstance(named, str) else None
