"""Who may be asked, and why not."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.instants import DAY
from tellback.core.model import Condition, SurveyDefinition, SurveyType
from tellback.core.targeting import OPERATORS, mismatch, refusal

NOW = 1_700_000_000_000
SURVEY = SurveyDefinition("NPS", SurveyType.NPS, ())


def refused(definition: SurveyDefinition = SURVEY, **facts: Any) -> str | None:
    known: dict[str, Any] = {"anonymous": False, "answered_at": None, "first_seen_at": NOW}
    return refusal(definition, facts.pop("traits", {}), **{**known, **facts}, now=NOW)


def holds(operator: str, value: Any, actual: Any) -> bool:
    traits = {} if actual is ... else {"p": actual}
    return mismatch([Condition("p", operator, value)], traits, NOW) is None


def test_nothing_speaks_against_it() -> None:
    assert refused() is None
    assert refused(anonymous=True) is None


def test_anonymity() -> None:
    named = replace(SURVEY, allow_anonymous=False)
    assert refused(named) is None
    assert "anonymous" in (refused(named, anonymous=True) or "")


@pytest.mark.parametrize(
    ("days", "ago", "free"),
    [(90, 90 * DAY, True), (90, 90 * DAY - 1, False), (0, 0, True), (None, 9_999 * DAY, False)],
)
def test_repetition(days: int | None, ago: int, free: bool) -> None:
    definition = replace(SURVEY, repeat_after_days=days)
    reason = refused(definition, answered_at=NOW - ago)
    assert (reason is None) is free
    assert free or "answered this survey at" in str(reason)


def test_all_conditions_must_hold_and_the_first_that_does_not_is_named() -> None:
    wanted = (Condition("plan", "==", "gold"), Condition("seats", ">=", 5))
    definition = replace(SURVEY, targeting=wanted)
    assert refused(definition, traits={"plan": "gold", "seats": 5}) is None
    assert "plan" in str(refused(definition, traits={"seats": 1}))
    assert "seats" in str(refused(definition, traits={"plan": "gold"}))


def test_when_somebody_was_first_seen_is_no_trait() -> None:
    definition = replace(SURVEY, targeting=(Condition("$first_seen", "more_days_ago_than", 30),))
    assert refused(definition, first_seen_at=NOW - 31 * DAY) is None
    assert refused(definition, first_seen_at=NOW, traits={"$first_seen": 0})


@pytest.mark.parametrize(
    ("operator", "value", "actual", "expected"),
    [
        ("==", "gold", "gold", True),
        ("==", "gold", "Gold", False),
        ("==", 1, 1.0, True),
        ("==", 1, True, False),
        ("==", True, 1, False),
        ("==", True, True, True),
        ("==", "x", ..., False),
        ("!=", "x", ..., True),
        ("!=", 1, True, True),
        ("!=", "x", "x", False),
        ("<", 5, 4, True),
        ("<", 5, 5, False),
        ("<=", 5, 5, True),
        (">", 5, 5.1, True),
        (">=", 5, "5", False),
        (">=", 5, True, False),
        (">", 5, ..., False),
        (">", "2026-01-01", "2026-01-02", True),
        (">", "2026-01-01", "2026-01-01T00:00:00.001Z", False),
        ("<", "2026-01-01T00:00:00+02:00", "2025-12-31", True),
        ("<", "apple", "banana", False),
        ("contain", "GOLD", "marigolds", True),
        ("contain", "x", ["a", "x"], True),
        ("contain", "x", ["xy"], False),
        ("contain", 5, "a5", True),
        ("contain", "x", ..., False),
        ("isset", None, 0, True),
        ("isset", None, None, False),
        ("isset", None, ..., False),
        ("isnotset", None, ..., True),
        ("isnotset", None, "", False),
        ("more_days_ago_than", 1, "2023-11-13", True),
        ("more_days_ago_than", 5, "2023-11-13", False),
        ("more_days_ago_than", 1, "not a date", False),
        ("less_days_ago_than", 5, "2023-11-13T10:00:00.123456Z", True),
        ("less_days_ago_than", 1, NOW - DAY, False),
        ("less_days_ago_than", 1, NOW - DAY + 1, True),
        ("no such operator", 1, 1, False),
    ],
)
def test_operators(operator: str, value: Any, actual: Any, expected: bool) -> None:
    assert holds(operator, value, actual) is expected


@pytest.mark.parametrize("operator", OPERATORS)
@given(
    value=st.none() | st.booleans() | st.floats() | st.text(max_size=12),
    actual=st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.lists(st.text()),
)
def test_no_trait_can_break_a_condition(operator: str, value: Any, actual: Any) -> None:
    assert holds(operator, value, actual) in (True, False)
