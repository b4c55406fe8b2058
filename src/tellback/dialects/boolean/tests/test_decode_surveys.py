"""Bulk requests are read purely, the same on the short path and the long one, and at any size."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.commands import RequestInvitation
from tellback.core.errors import Fault, Invalid
from tellback.core.model import Transaction
from tellback.core.properties import PropertyType
from tellback.dialects.boolean.decode_surveys import decode_surveys
from tellback.dialects.boolean.items import MAX_ITEMS, MAX_UNKNOWN
from tellback.dialects.boolean.judge import judge
from tellback.dialects.contract import Call, HttpRequest, MalformedBody

REQUEST_ID = "018f0d2a3b4c7d5e8f9012345678fffe"
SOUND: dict[str, Any] = {
    "$email": "Someone@somedomain.com",
    "$transaction_id": "4125",
    "$transaction_date": "2016-01-13T04:30:30Z",
    "$transaction_amount": 999,
    "$transaction_currency": "USD",
    "properties": {"city": {"S": "San Francisco"}, "prices": {"NS": ["500", 499.5]}},
    "$send_at": 1452659430,
}


def request(body: bytes | Any, **query: str) -> HttpRequest:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpRequest(
        method="POST",
        path="/v1/surveys",
        params={},
        query=list(query.items()),
        headers={},
        peer="",
        base_url="",
        body=raw,
        request_id=REQUEST_ID,
    )


def read(body: bytes | Any, **query: str) -> list[Any]:
    return list(decode_surveys(request(body, **query)).commands)


def test_a_sound_item_is_a_command() -> None:
    assert read([SOUND]) == [
        RequestInvitation(
            dialect="boolean",
            request_id=REQUEST_ID,
            address="someone@somedomain.com",
            reference="4125",
            transaction=Transaction("4125", 1452659430000, 999, "USD"),
            send_at=1452659430000,
            properties={"city": "San Francisco", "prices": [500, 499.5]},
            types={"city": PropertyType.STRING, "prices": PropertyType.NUMBER_SET},
        )
    ]


def test_addresses_are_kept_as_written_for_the_reply() -> None:
    call = decode_surveys(request([SOUND, {"$email": " x "}, {"$email": 5}, 7, SOUND]))
    written = SOUND["$email"]
    assert call.note == [written, " x ", None, None, written]
    assert [bytes(raw)[:1] for raw in call.raw] == [b"{", b"{", b"{", b"7", b"{"]


def test_automatic_references_are_unique_and_always_the_same() -> None:
    plain = [{"$email": "a@example.org"}] * 4
    references = [each.reference for each in read(plain, transactional="false")]
    head = "auto_018f0d2a-3b4c-7d5e-8f90-12345678"
    # The last 32 bits run over without touching the others, by which calls differ.
    assert references[:2] == [f"{head}fffe", f"{head}ffff"]
    assert references[2:] == ["auto_018f0d2a-3b4c-7d5e-8f90-123456790000", f"{references[2][:-1]}1"]
    assert references == [each.reference for each in read(plain, transactional="false")]


def test_decoding_is_pure() -> None:
    body = [SOUND, {**SOUND, "x": 1}, 5]
    first, second = request(body), request(body)
    assert _plain(decode_surveys(first)) == _plain(decode_surveys(second))
    assert _plain(decode_surveys(first)) == _plain(decode_surveys(first))
    assert first == second


def _plain(call: Call) -> Any:
    commands = [repr(each) for each in call.commands]
    return commands, call.note, [bytes(raw) for raw in call.raw], call.refusal


@pytest.mark.parametrize("count", [0, 1, MAX_ITEMS])
def test_up_to_ten_thousand_items(count: int) -> None:
    assert len(read([SOUND] * count)) == count


def test_one_more_is_refused_as_a_whole() -> None:
    with pytest.raises(Invalid, match="10001 items; at most 10000") as caught:
        read([SOUND] * (MAX_ITEMS + 1))
    assert [problem.fault for problem in caught.value.problems] == [Fault.VALUE]


def test_a_reply_cannot_be_blown_up_by_unknown_keys() -> None:
    (command,) = read([{**SOUND, **{f"{n}{'x' * 200}": 1 for n in range(1_000)}}])
    assert len(command.problems) == MAX_UNKNOWN
    assert all(len(problem.field) == 80 for problem in command.problems)


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[",
        b"[{]",
        b'[{"$email": "a@example.org"}] []',
        b'{"$email": "a@example.org"',
        b'["\xff"]',
        b'[{"\xed\xa0\x80": 1}]',
        b'[{"\\ud800": 1}]',
        b"[NaN]",
        b"[01]",
        DEEP,
        b'[{"properties":' + DEEP,
        b'[{"properties":' + DEEP + b"]" * 100_000 + b"}]",
        b"\xef\xbb\xbf[]",
        '[{"$email": "a@example.org"}]'.encode("utf-16"),
    ],
    ids=range(16),
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read(body)


@pytest.mark.parametrize("body", [b"{}", b"null", b"5", b'"x"', b"true", b" {} "])
def test_what_is_no_array_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        read(body)


#: Every kind of value somewhere, and often the one that belongs there.
TEXT = st.text(max_size=5) | st.sampled_from(
    ["4125", "USD", "a@example.org", "2016-01-13T04:30:30Z", "5", "x" * 51, "x" * 256, "\0", ""]
)
NUMBERS = st.sampled_from(
    [
        0,
        5,
        -1,
        5.5,
        999.0,
        9_999_999_999,
        10**10,
        -(10**10),
        1e300,
        -1e300,
        10**400,
        -(10**400),
        1452659430,
    ]
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.lists(st.just("x"), min_size=20, max_size=21)
TAGGED = st.dictionaries(st.sampled_from(["S", "N", "D", "B", "SS", "NS", "X"]), VALUES, max_size=2)
NAMES = st.sampled_from(["city", "a1", "größe", "_x", "a", "x" * 76, "$a", ""])
PROPERTIES = st.dictionaries(NAMES, TAGGED | VALUES, max_size=3)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "$email": st.just("a@example.org") | VALUES,
        "$transaction_id": st.just("4125") | VALUES,
        "$transaction_date": st.just("2016-01-13T04:30:30Z") | VALUES,
        "$transaction_amount": st.just(999) | VALUES,
        "$transaction_currency": st.just("USD") | VALUES,
        "$send_at": VALUES,
        "properties": PROPERTIES | VALUES,
        "$other": SCALARS,
    },
)
NEARLY_SOUND = st.builds(lambda changes: {**SOUND, **changes}, ITEMS)


@given(st.lists(ITEMS | NEARLY_SOUND, max_size=4), st.booleans())
def test_the_short_path_agrees_with_the_long_one(items: list[Any], transactional: bool) -> None:
    commands = read(items, transactional="true" if transactional else "false")
    for place, (item, command) in enumerate(zip(items, commands, strict=True)):
        assert command == judge(item, REQUEST_ID, place, transactional=transactional)


@given(st.recursive(SCALARS, lambda v: st.lists(v) | st.dictionaries(TEXT, v), max_leaves=20))
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        commands = read(value)
    except Invalid:
        assert not isinstance(value, list)
    else:
        assert len(commands) == len(value)
        assert all(isinstance(each, RequestInvitation | Invalid) for each in commands)


@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode), st.integers(0, 300))
def test_any_bytes_are_read_or_refused(noise: bytes, cut: int) -> None:
    sound = json.dumps([SOUND]).encode()
    for body in (noise, sound[:cut] + noise, sound[:cut] + noise + sound[cut:]):
        try:
            decode_surveys(request(body))
        except (MalformedBody, Invalid):
            continue
