"""What contradicts itself in one question that somebody wrote."""

import re
from collections.abc import Iterator
from enum import StrEnum
from math import isfinite

from tellback.core.errors import Fault, Problem
from tellback.core.model import (
    CHOSEN,
    NEGATIVE,
    POSITIVE,
    RATED,
    Question,
    QuestionType,
    SurveyType,
)
from tellback.core.numbering import is_number

_MAX_NAME, _MAX_CHOICES = 200, 200
#: The form reads steps of six digits.
_MAX_STEP = 999_999
_METRICS = frozenset(SurveyType) - {SurveyType.FORM}
_SCORED = RATED | CHOSEN - {QuestionType.MULTIPLE_CHOICE}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


class Part(StrEnum):
    """The part of a question that a problem is about: its ``subject``."""

    NAME = "name"
    NUMBER = "number"
    TEXT = "text"
    SCALE = "scale"
    GOAL = "goal"
    CHOICES = "choices"
    METRIC = "metric"
    RULES = "rules"


def question_problems(question: Question) -> Iterator[Problem]:
    """What is wrong with a question by itself: its names, its text, its scale, its choices."""
    for name in {question.id, question.name or question.id}:
        if not 1 <= len(name) <= _MAX_NAME or not name.isprintable() or name.strip() != name:
            rule = f"a name is 1 to {_MAX_NAME} characters, without spaces around it"
            yield Problem(Fault.FORMAT, rule, name, Part.NAME)
    if not any(question.text.values()):
        yield Problem(Fault.MISSING, "needs a text", question.id, Part.TEXT)
    ends = question.minimum, question.maximum
    if question.type in RATED and (ends[0] == ends[1] or max(map(abs, ends)) > _MAX_STEP):
        rule = f"minimum and maximum must differ, and be from -{_MAX_STEP} to {_MAX_STEP}"
        yield Problem(Fault.VALUE, rule, question.id, Part.SCALE)
    if question.goal is not None and not isfinite(question.goal):
        yield Problem(Fault.VALUE, "goal must be a finite number", question.id, Part.GOAL)
    if wrong := _choices_problem(question):
        yield Problem(Fault.VALUE, wrong, question.id, Part.CHOICES)
    if wrong := _metric_problem(question):
        yield Problem(Fault.VALUE, wrong, question.id, Part.METRIC)


def _choices_problem(question: Question) -> str | None:
    values = [choice.value for choice in question.choices]
    if len(set(values)) < len(values) or len(values) > _MAX_CHOICES:
        return f"takes each choice once, and at most {_MAX_CHOICES} of them"
    if any(not value or value != value.strip() or _CONTROL.search(value) for value in values):
        return "has a choice that is empty, or has spaces around it or control characters"
    if question.type is QuestionType.BINARY:
        fits = not values or {*values} == {POSITIVE, NEGATIVE}
        return None if fits else f"has the choices {POSITIVE!r} and {NEGATIVE!r}"
    if question.type in CHOSEN:
        return None if values else "needs choices"
    if question.type not in RATED:
        return "has choices, but is not answered by one" if values else None
    low, high = sorted((question.minimum, question.maximum))
    steps = (is_number(value.removeprefix("-")) or value == "0" for value in values)
    fits = all(steps) and all(low <= int(value) <= high for value in values)
    return None if fits else "has a choice that is no step of its scale"


def _metric_problem(question: Question) -> str | None:
    """A score that we do not keep, or a question whose answers are none."""
    if question.metric is None:
        return None
    if question.metric not in _METRICS:
        return f"metric is one of {', '.join(sorted(_METRICS))}"
    if (question.type is QuestionType.BINARY) == (question.metric == SurveyType.BINARY):
        return None if question.type in _SCORED else "has a metric, but is not answered by a number"
    return "metric is binary where the question is, and only there"
