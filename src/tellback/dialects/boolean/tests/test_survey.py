"""The ready survey keeps the vendor's bounds, in every language in which mails are sent."""

import pytest

from tellback.core.model import NEGATIVE, POSITIVE, SurveyType
from tellback.dialects.boolean.survey import MAX_ANSWER, MAX_QUESTION, SURVEY

LANGUAGES = {"en", "de", "fr", "es", "pt", "it", "nl", "ru", "ja", "zh", "ar"}
QUESTION = SURVEY.rating_question
COMMENT = SURVEY.comment_question


def test_one_question_with_two_answers_and_a_comment() -> None:
    assert SURVEY.type is SurveyType.BINARY
    assert QUESTION is not None
    assert COMMENT is not None
    assert [choice.value for choice in QUESTION.choices] == [POSITIVE, NEGATIVE]
    assert QUESTION.required
    assert not COMMENT.required
    # Each purchase is asked about, and each answer counts.
    assert SURVEY.repeat_after_days == 0


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_keeps_the_bounds(language: str) -> None:
    assert QUESTION is not None
    assert 0 < len(QUESTION.text[language]) <= MAX_QUESTION
    labels = [choice.label[language] for choice in QUESTION.choices]
    assert all(0 < len(label) <= MAX_ANSWER for label in labels)
    assert len(set(labels)) == 2


def test_all_texts_have_the_same_languages() -> None:
    assert QUESTION is not None
    assert COMMENT is not None
    texts = [QUESTION.text, COMMENT.text, SURVEY.subject, SURVEY.thanks]
    texts += [choice.label for choice in QUESTION.choices]
    assert all(text.keys() == LANGUAGES for text in texts)
