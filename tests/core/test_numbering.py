"""Which texts are numbers, and which number a question has."""

import pytest

from tellback.core.model import Question, QuestionType, SurveyDefinition, SurveyType
from tellback.core.numbering import is_number, numbers_of, with_numbers, without_number


def asked(*questions: tuple[str, int | None]) -> SurveyDefinition:
    texts = (Question(id_, QuestionType.DATE, {}, number=number) for id_, number in questions)
    return SurveyDefinition("Asked", SurveyType.FORM, tuple(texts))


@pytest.mark.parametrize("text", ["1", "4991310", "9" * 19])
def test_a_number_is_what_it_is_written_as(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "0", "007", "-1", "1.0", "١", "²", "9" * 20, "q1", " 1"])
def test_what_could_be_written_otherwise_is_none(text: str) -> None:
    assert not is_number(text)


def test_given_numbers_are_before_known_ones() -> None:
    survey = asked(("a", 5), ("b", None), ("c", None), ("12", None))
    assert numbers_of(survey) == {"a": 5, "12": 12}
    numbered = with_numbers(survey, {"a": 1, "b": 2, "gone": 3, "12": 4})
    assert [question.number for question in numbered.questions] == [5, 2, None, 12]
    assert without_number(numbered) == ["c"]


def test_a_question_is_found_by_its_number_but_first_by_its_id() -> None:
    survey = asked(("a", 5), ("5", 6), ("b", 7))
    found = [survey.question(name) for name in ("5", "6", "7", "8", "07")]
    assert [question and question.id for question in found] == ["5", "5", "b", None, None]
