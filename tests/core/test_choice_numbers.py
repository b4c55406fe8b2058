"""Choices by whole numbers."""

import pytest

from tellback.core.choice_numbers import choice_numbers, in_words
from tellback.core.model import Choice, Question, QuestionType, SurveyDefinition, SurveyType


def asked(type_: QuestionType, *values: str) -> Question:
    return Question("q", type_, {"en": "Well?"}, choices=tuple(map(Choice, values)))


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        (asked(QuestionType.BINARY), {1: "positive", 0: "negative"}),
        (asked(QuestionType.BINARY, "negative", "positive"), {1: "positive", 0: "negative"}),
        (asked(QuestionType.SINGLE_CHOICE, "1", "3", "7"), {1: "1", 3: "3", 7: "7"}),
        (asked(QuestionType.DROPDOWN, "0 never", "10 always"), {0: "0 never", 10: "10 always"}),
        (asked(QuestionType.DROPDOWN, "0 never", "10 always", "?"), {1: "0 never", 2: "10 always"}),
        (asked(QuestionType.SINGLE_CHOICE, "1 a", "1 b"), {1: "1 a", 2: "1 b"}),
        (asked(QuestionType.MULTIPLE_CHOICE, "bug", "idea"), {1: "bug", 2: "idea"}),
        (asked(QuestionType.SINGLE_CHOICE, "99999999"), {1: "99999999"}),
        (asked(QuestionType.SCALE), {}),
        (asked(QuestionType.LONG_TEXT), {}),
    ],
)
def test_numbers(question: Question, numbers: dict[int, str]) -> None:
    assert choice_numbers(question).items() >= numbers.items()


def test_answers_become_words_where_their_question_has_words() -> None:
    vote = Question("v", QuestionType.BINARY, {"en": "Good?"}, number=7)
    scale = Question("s", QuestionType.SCALE, {"en": "How?"}, number=8, minimum=0, maximum=5)
    survey = SurveyDefinition("Form", SurveyType.FORM, (vote, scale))
    given = [("7", 0), ("v", 1), ("8", 1), ("v", 5), ("v", "positive"), ("none", 1)]
    assert [value for _, value in in_words(survey, given)] == [
        *("negative", "positive", 1, 5, "positive", 1)
    ]
