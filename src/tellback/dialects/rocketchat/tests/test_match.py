"""Meteor's ``check``: what it says of a value that does not match."""

from typing import Any

import pytest

from tellback.dialects.rocketchat.match import Fields, matched
from tellback.dialects.rocketchat.refusals import MatchFailed

INNER = Fields({"key": str, "on": bool}, others=True)
PATTERN = Fields({"who": Fields({"token": str}, {"name": str, "list": [INNER]}, others=True)})


@pytest.mark.parametrize(
    "who",
    [
        {"token": ""},
        {"token": "t", "name": None, "more": 1},
        {"token": "t", "list": [{"key": "k", "on": True, "more": 1}]},
    ],
)
def test_what_matches(who: Any) -> None:
    assert matched(PATTERN, {"who": who}) == {"who": who}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "Expected object, got null"),
        ([], "Expected plain object"),
        (True, "Expected object, got boolean"),
        ({}, "Missing key 'who'"),
        ({"who": {}, "foo": 1}, "Missing key 'token' in field who"),
        ({"who": {"token": "t"}, "foo": 1}, "Unknown key in field foo"),
        ({"who": {"token": "t"}, "f-o": 1}, 'Unknown key in field ["f-o"]'),
        ({"who": {"token": None}}, "Expected string, got null in field who.token"),
        ({"who": {"token": "t", "name": 5}}, "Expected string, got number in field who.name"),
        ({"who": {"token": "t", "list": {}}}, "Expected array, got object in field who.list"),
        (
            {"who": {"token": "t", "list": [{"key": "k", "on": "no"}]}},
            "Expected boolean, got string in field who.list[0].on",
        ),
        (
            {"who": {"token": "t", "list": [1]}},
            "Expected object, got number in field who.list[0]",
        ),
    ],
)
def test_what_does_not(value: Any, message: str) -> None:
    with pytest.raises(MatchFailed) as refused:
        matched(PATTERN, value)
    assert refused.value.message == f"Match error: {message}"
