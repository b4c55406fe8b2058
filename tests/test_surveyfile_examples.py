"""What docs/surveys.md shows is true: every example can be applied, and every type has one."""

import re
from dataclasses import fields
from pathlib import Path

from tellback.core.model import Question, QuestionType, SurveyDefinition
from tellback.core.survey_problems import survey_problems
from tellback.surveyfile import read_survey

PAGE = (Path(__file__).parent.parent / "docs" / "surveys.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
HEAD = "key: all\nname: All\ntype: form\nquestions:\n"


def test_the_whole_file_can_be_applied() -> None:
    [whole] = [example for example in EXAMPLES if example.startswith("key:")]
    said = read_survey(whole)
    assert survey_problems(said.key, said.number, said.definition) == []


def test_the_questions_can_be_asked_together_and_are_of_every_type() -> None:
    questions = "".join(example for example in EXAMPLES if example.startswith("- id:"))
    definition = read_survey(HEAD + questions).definition
    assert survey_problems("all", None, definition) == []
    assert {question.type for question in definition.questions} == set(QuestionType)


def test_every_key_and_every_type_is_described() -> None:
    told = set(re.findall(r"`([a-z_]+)`", PAGE))
    for part in (SurveyDefinition, Question):
        assert {field.name for field in fields(part)} <= told
    assert set(QuestionType) <= told
