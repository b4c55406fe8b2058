"""Surveys as files: what goes in comes out, and a misspelling is not swallowed."""

from dataclasses import replace

import pytest

from tellback.core.errors import Invalid
from tellback.core.model import Question, QuestionType, Survey, SurveyDefinition, SurveyType
from tellback.surveyfile import SurveyFile, read_survey, write_survey

SOURCE = """\
key: checkout
name: Checkout
type: csat
questions:
- id: q1
  type: scale
  text:
    en: How was it?
    de: Wie war es?
  minimum: 1
  maximum: 5
  metric: csat
- id: why
  type: long_text
  text: Why?
"""


def test_a_file_becomes_a_definition() -> None:
    said = read_survey(SOURCE)
    definition = said.definition
    assert (said.key, said.live, said.number) == ("checkout", True, None)
    assert definition.type == SurveyType.CSAT
    assert definition.questions[0].text == {"en": "How was it?", "de": "Wie war es?"}
    assert definition.questions[1].text == {"en": "Why?"}
    assert definition.rating_question == definition.questions[0]
    assert definition.comment_question == definition.questions[1]


@pytest.mark.parametrize("repeat", [None, 0, 30])
def test_what_is_written_reads_back_the_same(repeat: int | None) -> None:
    question = Question("q", QuestionType.NPS, {"en": "Would you?"}, name="N", metric="nps")
    definition = SurveyDefinition("Nps", SurveyType.NPS, (question,), repeat_after_days=repeat)
    survey = Survey("p" * 32, "s" * 32, "nps", 1, 3, False, None, definition)
    assert read_survey(write_survey(survey)) == SurveyFile("nps", definition, 1, live=False)
    assert write_survey(replace(survey, version=4)) == write_survey(survey)


def test_what_goes_without_saying_is_not_written() -> None:
    question = Question("why", QuestionType.LONG_TEXT, {"en": "Why?"})
    definition = SurveyDefinition("Why", SurveyType.FORM, (question,))
    written = write_survey(Survey("p" * 32, "s" * 32, "why", 1, 1, True, None, definition))
    assert not any(word in written for word in ("choices", "minimum", "maximum", "required"))


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("[]", "must be a table"),
        ("key: [", "is not YAML"),
        ("name: x", "needs 'key'"),
        (SOURCE + "lvie: false\n", "unknown key 'lvie'"),
        (SOURCE.replace("metric", "metrik"), "unknown key 'metrik'"),
        (SOURCE.replace("scale", "slider"), "slider"),
        (SOURCE.replace("minimum: 1", "minimum: one"), "int"),
        ("a: &a [1]\nb: *a\n", "aliases"),
        ("x" * 300_000, "longer than"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(source: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        read_survey(source)
