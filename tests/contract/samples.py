"""One request for each operation of every dialect that its fixtures show to succeed."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tellback.core.errors import TellbackError
from tellback.dialects.contract import Dialect, HttpRequest, Route
from tellback.dialects.registry import load_dialects
from tellback.dialects.routing import Router, split_slug
from tests.contract.exchange import FIXTURES, Stage, read_fixture

DIALECTS = load_dialects()


@dataclass(frozen=True)
class Sample:
    """An operation, and the simplest fixture that shows it to succeed."""

    dialect: Dialect
    route: Route
    fixture: Any

    def __str__(self) -> str:
        return f"{self.dialect.name}-{self.route.operation}"


def fixtures_of(dialect: Dialect) -> list[Any]:
    """All fixtures of a dialect."""
    return [read_fixture(path) for path in FIXTURES if path.parts[-4] == dialect.name]


def route_of(dialect: Dialect, request: Any) -> Route | None:
    """The operation that a fixture's request is meant for."""
    _, path = split_slug(urlsplit(request["path"].replace("{slug}", "slug")).path)
    match = Router([dialect]).match(path)
    return match.routes.get(request["method"]) if match else None


def _samples() -> list[Sample]:
    found: dict[tuple[str, str], Sample] = {}
    for dialect in DIALECTS.values():
        for fixture in sorted(fixtures_of(dialect), key=lambda f: len(f.get("given", ()))):
            route = route_of(dialect, fixture["request"])
            if route and fixture["reply"]["status"] < 400:
                key = (dialect.name, route.operation)
                found.setdefault(key, Sample(dialect, route, fixture))
    return list(found.values())


SAMPLES = _samples()


def only_asks(sample: Sample) -> bool:
    """Whether an operation stores nothing, whatever its method."""
    request = sample.fixture["request"]
    url = urlsplit(request["path"])
    match = Router([sample.dialect]).match(split_slug(url.path)[1])
    bare = HttpRequest(
        method=sample.route.method,
        path=url.path,
        params=match.params if match else {},
        query=parse_qsl(url.query, keep_blank_values=True),
        headers=request.get("headers", {}),
        peer="",
        base_url="",
        body=json.dumps(request.get("body")).encode(),
    )
    try:
        return sample.route.decode(bare).query is not None
    except TellbackError:
        # Something stands in for what only a stage knows; who only asks needs nothing of the kind.
        return False


def http_request(stage: Stage, route: Route, request: Any) -> HttpRequest:
    """A fixture's request as a decoder sees it, the same every time."""
    url = urlsplit(stage.url_of(request))
    slug, path = split_slug(url.path)
    match = Router([DIALECTS[stage.dialect]]).match(path)
    body = stage.body_of(request)
    headers = stage.headers_of(request, body=bool(body))
    return HttpRequest(
        method=route.method,
        path=path,
        params=match.params if match else {},
        query=parse_qsl(url.query, keep_blank_values=True),
        headers={name.lower(): value for name, value in headers.items()},
        peer=stage.peer,
        base_url=str(stage.known["base_url"]),
        slug=slug,
        body=body,
        request_id="018f0d2a3b4c7d5e8f90123456789abc",
        now=1_700_000_000_000,
    )
