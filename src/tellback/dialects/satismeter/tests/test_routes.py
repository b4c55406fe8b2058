"""Whatever comes, decoding gives a call or an error of ours; and what is documented is true."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.core.errors import TellbackError
from tellback.dialects.contract import Call, HttpRequest, Route
from tellback.dialects.satismeter import DIALECT

FIXTURES = Path(__file__).parent / "fixtures"
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
MEMBERS = (
    *("writeKey", "campaign", "method", "rating", "answers", "userId", "anonymousId", "traits"),
    *("forceSurvey", "feedback", "dismissed", "referrer", "language", "project", "type", "event"),
    *("surveyDate", "data"),
)
PARAMETERS = (
    *("project", "campaign", "format", "startDate", "endDate", "page[size]", "page[number]"),
    *("pageSize", "pageCursor", "userId", "type"),
)
ROUTES = st.sampled_from(DIALECT.routes)
ANSWERS = st.lists(st.fixed_dictionaries({}, optional={"id": JSON, "value": JSON}), max_size=3)
BODIES = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(MEMBERS, JSON), "answers": JSON | ANSWERS}
)
HEADERS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("authorization", "authkey", "auth-token"), st.text(max_size=20))
)
QUERIES = st.lists(st.tuples(st.sampled_from(PARAMETERS), st.text(max_size=20)), max_size=4)


def request(
    route: Route,
    body: bytes = b"",
    query: Any = (),
    headers: Any = None,
    param: str = "x",
) -> HttpRequest:
    return HttpRequest(
        method=route.method,
        path=route.path,
        params=dict.fromkeys(("id", "project", "campaign"), param),
        query=query,
        headers=headers or {},
        peer="203.0.113.1",
        base_url="http://testserver",
        body=body,
        now=1_700_000_000_000,
    )


def decode(route: Route, asked: HttpRequest) -> Call | TellbackError:
    try:
        if route.credential:
            route.credential(asked)
        return route.decode(asked)
    except TellbackError as error:
        return error


def check(decoded: Call | TellbackError) -> None:
    if isinstance(decoded, Call):
        assert decoded.refusal or bool(decoded.commands) != bool(decoded.query)


@settings(deadline=None, max_examples=100)
@given(ROUTES, BODIES, QUERIES, HEADERS, st.text(max_size=40))
def test_any_members_are_decoded(
    route: Route, body: Any, query: Any, headers: Any, param: str
) -> None:
    check(decode(route, request(route, json.dumps(body).encode(), query, headers, param)))


@settings(deadline=None, max_examples=200)
@given(
    route=ROUTES, body=st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_are_decoded(route: Route, body: bytes) -> None:
    check(decode(route, request(route, body)))


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_a_cut_body_is_an_error_of_ours(cut: int) -> None:
    body = json.dumps({"writeKey": "k", "answers": [{"id": "a", "value": "ü"}], "userId": "007"})
    submit = next(route for route in DIALECT.routes if route.operation == "submit_response")
    decoded = decode(submit, request(submit, body.encode()[: min(cut, len(body) - 1)]))
    assert isinstance(decoded, TellbackError)


def test_every_operation_has_fixtures() -> None:
    names = {path.stem.partition("__")[0] for path in FIXTURES.glob("*.json")}
    assert names == {route.operation for route in DIALECT.routes}


def test_a_query_is_read_as_it_is_sent() -> None:
    route = next(r for r in DIALECT.routes if r.operation == "list_responses")
    query = parse_qsl("project=p&page%5Bsize%5D=5&page[number]=2&startDate=2015-01-01&format=csv")
    call = route.decode(request(route, query=query))
    assert call.query is not None
    assert (call.query.size, call.query.page) == (5, 2)  # type: ignore[union-attr]
    assert (call.project, call.note) == ("p", "csv")
