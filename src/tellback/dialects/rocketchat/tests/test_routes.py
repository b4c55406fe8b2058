"""Every decoder, with whatever can be sent: it decides, and never fails."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.dialects.contract import Call, HttpRequest, Route
from tellback.dialects.rocketchat.routes import ROUTES

MEMBERS = """
    token rid data visitor name value email customFields key overwrite phone status msg _id agent
    message host comment tags type closedAt createdAt messages closer closedBy agents count offset
    open sort roomName departmentId transcriptEmail sendToVisitor requestData
"""
NAMES = st.sampled_from(re.findall(r"\w+", MEMBERS))
ODD = (
    *("\0", "LivechatSession", "Message", "satisfaction", "additionalFeedback", "5", "x" * 9_000),
    *('{"start": "2026-01-01"}', '{"ts": 1}', "[", "[" * 3_000, "9" * 400, "-1", "1e400", "nan"),
)
TEXTS = st.text(max_size=6) | st.sampled_from(ODD)
NUMBERS = st.sampled_from([0, -1, 2**53, 2**64, 10**400, 1e308, -0.0, 0.1]) | st.floats(
    allow_nan=False, allow_infinity=False
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=5),
    max_leaves=15,
)
BODIES = st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode())
TYPES = st.sampled_from(
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "",
    ]
)
PAIRS = st.lists(
    st.tuples(NAMES | NAMES.map(lambda name: f"{name}[]") | TEXTS, TEXTS | st.just("\ufffd")),
    max_size=6,
)
OPERATIONS = list({route.operation: route for route in ROUTES}.values())
EVERY = pytest.mark.parametrize("route", OPERATIONS, ids=lambda route: route.operation)
HEADERS = st.sampled_from(["", "rc_room_type=l; rc_is_widget=t", 'a="b', "\xff=;;=", "x" * 5_000])


def request_for(route: Route, **more: Any) -> HttpRequest:
    return HttpRequest(
        route.method, route.path, more.pop("params", {}), peer="", base_url="", **more
    )


@EVERY
@given(body=BODIES, media=TYPES, query=PAIRS, cookie=HEADERS, token=TEXTS, id_=st.text(max_size=32))
@settings(max_examples=60, deadline=None)
def test_no_request_makes_a_decoder_fail(
    route: Route, body: bytes, media: str, query: Any, cookie: str, token: str, id_: str
) -> None:
    headers = {"content-type": media, "cookie": cookie, "user-agent": cookie, "host": cookie}
    request = request_for(
        route, params={"token": token}, query=query, headers=headers, body=body, request_id=id_
    )
    call = route.decode(request)
    assert isinstance(call, Call)
    assert call.refusal is None or not (call.commands or call.query)
    if route.credential:
        route.credential(request)


@EVERY
def test_depth_is_no_trouble(route: Route) -> None:
    for depth in (500, 990, 1_000, 1_010, 50_000):
        for opening, closing in ((b"[", b"]"), (b'{"visitor":', b"}"), (b'{"data":[', b"]}")):
            body = opening * depth + b"1" + closing * depth
            headers = {"content-type": "application/json"}
            assert isinstance(
                route.decode(
                    request_for(route, params={"token": "t"}, query=(), headers=headers, body=body)
                ),
                Call,
            )
