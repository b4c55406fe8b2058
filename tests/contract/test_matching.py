"""The marks of the fixtures: what they let pass, and that they can refuse."""

from typing import Any

import pytest

from tests.contract.matching import differences, fill

SAME = [
    ({"a": 1}, {"a": 1}),
    ({"a": 1}, {"a": 1.0}),
    ({"a": 1, "...": "..."}, {"a": 1, "b": 2}),
    ([1, "..."], [1, 2, 3]),
    (["...", 2, 3], [1, 2, 3]),
    (["...", 1, 2], [1, 2]),
    (["...", "<int>", "b", "..."], ["a", 1, "b", "c"]),
    ("<uuid>", "018f0000-0000-7000-8000-000000000000"),
    ("<id>", "0" * 32),
    ("at <time>.", "at 2026-01-31T08:00:00.123Z."),
    ("<seconds>", "2026-01-31T08:00:00Z"),
    ("<int>", 3),
    ("Count: <int>", "Count: 3"),
    ("<number>", 2.5),
    ("<any>", None),
    ("<token>", "a" * 16),
    ("a.b(<int>)", "a.b(-7)"),
]
DIFFERENT = [
    ({"a": 1}, {"a": 1, "b": 2}),
    ({"a": 1, "b": 2}, {"a": 1}),
    ({"a": 1}, [1]),
    ([1], [1, 2]),
    ([1, 2, "..."], [1]),
    (["...", 2], [1, 2, 3]),
    (["...", 4, "..."], [1, 2, 3]),
    (["..."], {"a": 1}),
    (1, True),
    (0, False),
    (None, 0),
    ("<uuid>", "018f0000000070008000000000000000"),
    ("<time>", "2026-01-31T08:00:00Z"),
    ("<int>", 2.5),
    ("<int>", True),
    ("<int>", "3"),
    ("<number>", "x"),
    ("<text>", ""),
    ("<id>", 7),
    ("axb", "a.b"),
    ("a.b", "axb"),
]


@pytest.mark.parametrize(("expected", "actual"), SAME)
def test_alike(expected: Any, actual: Any) -> None:
    assert differences(expected, actual, {}) == []


@pytest.mark.parametrize(("expected", "actual"), DIFFERENT)
def test_not_alike(expected: Any, actual: Any) -> None:
    assert differences(expected, actual, {})


def test_a_name_is_bound_and_must_stay_the_same() -> None:
    bound: dict[str, Any] = {}
    assert differences(["no <int:n>", "<int:n>."], ["no 7", "7."], bound) == []
    assert bound == {"n": "7"}
    assert differences("no <int:n>", "no 8", bound)


def test_known_names_are_filled_in_and_others_left() -> None:
    assert fill({"k": ["{a.0}", '{"a": {b}}']}, {"a.0": 1}) == {"k": ["1", '{"a": {b}}']}
