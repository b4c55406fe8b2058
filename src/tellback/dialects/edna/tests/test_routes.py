"""Whatever comes, decoding gives a call or an error of ours; and who may call what."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.core.errors import TellbackError
from tellback.dialects.contract import Call, HttpRequest, UnsupportedMediaType
from tellback.dialects.edna import DIALECT
from tellback.dialects.edna.routes import check_head

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["1", "-1", "4.02", "true", "threadId", "SURVEY_QUESTION_ANSWER"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
NUMBERS = st.integers(-(2**64), 2**64) | st.integers(0, 9).map(str)
CLIENT = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["internalClientId", "externalClientId", "threadId"]) | JSON,
        "id": NUMBERS | JSON,
    },
)
ENDS = NUMBERS | JSON
QUESTION = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("minValue", "maxValue"), ENDS),
        **dict.fromkeys(("kpi", "text", "displayText"), JSON),
    },
)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "clientId": CLIENT | JSON,
        "qualityFormId": NUMBERS | JSON,
        "binaryQuestion": st.booleans() | JSON,
        "question": QUESTION | JSON,
        **dict.fromkeys(("requiredMessageCount", "sendingFrequency", "hideAfter"), ENDS),
        "type": st.just("SURVEY_QUESTION_ANSWER") | JSON,
        **dict.fromkeys(("sendingId", "questionId", "rate"), ENDS),
        **dict.fromkeys(("text", "comment", "threadId"), JSON),
        **dict.fromkeys(("phones", "externalIds"), st.lists(JSON, max_size=3) | JSON),
    },
)
ROUTES = st.sampled_from(DIALECT.routes)


def request(method: str = "POST", body: bytes = b"", thread: str = "1", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    params = {"id": thread}
    return HttpRequest(method, "/", params, (), named, "192.0.2.1", "http://x", body=body)


def decoded(route: Any, wanted: HttpRequest) -> None:
    try:
        call = route.decode(wanted)
    except TellbackError:
        return
    assert isinstance(call, Call)
    assert bool(call.commands) != (call.query is not None)


@given(ROUTES, BODIES | JSON, st.text(max_size=25))
@settings(max_examples=400)
def test_any_value(route: Any, value: Any, thread: str) -> None:
    decoded(route, request(route.method, json.dumps(value).encode(), thread))


@given(ROUTES, st.binary(max_size=60))
def test_any_bytes(route: Any, body: bytes) -> None:
    decoded(route, request(route.method, body))


def test_who_may_call_what() -> None:
    everybody = {"integrator", "operator", "supervisor"}
    assert {key.role for key in DIALECT.keys} == everybody
    allowed = {route.operation: route.roles for route in DIALECT.routes}
    assert allowed == {
        "send_survey": everybody,
        "answer_survey": {"integrator"},
        "define_survey": {"integrator"},
        "get_thread": everybody,
        "find_clients": everybody,
    }


@pytest.mark.parametrize(
    "media",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/vnd.x+json",
    ],
)
def test_json(media: str) -> None:
    check_head(request(content_type=media))


@pytest.mark.parametrize(
    "media", ["", "text/plain", "text/json", "application/xml", "application/json;charset=utf-16"]
)
def test_no_json(media: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_head(request(content_type=media))
    check_head(request("GET", content_type=media))
