"""Workload `mixed`: everything at once, in spikes of 8 and 20 times the usual load."""

import asyncio
import base64
import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import bulk, ingest
from bench.figures import Bound, Goal, Pair
from bench.load import NUMBER, post
from bench.open_load import Kind, Seen, Stage, Task, put_open_load
from bench.place import EMBEDDED, Place, durable_server
from bench.processes import Running, resident_mb, run
from bench.project import TELLBACK, Project, environment, fresh_project
from bench.scale import Scale
from bench.send import queue_mails, sink_in
from bench.visitor import add_owner, sign_in
from tellback.app import open_database
from tellback.config import Config
from tellback.core.links import Purpose, sign
from tellback.store.database import Database
from tellback.store.invitation_feed import list_newest_invitations
from tellback.store.projects import list_projects

#: What comes per second at the usual load.
_SINGLE, _BULK, _API, _PAGES, _CLICKS = 60.0, 1.0, 4.0, 1.0, 5.0
_ITEMS = 20
#: Everybody who calls has a connection, as far as the server keeps up at all.
_CONNECTIONS = 4_096
#: A project whose programs ask as often as ours do would have its own limit raised.
_CALLS_PER_HOUR = 1_000_000
_MARGIN = 10.0
_GIVEN = (200, 201, 303)


def goals(name: str) -> Sequence[Goal]:
    """The goals, for the workload of that name."""
    return (
        Goal(
            f"{name}.errors",
            "calls that failed otherwise than by 503 with Retry-After in the highest spike",
            "",
            "calls",
            Bound.AT_MOST,
            0.0,
            absolute=True,
        ),
        Goal(
            f"{name}.recovery",
            "the worst 99th percentile from 10 s to 20 s after a spike",
            "its own first minute",
            "ms",
            Bound.AT_MOST,
            1.5,
        ),
        Goal(
            f"{name}.memory",
            "resident memory of web server and sender at the end",
            "after the first spikes",
            "MB",
            Bound.AT_MOST,
            1.1,
        ),
        Goal(
            f"{name}.identity",
            "calls acknowledged and not stored, or the reverse, and what `verify` finds",
            "",
            "findings",
            Bound.AT_MOST,
            0.0,
            absolute=True,
        ),
    )


def measure_embedded(scale: Scale) -> Mapping[str, Pair]:
    """One round on SQLite."""
    return _measure("mixed", EMBEDDED, scale)


def measure_postgresql(scale: Scale) -> Mapping[str, Pair]:
    """One round on PostgreSQL."""
    with durable_server() as place:
        return _measure("mixed-postgresql", place, scale)


def stages(minutes: float) -> Sequence[Stage]:
    """A first minute as usual, then spikes with a pause after each, until the time is over."""
    unit = minutes * 6  # seconds; 60 in ten minutes
    cycle = (Stage(8, unit / 3), Stage(1, unit * 2 / 3), Stage(20, unit / 3), Stage(1, unit))
    return (Stage(1, unit), *cycle * 3, Stage(1, unit * 2))


@dataclass(slots=True)
class _Watch:
    """Looks at the memory of processes every second."""

    processes: Sequence[Running]
    resident: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _look(self) -> None:
        while not self._over.wait(1.0):
            self.resident.append(sum(resident_mb(process.pid) for process in self.processes))


def _measure(name: str, place: Place, scale: Scale) -> Mapping[str, Pair]:
    planned = stages(scale.minutes)
    with fresh_project(place) as project, sink_in(project.data.parent) as sink:
        queue_mails(project, scale.mails // 10)
        add_owner(project)
        _raise_limit(project)
        tokens = asyncio.run(_tokens(project))
        url = f"smtp://127.0.0.1:{sink.port}?starttls=off"
        with (
            project.serve("--role", "web") as web,
            project.serve("--role", "worker", smtp_url=url) as worker,
        ):
            kinds = _kinds(project, tokens, sign_in(web.port))
            watch = _Watch((web, worker))
            with watch.watching():
                seen = put_open_load(Task(web.port, kinds, planned, _CONNECTIONS))
        print(_told(name, seen), file=sys.stderr)
        findings = _findings(project, seen, scale.mails // 10)
    settled = int(sum(stage.seconds for stage in planned[:5]))
    return {
        f"{name}.errors": Pair(_errors(seen, planned)),
        f"{name}.recovery": Pair(*_recovery(seen, planned)),
        f"{name}.memory": Pair(watch.resident[-1], watch.resident[settled]),
        f"{name}.identity": Pair(findings),
    }


def _told(name: str, seen: Sequence[Seen]) -> str:
    """How often each kind of call came to which end."""
    ends = Counter((one.kind, one.status) for one in seen)
    return f"{name}: " + ", ".join(f"{k} {s}: {n}" for (k, s), n in sorted(ends.items()))


def _kinds(project: Project, tokens: Sequence[str], cookie: str) -> Sequence[Kind]:
    keys = project.credentials
    read = f"Authorization: Bearer {keys['api']['read_key']}\r\n"
    key = base64.b64encode(f"{keys['boolean']['api_key']}:".encode()).decode()
    items = json.dumps([bulk.item(f"{NUMBER}-{place:03}", place) for place in range(_ITEMS)])
    lists = (f"scores?survey={keys['satismeter']['campaign']}", "responses")
    pages = ("/-/p/bench/", "/-/p/bench/responses", "/-/p/bench/invitations")
    return (
        Kind("single", [ingest.response_request(keys["satismeter"])], _SINGLE),
        Kind("bulk", [post("/v1/surveys", items, f"Authorization: Basic {key}\r\n")], _BULK),
        Kind("api", [_get(f"/-/api/{path}", read) for path in lists], _API),
        Kind("page", [_get(path, f"Cookie: {cookie}\r\n") for path in pages], _PAGES),
        Kind("click", [_get(f"/-/r/{token}?a=1") for token in tokens], _CLICKS),
    )


def _get(path: str, headers: str = "") -> str:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {agent}\r\n{headers}\r\n"


def _raise_limit(project: Project) -> None:
    change = ["project", "set", "calls_per_hour", str(_CALLS_PER_HOUR)]
    run([TELLBACK, *change, "--data", str(project.data)], env=environment(project.settings))


async def _tokens(project: Project) -> list[str]:
    """The links of some invitations."""
    database: Database = open_database(Config(data=project.data, **project.settings))
    try:
        target = (await database.read(list_projects))[0]
        rows = (await database.read(list_newest_invitations, target.id, None, None, None, 100)).rows
        return [sign(target.secret, Purpose.ANSWER, target.id, row.id) for row in rows]
    finally:
        await asyncio.to_thread(database.close)


def _errors(seen: Sequence[Seen], planned: Sequence[Stage]) -> float:
    """Every failure, but for refusals in the highest spike and just after."""
    highest = [(begin, end + _MARGIN) for begin, end, times in _spans(planned) if times == 20]
    wrong = [one for one in seen if one.status not in _GIVEN]
    return float(sum(not (_allowed(one) and _within(one.at, highest)) for one in wrong))


def _allowed(one: Seen) -> bool:
    return one.status == 503 and one.patient


def _within(at: float, spans: Sequence[tuple[float, float]]) -> bool:
    return any(begin <= at < end for begin, end in spans)


def _recovery(seen: Sequence[Seen], planned: Sequence[Stage]) -> tuple[float, float]:
    """The worst 99th percentile after a spike, and that of the first stage, both in ms."""
    spans = list(_spans(planned))
    first = spans[0][1]
    after = [end for _, end, times in spans if times > 1]
    worst = max(_p99(seen, end + _MARGIN, end + 2 * _MARGIN) for end in after)
    return worst, _p99(seen, first / 6, first)


def _p99(seen: Sequence[Seen], begin: float, end: float) -> float:
    ordered = sorted(one.seconds for one in seen if begin <= one.at < end)
    return ordered[len(ordered) * 99 // 100] * 1e3 if ordered else 0.0


def _spans(planned: Sequence[Stage]) -> Iterator[tuple[float, float, float]]:
    begin = 0.0
    for stage in planned:
        yield begin, begin + stage.seconds, stage.times
        begin += stage.seconds


def _findings(project: Project, seen: Sequence[Seen], queued: int) -> float:
    """How far what is stored is from what was acknowledged, and what `verify` says against it.

    What was given up may have been stored all the same.
    """
    command = [TELLBACK, "verify", "--json", "--data", str(project.data)]
    report = json.loads(run(command, env=environment(project.settings)))
    off = 0
    for kind, stored, each in (
        ("single", report["responses"], 1),
        ("bulk", report["invitations"] - queued, _ITEMS),
    ):
        least = sum(one.kind == kind and one.status in _GIVEN for one in seen)
        most = least + sum(one.kind == kind and one.status <= 0 for one in seen)
        off += max(0, least * each - stored, stored - most * each)
    return float(off + len(report["findings"]))
