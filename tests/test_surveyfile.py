"""Surveys as files: what goes in comes out, and a misspelling is not swallowed."""

from dataclasses import replace
from pathlib import Path

import pytest

from tellback.core.errors import Invalid
from tellback.core.model import Question, QuestionType, Survey, SurveyDefinition, SurveyType
from tellback.core.survey_problems import survey_problems
from tellback.dialects.contract import Dialect
from tellback.dialects.registry import load_dialects
from tellback.surveyfile import SurveyFile, read_survey, write_survey

EVERY_TYPE = Path(__file__).parent / "fixtures" / "every_type.yaml"
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
        (SOURCE + "number: '5'\n", "number: is a whole number"),
        (SOURCE + "number: 1.5\n", "number: is a whole number"),
        (SOURCE + "live: yes\n", "'live' is true or false"),
        (SOURCE + "name: Twice\n", "'name' is there twice"),
        (SOURCE + "? [a]\n: b\n", "is not YAML"),
        (SOURCE + "hide_after: !!int x\n", "is not YAML"),
        (SOURCE + "lvie: false\n", "unknown key 'lvie'"),
        (SOURCE.replace("metric", "metrik"), "unknown key 'metrik'"),
        (SOURCE.replace("scale", "slider"), "slider"),
        (SOURCE.replace("minimum: 1", "minimum: one"), "int"),
        ("a: &a [1]\nb: *a\n", "aliases"),
        ("x" * 300_000, "longer than"),
        ("[" * 100_000, "nested too deeply"),
        ("{" * 100_000, "nested too deeply"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(source: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        read_survey(source)


@pytest.mark.parametrize("word", ["no", "Yes", "on", "12:30", "2026-01-31", "0123", "1_000", "="])
def test_a_word_stays_a_word(word: str) -> None:
    said = read_survey(SOURCE + f"header: {word}\nsubject:\n  no: {word}\n").definition
    assert (said.header, said.subject) == ({"en": word}, {"no": word})


def test_languages_are_told_as_they_are_looked_for() -> None:
    said = read_survey(SOURCE + "thanks:\n  pt-BR: Obrigado\n  zh_Hant: 謝謝\n").definition
    assert said.thanks == {"pt-br": "Obrigado", "zh-hant": "謝謝"}


def test_many_keys_are_read_in_no_time() -> None:
    source = "".join(f"k{place}: 1\n" for place in range(3_000))
    with pytest.raises(Invalid, match="needs 'key'"):
        read_survey(source)


def test_the_file_with_every_type_is_written_as_it_was_read() -> None:
    source = EVERY_TYPE.read_text("utf-8")
    said = read_survey(source)
    assert {question.type for question in said.definition.questions} == set(QuestionType)
    survey = Survey("", "", said.key, said.number or 0, 1, said.live, None, said.definition)
    assert write_survey(survey) == source
    assert survey_problems(said.key, said.number, said.definition) == []


@pytest.mark.parametrize("dialect", load_dialects().values(), ids=lambda dialect: dialect.name)
def test_a_ready_survey_is_one_that_could_be_applied(dialect: Dialect) -> None:
    if dialect.survey is not None:
        assert survey_problems(dialect.name, None, dialect.survey) == []
        survey = Survey("", "", dialect.name, 1, 1, True, dialect.name, dialect.survey)
        assert read_survey(write_survey(survey)).definition == dialect.survey
