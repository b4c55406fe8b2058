"""Workloads on PostgreSQL: single responses, and calls of 10,000 surveys."""

from collections.abc import Mapping

from bench import bulk, ingest
from bench.figures import Bound, Goal, Pair
from bench.place import Server, durable_server
from bench.project import fresh_project
from bench.scale import Scale

INGEST = (
    Goal(
        "ingest-postgresql.cpu",
        "server CPU per response",
        "the same server with the action left out",
        "µs",
        Bound.AT_MOST,
        2.0,
    ),
    Goal(
        "ingest-postgresql.throughput",
        "responses stored per second",
        "the same server with the action left out",
        "1/s",
        Bound.AT_LEAST,
        0.4,
    ),
    Goal(
        "ingest-postgresql.peer",
        "responses stored per second",
        "FastAPI + SQLAlchemy ORM, a commit per request",
        "1/s",
        Bound.AT_LEAST,
        15.0,
    ),
    Goal(
        "ingest-postgresql.latency",
        "median time of a call over one connection",
        "one plain INSERT and commit a call",
        "ms",
        Bound.AT_MOST,
        1.1,
    ),
)
_FLOOR = "decode the JSON, COPY into the same table, commit"
BULK = (
    Goal("bulk-postgresql.time", "time of a call", _FLOOR, "ms", Bound.AT_MOST, 1.5),
    Goal("bulk-postgresql.cpu", "server CPU of a call", _FLOOR, "ms", Bound.AT_MOST, 1.5),
)


def measure_ingest(scale: Scale) -> Mapping[str, Pair]:
    """One round: Tellback and its floors, each on a database of its own."""
    with durable_server() as place:
        return _ingest(place, scale)


def _ingest(place: Server, scale: Scale) -> Mapping[str, Pair]:
    with fresh_project(place) as project:
        request = ingest.response_request(project.credentials["satismeter"])
        with project.serve("--role", "web") as server:
            ours = ingest.load(server, request, scale)
            # Of other people; the request must keep its length.
            alone = ingest.load(server, request.replace("user-", "more-"), scale, connections=1)
        with project.floor("ingress_only") as server:
            bare = ingest.load(server, request, scale)
    with fresh_project(place) as project, project.floor("orm_route") as server:
        peer = ingest.load(server, request, scale)
    with fresh_project(place) as project, project.floor("plain_insert") as server:
        plain = ingest.load(server, request, scale, connections=1)
    return {
        "ingest-postgresql.cpu": Pair(ours.server_us, bare.server_us),
        "ingest-postgresql.throughput": Pair(ours.per_second, bare.per_second),
        "ingest-postgresql.peer": Pair(ours.per_second, peer.per_second),
        "ingest-postgresql.latency": Pair(alone.p50_ms, plain.p50_ms),
    }


def measure_bulk(scale: Scale) -> Mapping[str, Pair]:
    """One round: the same calls to Tellback and to the floor."""
    with durable_server() as place:
        with fresh_project(place) as project:
            headers = bulk.headers_of(project.credentials["boolean"]["api_key"])
            with project.serve("--role", "web") as server:
                ours = bulk.call(server, headers, scale)
        with fresh_project(place) as project, project.floor("plain_copy") as server:
            floor = bulk.call(server, headers, scale)
    return {
        "bulk-postgresql.time": Pair(ours[0], floor[0]),
        "bulk-postgresql.cpu": Pair(ours[1], floor[1]),
    }
