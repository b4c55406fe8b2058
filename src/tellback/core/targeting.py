"""Who may be asked a survey, or answer it unasked: anonymity, repetition, targeting conditions.

Every refusal says why in words for the project's owner. A caller may be told less.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tellback.core.instants import DAY, format_seconds, parse_instant
from tellback.core.model import Condition, SurveyDefinition

#: What conditions may ask about besides traits: when we first heard of the person.
FIRST_SEEN = "$first_seen"

Test = Callable[[Any, Any, int], bool]


def refusal(
    definition: SurveyDefinition,
    traits: Mapping[str, Any],
    *,
    anonymous: bool,
    answered_at: int | None,
    first_seen_at: int,
    now: int,
) -> str | None:
    """Why this person may not answer this survey now, or None.

    ``answered_at`` is when the person last answered it, ``first_seen_at`` when we first heard of
    the person, both in ms; ``traits`` include what came with the request.
    """
    if anonymous and not definition.allow_anonymous:
        return "the survey does not take anonymous answers"
    again = repetition(definition, answered_at, now)
    if again is not None or not definition.targeting:
        return again
    return mismatch(definition.targeting, {**traits, FIRST_SEEN: first_seen_at}, now)


def repetition(definition: SurveyDefinition, answered_at: int | None, now: int) -> str | None:
    """That the person has answered this survey at ``answered_at``, if it is too early again."""
    if answered_at is None or not _is_repetition(definition, answered_at, now):
        return None
    return f"the person answered this survey at {format_seconds(answered_at)}"


def mismatch(conditions: Sequence[Condition], traits: Mapping[str, Any], now: int) -> str | None:
    """The first condition that does not hold, in words; None when all hold."""
    for condition in conditions:
        test = OPERATORS.get(condition.operator)
        # A condition that nobody understands must not let everybody in.
        if test is None or not test(traits.get(condition.property), condition.value, now):
            value = "" if condition.value is None else f" {condition.value!r}"
            return f"targeting asks for {condition.property} {condition.operator}{value}"
    return None


def _is_repetition(definition: SurveyDefinition, answered_at: int, now: int) -> bool:
    days = definition.repeat_after_days
    # What came late may have been said before the answer that is known.
    return days is None or abs(now - answered_at) < days * DAY


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(actual: Any, wanted: Any, _now: int) -> bool:
    # 1 == True in Python, but not in what people mean.
    return isinstance(actual, bool) == isinstance(wanted, bool) and bool(actual == wanted)


def _not_equal(actual: Any, wanted: Any, now: int) -> bool:
    return not _equal(actual, wanted, now)


def _ordered(holds: Callable[[Any, Any], bool]) -> Test:
    def test(actual: Any, wanted: Any, _now: int) -> bool:
        if _is_number(actual) and _is_number(wanted):
            return holds(actual, wanted)
        left, right = _moment(actual), _moment(wanted)
        return left is not None and right is not None and holds(left, right)

    return test


def _contains(actual: Any, wanted: Any, _now: int) -> bool:
    if isinstance(actual, list):
        return wanted in actual
    return isinstance(actual, str) and str(wanted).casefold() in actual.casefold()


def _is_set(actual: Any, _wanted: Any, _now: int) -> bool:
    return actual is not None


def _is_not_set(actual: Any, _wanted: Any, _now: int) -> bool:
    return actual is None


def _older(actual: Any, wanted: Any, now: int) -> bool:
    moment = _moment(actual)
    return moment is not None and _is_number(wanted) and now - moment > wanted * DAY


def _younger(actual: Any, wanted: Any, now: int) -> bool:
    moment = _moment(actual)
    return moment is not None and _is_number(wanted) and now - moment < wanted * DAY


def _moment(value: Any) -> int | None:
    """A date in ms. Traits hold dates as text; what we know ourselves is in ms already."""
    if isinstance(value, str):
        text = value if "T" in value else f"{value}T00:00:00Z"
        whole, dot, fraction = text.partition(".")
        return parse_instant(whole + fraction.lstrip("0123456789") if dot else text)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


OPERATORS: Mapping[str, Test] = {
    "==": _equal,
    "!=": _not_equal,
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
    "contain": _contains,
    "isset": _is_set,
    "isnotset": _is_not_set,
    "more_days_ago_than": _older,
    "less_days_ago_than": _younger,
}
