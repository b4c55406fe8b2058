"""What a mail asks, and which answers it has room for."""

import pytest

from tellback.core.mailed import MOST_CHOICES, mailed_question, offered_values, scale_of
from tellback.core.model import (
    Choice,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
)

DATE = Question("d", QuestionType.DATE, {})
NPS = Question("n", QuestionType.NPS, {}, metric="nps")
RULED = Question("r", QuestionType.NPS, {}, metric="nps", show_if=(ShowIf("n", at_least=1),))


def choices(count: int, label: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(f"c{place}", {"en": label} if label else {}) for place in range(count))


def asked(*questions: Question) -> Question | None:
    return mailed_question(SurveyDefinition("Survey", SurveyType.FORM, questions))


def test_the_rating_is_asked_first_unless_an_answer_must_show_it() -> None:
    assert asked(DATE, NPS) is NPS
    assert asked(DATE, RULED) is DATE
    assert asked(DATE) is DATE
    assert asked() is None


@pytest.mark.parametrize(
    ("question", "count"),
    [
        (None, 0),
        (DATE, 0),
        (NPS, 11),
        (Question("q", QuestionType.SCALE, {}, maximum=11), 0),
        (Question("q", QuestionType.STARS, {}, minimum=1, maximum=5, choices=choices(1)), 5),
        (Question("q", QuestionType.BINARY, {}), 2),
        (Question("q", QuestionType.DROPDOWN, {}, choices=choices(MOST_CHOICES)), 7),
        (Question("q", QuestionType.DROPDOWN, {}, choices=choices(MOST_CHOICES + 1)), 0),
        (Question("q", QuestionType.DROPDOWN, {}, choices=choices(11), metric="nps"), 11),
        (Question("q", QuestionType.SINGLE_CHOICE, {}, choices=choices(2, "x" * 60)), 2),
        (Question("q", QuestionType.SINGLE_CHOICE, {}, choices=choices(2, "x" * 61)), 0),
        (Question("q", QuestionType.MULTIPLE_CHOICE, {}, choices=choices(2)), 0),
    ],
)
def test_how_many_answers_are_offered(question: Question | None, count: int) -> None:
    assert len(offered_values(question)) == count


def test_a_scale_may_descend() -> None:
    assert list(scale_of(Question("q", QuestionType.SCALE, {}, minimum=2, maximum=-1))) == [
        2,
        1,
        0,
        -1,
    ]
