"""Workload `large`: lists and trends of a year of invitations, on two databases of two sizes."""

import base64
import http.client
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.parse import urlencode

from bench.figures import Bound, Goal, Pair
from bench.grown import CITY, COMMON_RANK, RARE_RANK, grown_project, word
from bench.processes import Broken
from bench.project import Project
from bench.scale import Scale

_DAYS = 90
_SMALLER = "the same on a database of a fifth of the size"
_SCAN = "a full scan of the same rows"
_LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "lists.dates": ("a page of the last 90 days", {}),
    "lists.feedback": ("a page of negative answers of these days", {"feedback": "-1"}),
    "lists.common": (
        "the same, with a common word in the comment",
        {"feedback": "-1", "comments_search": word(COMMON_RANK)},
    ),
    "lists.rare": (
        "the same, with a rare word",
        {"feedback": "-1", "comments_search": word(RARE_RANK)},
    ),
    "lists.deep": ("the last page of negative answers", {"feedback": "-1", "page": "20"}),
}
_TRENDS = {
    "trend.rolled": (f'property["city"] == "{CITY}"', 100.0, "a property that is counted ahead"),
    "trend.adhoc": (
        f'(property["city"] == "{CITY}" and property["plan"] isset)',
        5.0,
        "two properties, counted from the rows",
    ),
}
GOALS = (
    *(
        Goal(name, measures, _SMALLER, "ms", Bound.AT_MOST, 1.5)
        for name, (measures, _) in _LISTS.items()
    ),
    *(
        Goal(name, f"trend of 90 days per second: {what}", _SCAN, "1/s", Bound.AT_LEAST, goal)
        for name, (_, goal, what) in _TRENDS.items()
    ),
)


@dataclass(slots=True)
class _Wire:
    """A server's lists and scores, as a program asks for them over one connection."""

    connection: http.client.HTTPConnection
    headers: Mapping[str, str]

    def seconds(self, path: str, parameters: Mapping[str, str]) -> float:
        """How long one call takes."""
        begin = time.perf_counter()
        self.connection.request("GET", f"{path}?{urlencode(parameters)}", headers=self.headers)
        reply = self.connection.getresponse()
        body = reply.read()
        if reply.status != 200:
            raise Broken(f"{path} gave {reply.status}: {body[:500]!r}")
        return time.perf_counter() - begin


@contextmanager
def prepared(scale: Scale) -> Iterator[Callable[[Scale], Mapping[str, Pair]]]:
    """Both databases with a server on each, made once for all rounds."""
    with ExitStack() as stack:
        large = stack.enter_context(grown_project(scale.rows, scale.kept))
        small = stack.enter_context(grown_project(scale.rows // 5, scale.kept))
        wires = [stack.enter_context(_wire(project)) for project in (large, small)]
        yield lambda scale: _measure(large, wires, scale)


@contextmanager
def _wire(project: Project) -> Iterator[_Wire]:
    key = project.credentials["boolean"]["api_key"]
    basic = base64.b64encode(f"{key}:".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "User-Agent": "bench"}
    with project.serve("--role", "web") as server:
        yield _Wire(http.client.HTTPConnection("127.0.0.1", server.port), headers)


def _measure(large: Project, wires: Sequence[_Wire], scale: Scale) -> Mapping[str, Pair]:
    dates = _dates()
    found = {}
    for name, (_, filters) in _LISTS.items():
        pages = [_several(wire, "/v1/surveys", dates | filters, scale.pages) for wire in wires]
        found[name] = Pair(*(seconds * 1e3 for seconds in pages))
    scan = _scan(large)
    for name, (where, _, _) in _TRENDS.items():
        seconds = _several(wires[0], "/v1/scores", dates | {"where": where}, scale.pages)
        found[name] = Pair(1 / seconds, 1 / scan)
    return found


def _several(wire: _Wire, path: str, parameters: Mapping[str, str], times: int) -> float:
    """The median time of a call; the first is not counted."""
    taken = [wire.seconds(path, parameters) for _ in range(times + 1)]
    return median(taken[1:])


def _dates() -> dict[str, str]:
    today = datetime.now(UTC).date()
    return {"start_date": f"{today - timedelta(_DAYS):%Y:%m:%d}", "end_date": f"{today:%Y:%m:%d}"}


def _scan(project: Project) -> float:
    """How long it takes to read all rows for the trend, by the engine alone."""
    since = int((datetime.now(UTC) - timedelta(_DAYS)).timestamp() * 1e3)
    asked = "invitations.project_id = ?1 AND json_extract(properties, '$.city') = ?2"
    votes = (
        "SELECT responded_at / 86400000, count(*), sum(rating > 0), sum(rating < 0) "
        "FROM invitations NOT INDEXED LEFT JOIN responses ON responses.project_id = ?1 "
        f"AND responses.invitation_id = invitations.id WHERE {asked} AND responded_at >= ?3 "
        "GROUP BY 1"
    )
    opens = (
        "SELECT opened_at / 86400000, count(*) FROM invitations NOT INDEXED "
        f"WHERE {asked} AND opened_at >= ?3 GROUP BY 1"
    )
    with closing(sqlite3.connect(project.data / "tellback.db")) as base:
        base.execute("PRAGMA cache_size=-16384")
        begin = time.perf_counter()
        for statement in (votes, opens):
            base.execute(statement, (project.id, CITY, since)).fetchall()
        return time.perf_counter() - begin
