"""Workload `ingest`: single responses of distinct people, 64 connections, SatisMeter's wire."""

import json
from collections.abc import Mapping
from typing import Any

from bench.figures import Bound, Goal, Pair
from bench.load import NUMBER, Load, Task, post, put_load
from bench.processes import Running
from bench.project import fresh_project
from bench.scale import Scale

GOALS = (
    Goal(
        "ingest.cpu",
        "server CPU per response",
        "the same server with the action left out",
        "µs",
        Bound.AT_MOST,
        3.0,
    ),
    Goal(
        "ingest.throughput",
        "responses stored per second",
        "FastAPI + SQLAlchemy ORM, a commit per request",
        "1/s",
        Bound.AT_LEAST,
        10.0,
    ),
)


def measure(scale: Scale) -> Mapping[str, Pair]:
    """One round: Tellback, Tellback without its action, the usual stack."""
    with fresh_project() as project:
        request = response_request(project.credentials["satismeter"])
        with project.serve("--role", "web") as server:
            ours = load(server, request, scale)
    with fresh_project() as project:
        request = response_request(project.credentials["satismeter"])
        with project.floor("ingress_only") as server:
            bare = load(server, request, scale)
    with fresh_project() as project, project.floor("orm_route") as server:
        usual = load(server, request, scale)
    return {
        "ingest.cpu": Pair(ours.server_us, bare.server_us),
        "ingest.throughput": Pair(ours.per_second, usual.per_second),
    }


def response_request(credentials: Mapping[str, Any]) -> str:
    """A post of one response with a rating, a comment and a few traits."""
    body = {
        "writeKey": credentials["write_key"],
        "campaign": credentials["campaign"],
        "method": "In-App",
        "rating": 9,
        "answers": [
            {"id": question["id"], "value": "It was quick, and Ann was kind."}
            for question in credentials["questions"]
            if question["type"] == "long-text"
        ],
        "userId": f"user-{NUMBER}",
        "traits": {"name": "Bo Long", "email": f"bo{NUMBER}@example.com", "plan": "pro"},
    }
    return post("/api/responses", json.dumps(body))


def load(server: Running, request: str, scale: Scale, connections: int | None = None) -> Load:
    """Put load on a server with one request over and over; ``connections`` other than usual."""
    return put_load(
        Task(
            port=server.port,
            pid=server.pid,
            request=request,
            connections=connections or scale.connections,
            warm_up=scale.warm_up,
            seconds=scale.seconds,
            status=201,
        )
    )
