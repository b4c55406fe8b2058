"""Workload `bulk`: calls of 10,000 surveys with five typed properties each, Boolean's wire."""

import base64
import http.client
import json
import time
from collections.abc import Mapping
from statistics import median
from typing import Any

from bench.figures import Bound, Goal, Pair
from bench.processes import Broken, Running, cpu_seconds, peak_mb, resident_mb
from bench.project import fresh_project
from bench.scale import Scale

_FLOOR = "decode the JSON, executemany into the same table, commit"
GOALS = (
    Goal("bulk.time", "time of a call", _FLOOR, "ms", Bound.AT_MOST, 1.5),
    Goal("bulk.cpu", "server CPU of a call", _FLOOR, "ms", Bound.AT_MOST, 1.5),
    Goal(
        "bulk.memory",
        "growth of resident memory over the calls, at its peak",
        "",
        "MB",
        Bound.AT_MOST,
        100.0,
        absolute=True,
    ),
)


def measure(scale: Scale) -> Mapping[str, Pair]:
    """One round: the same calls to Tellback and to the floor."""
    with fresh_project() as project:
        headers = headers_of(project.credentials["boolean"]["api_key"])
        with project.serve("--role", "web") as server:
            idle = resident_mb(server.pid)
            ours = call(server, headers, scale)
            growth = peak_mb(server.pid) - idle
    with fresh_project() as project, project.floor("plain_bulk") as server:
        floor = call(server, headers, scale)
    return {
        "bulk.time": Pair(ours[0], floor[0]),
        "bulk.cpu": Pair(ours[1], floor[1]),
        "bulk.memory": Pair(growth),
    }


def bulk_body(first: int, items: int) -> bytes:
    """A call's body; items are numbered from ``first``, so that none is a duplicate."""
    return json.dumps(
        [item(f"{first + place:05}", place) for place in range(items)], separators=(",", ":")
    ).encode()


def item(label: str, place: int) -> dict[str, Any]:
    """One survey to send, of a person and a purchase named by ``label``."""
    return {
        "$email": f"b{label}@x.example",
        "$transaction_id": label,
        "$transaction_date": 1768278630,
        "$transaction_amount": 9.5,
        "$transaction_currency": "EUR",
        "properties": {
            "city": {"S": "Bonn"},
            "qty": {"N": place % 7},
            "due": {"D": "2026-01-15T02:30:30Z"},
            "new": {"B": True},
            "sku": {"SS": ["A"]},
        },
    }


def headers_of(api_key: str) -> dict[str, str]:
    """The headers of a call with this key."""
    key = base64.b64encode(f"{api_key}:".encode()).decode()
    return {
        "Authorization": f"Basic {key}",
        "Content-Type": "application/json",
        "User-Agent": "bench",
    }


def call(server: Running, headers: Mapping[str, str], scale: Scale) -> tuple[float, float]:
    """The median time of a call and the mean CPU, both in ms; the first call warms up."""
    bodies = [bulk_body(n * scale.items, scale.items) for n in range(scale.calls + 1)]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    _post(connection, bodies[0], headers, scale.items)
    before = cpu_seconds(server.pid)
    times = [_post(connection, body, headers, scale.items) for body in bodies[1:]]
    cpu = (cpu_seconds(server.pid) - before) / scale.calls
    connection.close()
    return median(times) * 1e3, cpu * 1e3


def _post(
    connection: http.client.HTTPConnection, body: bytes, headers: Mapping[str, str], items: int
) -> float:
    begin = time.perf_counter()
    connection.request("POST", "/v1/surveys", body, dict(headers))
    answer = connection.getresponse()
    told = answer.read()
    seconds = time.perf_counter() - begin
    if answer.status != 200 or told.count(b'"accepted"') not in (items, 0) or b"rejected" in told:
        raise Broken(f"{answer.status}: {told[:600].decode()}")
    return seconds
