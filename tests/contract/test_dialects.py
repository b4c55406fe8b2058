"""What every dialect declares is sound, whole and true. A new folder is tested by being there."""

import base64
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from tellback.app import App
from tellback.core.errors import (
    CredentialMissing,
    Fault,
    Internal,
    Invalid,
    NotEligible,
    Problem,
    RateLimited,
    SurveyNotOffered,
    TellbackError,
)
from tellback.core.segment_tokens import SegmentError
from tellback.dialects.contract import (
    CAPABILITIES,
    Dialect,
    Exchange,
    HttpReply,
    HttpRequest,
    MethodNotAllowed,
    Route,
)
from tellback.dialects.registry import check_dialects
from tests.contract.asgi import Reply, call
from tests.contract.documents import undocumented
from tests.contract.exchange import set_stage
from tests.contract.samples import DIALECTS, SAMPLES, fixtures_of

ROUTES = [
    pytest.param(dialect, route, id=f"{dialect.name}-{route.operation}")
    for dialect in DIALECTS.values()
    for route in dialect.routes
]
EVERY = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
WANTED: dict[type[TellbackError], tuple[Any, ...]] = {
    Invalid: (Problem(Fault.VALUE, "must be round", "shape"),),
    MethodNotAllowed: (("GET", "POST"),),
    NotEligible: ("asked yesterday",),
    RateLimited: (5,),
    SegmentError: ("this is wrong", 7),
    SurveyNotOffered: ("7", 1),
}


def subclasses(of: type[TellbackError]) -> Iterator[type[TellbackError]]:
    yield of
    for each in of.__subclasses__():
        yield from subclasses(each)


#: Those that can reach a wire; others have some more, as soon as they are imported.
_KNOWN_TO_WIRES = ("tellback.core.", "tellback.dialects.")
ERRORS = sorted(
    {each for each in subclasses(TellbackError) if each.__module__.startswith(_KNOWN_TO_WIRES)},
    key=lambda each: each.__name__,
)


def refusal(
    dialect: Dialect, error: TellbackError, route: Route | None = None, path: str = "/"
) -> HttpReply:
    path = route.path if route else path
    request = HttpRequest("POST", path, {}, (), {}, "", "http://x", request_id="0" * 32)
    return dialect.encode_error(Exchange(request, dialect, route), error)


def test_all_dialects_go_together() -> None:
    check_dialects(DIALECTS.values())
    assert len(DIALECTS) >= 2


@EVERY
def test_an_operation_at_two_paths_is_the_same_one(dialect: Dialect) -> None:
    named: dict[str, Route] = {}
    for route in dialect.routes:
        first = named.setdefault(route.operation, route)
        assert replace(route, path=first.path, decode=first.decode) == first
        assert route.path.startswith("/")
        assert route.operation.isidentifier()


@EVERY
def test_capabilities_are_known_and_there_are_some(dialect: Dialect) -> None:
    assert dialect.capabilities
    assert dialect.capabilities <= CAPABILITIES
    by_itself = any(route.method == "OPTIONS" for route in dialect.routes)
    assert ("cors" in dialect.capabilities) == (dialect.cors is not None or by_itself)


@EVERY
def test_keys_cannot_be_guessed(dialect: Dialect) -> None:
    assert not dialect.keys or any(not key.public for key in dialect.keys)
    for key in dialect.keys:
        assert len(set(key.alphabet)) == len(key.alphabet)
        assert key.public or len(key.alphabet) ** key.length >= 2**128


@EVERY
@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_has_its_status_and_form(dialect: Dialect, kind: type[TellbackError]) -> None:
    error = kind(*WANTED.get(kind, ()))
    expected = next(dialect.errors[base] for base in kind.__mro__ if base in dialect.errors)
    form = json.loads(refusal(dialect, Internal()).body) if _is_json(dialect) else None
    for route in (None, *dialect.routes):
        reply = refusal(dialect, error, route)
        assert reply.status == expected
        assert 400 <= reply.status < 600
        assert reply.content_type == refusal(dialect, Internal(), route).content_type
        if form is not None and json.loads(reply.body).keys() != form.keys():
            assert _is_documented(dialect, reply)


def _is_documented(dialect: Dialect, reply: HttpReply) -> bool:
    """Whether the document shows such a refusal: a wire may have several forms."""
    headers = {name.lower(): value for name, value in reply.headers}
    sent = Reply(reply.status, {**headers, "content-type": reply.content_type or ""}, reply.body)
    return any(not undocumented(dialect.name, route, sent) for route in dialect.routes)


def _is_json(dialect: Dialect) -> bool:
    return "json" in (refusal(dialect, Internal()).content_type or "")


@EVERY
def test_only_our_own_failures_are_ours(dialect: Dialect) -> None:
    ours = {kind.__name__ for kind, status in dialect.errors.items() if status >= 500}
    assert ours == {"Internal", "Overloaded"}
    assert TellbackError in dialect.errors


@pytest.mark.parametrize(("dialect", "route"), ROUTES)
def test_every_operation_has_a_fixture_in_which_it_succeeds(dialect: Dialect, route: Route) -> None:
    assert f"{dialect.name}-{route.operation}" in map(str, SAMPLES)


@pytest.mark.parametrize(("dialect", "route"), ROUTES)
async def test_every_operation_is_also_under_the_slug(
    dialect: Dialect, route: Route, shared_app: App
) -> None:
    stage = await set_stage(shared_app, dialect.name)
    path = route.path.replace("{", "").replace("}", "")
    plain = await call(shared_app, route.method, path, {}, b"", "192.0.2.1")
    slug = await call(
        shared_app, route.method, f"/p/{stage.project.slug}{path}", {}, b"", "192.0.2.2"
    )
    nothing = await call(shared_app, route.method, "/nothing/here", {}, b"", "192.0.2.3")
    if route.public:
        # Nothing tells whose the call is: with several projects here, that has to be said.
        assert plain.status == dialect.errors[CredentialMissing]
    else:
        assert slug.status == plain.status
    assert slug.body != nothing.body


@pytest.mark.parametrize(("dialect", "route"), ROUTES)
@pytest.mark.parametrize("method", ["BREW", "TRACE", "post", "GETGET"])
async def test_a_method_that_there_is_not(
    dialect: Dialect, route: Route, method: str, shared_app: App
) -> None:
    stage = await set_stage(shared_app, dialect.name)
    before = await stage.counts()
    reply = await call(shared_app, method, route.path.replace("{", "").replace("}", ""))
    expected = refusal(dialect, MethodNotAllowed(("GET",)), path=route.path)
    assert reply.status == expected.status
    assert reply.headers.get("content-type") == expected.content_type
    assert await stage.counts() == before


@EVERY
async def test_the_printed_example_works(dialect: Dialect, shared_app: App) -> None:
    for prefix in ("", "/p/{slug}"):
        stage = await set_stage(shared_app, dialect.name)
        base = f"http://testserver{prefix.format(slug=stage.project.slug)}"
        command = dialect.example(base, stage.made.credentials[dialect.name])
        before = await stage.counts()
        reply = await call(shared_app, *_curl(command))
        assert reply.status < 300, reply.body
        assert await stage.counts() != before


def _curl(command: str) -> tuple[str, str, dict[str, str], bytes]:
    """What curl would send, as far as the examples use it."""
    words = iter(shlex.split(command.replace("\\\n", " ")))
    assert next(words) == "curl"
    method, url, headers, body = "", "", {"User-Agent": "curl"}, b""
    for word in words:
        if word in ("-i", "-s", "-sS"):
            continue
        if word in ("-H", "--header"):
            name, _, value = next(words).partition(":")
            headers[name] = value.strip()
        elif word in ("-u", "--user"):
            headers["Authorization"] = f"Basic {_base64(next(words))}"
        elif word in ("-d", "--data", "--data-raw", "--data-binary"):
            body = next(words).encode()
        elif word in ("-X", "--request"):
            method = next(words)
        else:
            assert urlsplit(word).scheme == "http", f"curl's {word} is not known here"
            url = word
    return method or ("POST" if body else "GET"), url, headers, body


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@EVERY
def test_refusals_store_nothing_but_their_log(dialect: Dialect) -> None:
    refused = [f for f in fixtures_of(dialect) if f["reply"]["status"] >= 400]
    assert refused
    for fixture in refused:
        assert fixture.get("effect", {}).keys() <= {"rejected_inputs"}, fixture["about"]
