"""Workload `pages`: the dashboard's pages of a year of answers, on two databases of two sizes."""

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench.figures import Bound, Goal, Pair
from bench.grown import ANSWERED, CITY, COMMON_RANK, OTHER_CITY, RARE_RANK, grown_project, word
from bench.processes import Broken, Running, thread_seconds
from bench.project import Project
from bench.scale import Scale
from bench.visitor import sign_in

_SMALLER = "the same on a database of a tenth of the size"
#: Two searches of people, which have to be counted from rows.
_TWO = {
    side: urlencode({"where": f'property["city"] == "{city}"', "rating": "negative"})
    for side, city in (("a", CITY), ("b", OTHER_CITY))
}
_PAGES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "pages.overview": ("the overview of 30 days", "", {}),
    "pages.responses": ("the newest responses", "responses", {}),
    "pages.filtered": (
        "those of a wire, negative, with a comment",
        "responses",
        {"wire": "boolean", "rating": "negative", "comments": "1"},
    ),
    "pages.common": ("those with a common word", "responses", {"q": word(COMMON_RANK)}),
    "pages.rare": ("those with a rare word", "responses", {"q": word(RARE_RANK)}),
    "pages.compare": ("two segments compared", "responses/compare", _TWO),
}
GOALS = (
    *(
        Goal(name, f"{what}: first byte", _SMALLER, "ms", Bound.AT_MOST, 2.0)
        for name, (what, _, _) in _PAGES.items()
    ),
    *(
        Goal(f"{name}.cpu", f"{what}: processor time", _SMALLER, "ms", Bound.AT_MOST, 2.0)
        for name, (what, _, _) in _PAGES.items()
    ),
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody who is signed in at a server, over one connection."""

    server: Running
    connection: http.client.HTTPConnection
    cookie: str

    def first_byte(self, path: str, parameters: Mapping[str, str]) -> float:
        """How many seconds it takes until a page begins to come."""
        target = f"/-/p/bench/{path}?{urlencode(parameters)}"
        begin = time.perf_counter()
        self.connection.request("GET", target, headers={"Cookie": self.cookie})
        reply = self.connection.getresponse()
        seconds = time.perf_counter() - begin
        body = reply.read()
        if reply.status != 200:
            raise Broken(f"{target} gave {reply.status}: {body[:500]!r}")
        return seconds


@contextmanager
def prepared(scale: Scale) -> Iterator[Callable[[Scale], Mapping[str, Pair]]]:
    """Both databases with a server on each, made once for all rounds."""
    with ExitStack() as stack:
        rows = int(scale.responses / ANSWERED)
        projects = [
            stack.enter_context(grown_project(size, scale.kept)) for size in (rows, rows // 10)
        ]
        readers = [stack.enter_context(_reader(project)) for project in projects]
        yield lambda scale: _measure(readers, scale)


@contextmanager
def _reader(project: Project) -> Iterator[_Reader]:
    with project.serve("--role", "web") as server:
        # Something has always just come, so that today is not as it was rolled up.
        _answer(project.credentials["satismeter"], server)
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        yield _Reader(server, connection, sign_in(server.port))


def _answer(credentials: Mapping[str, Any], server: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    said = {"rating": 9, "answers": [], "userId": f"reader-{time.time_ns()}", "method": "In-App"}
    whose = {"writeKey": credentials["write_key"], "campaign": credentials["campaign"]}
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/responses", json.dumps({**said, **whose}), headers)
    if (status := connection.getresponse().status) != 201:
        raise Broken(f"the answer gave {status}")
    connection.close()


def _measure(readers: Sequence[_Reader], scale: Scale) -> Mapping[str, Pair]:
    found: dict[str, Pair] = {}
    for name, (_, path, parameters) in _PAGES.items():
        # The first call is not counted.
        _turn(readers, path, parameters)
        before = _busy(readers)
        turns = [_turn(readers, path, parameters) for _ in range(scale.pages)]
        busy = [
            (now - then) / scale.pages for now, then in zip(_busy(readers), before, strict=True)
        ]
        found[name] = Pair(*(median(taken) * 1e3 for taken in zip(*turns, strict=True)))
        found[f"{name}.cpu"] = Pair(*(seconds * 1e3 for seconds in busy))
    return found


def _turn(readers: Sequence[_Reader], path: str, parameters: Mapping[str, str]) -> list[float]:
    """A call of each, so that whatever else is going on meets them alike."""
    return [reader.first_byte(path, parameters) for reader in readers]


def _busy(readers: Sequence[_Reader]) -> list[float]:
    return [thread_seconds(reader.server.pid) for reader in readers]
