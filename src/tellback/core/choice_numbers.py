"""Choices by whole numbers, for wires that know no other answers."""

import re
from collections.abc import Iterable

from tellback.core.model import (
    CHOSEN,
    NEGATIVE,
    POSITIVE,
    AnswerValue,
    Question,
    QuestionType,
    SurveyDefinition,
)

_LEADING = re.compile(r"\s*(-?\d{1,6})(?!\d)", re.ASCII)


def choice_numbers(question: Question) -> dict[int, str]:
    """The choices of a question by their numbers, in their order; none where it has no choices.

    Of two opposites, 1 is the positive. Otherwise it is the whole number that a choice begins with,
    where each begins with another; else its place, from 1.
    """
    if question.type is QuestionType.BINARY:
        return {1: POSITIVE, 0: NEGATIVE}
    if question.type not in CHOSEN:
        return {}
    values = [choice.value for choice in question.choices]
    found = [_LEADING.match(value) for value in values]
    numbers = [int(match[1]) for match in found if match]
    if len(set(numbers)) < len(values):
        numbers = list(range(1, len(values) + 1))
    return dict(zip(numbers, values, strict=True))


def in_words(
    definition: SurveyDefinition, given: Iterable[tuple[str, AnswerValue]]
) -> list[tuple[str, AnswerValue]]:
    """Answers with choices by their values, where they came by their numbers."""
    return [(name, _word(definition.question(name), value)) for name, value in given]


def _word(question: Question | None, value: AnswerValue) -> AnswerValue:
    if question is None or not isinstance(value, int):
        return value
    return choice_numbers(question).get(value, value)
