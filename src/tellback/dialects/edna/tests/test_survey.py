"""The quality survey, as a call describes it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tellback.core.commands import AskingRule, DefineSurvey
from tellback.core.errors import Invalid
from tellback.core.model import QuestionType, SurveyType
from tellback.core.survey_problems import survey_problems
from tellback.dialects.contract import HttpRequest
from tellback.dialects.edna.survey import KEPT, SURVEY, decode_survey

QUESTION = {
    "minValue": 1,
    "maxValue": 5,
    "kpi": 4.02,
    "text": "Please rate our service",
    "displayText": "Quality of service",
}


def described(question: dict[str, Any] | None = None, **members: Any) -> DefineSurvey:
    body = json.dumps({"question": {**QUESTION, **(question or {})}, **members}).encode()
    request = HttpRequest("POST", "/", {}, (), {}, "", "", body=body)
    (command,) = decode_survey(request).commands
    assert isinstance(command, DefineSurvey)
    assert survey_problems(command.key, None, command.definition) == []
    return command


def test_the_ready_survey_is_sound() -> None:
    assert survey_problems("edna", None, SURVEY) == []
    assert SURVEY.comment_question is not None
    assert SURVEY.repeat_after_days == 0


def test_the_vendors_example() -> None:
    members = {"requiredMessageCount": 2, "sendingFrequency": 1, "hideAfter": 300}
    command = described(binaryQuestion=False, **members)
    rating = command.definition.rating_question
    assert rating is not None
    assert (rating.type, rating.minimum, rating.maximum) == (QuestionType.SCALE, 1, 5)
    assert (rating.metric, rating.goal) == ("csat", 4.02)
    assert (rating.text, rating.label) == (
        {"en": "Please rate our service"},
        {"en": "Quality of service"},
    )
    assert (command.definition.name, command.definition.hide_after) == ("Quality of service", 300)
    assert (command.key, command.live, command.keep) == ("edna", True, KEPT)
    assert command.rule == AskingRule(sample=100, messages=2)


def test_thumbs() -> None:
    definition = described({"minValue": None, "maxValue": None}, binaryQuestion=True).definition
    rating = definition.rating_question
    assert rating is not None
    assert (rating.type, rating.metric) == (QuestionType.BINARY, "binary")
    assert definition.type is SurveyType.BINARY


def test_what_is_not_said() -> None:
    command = described({"kpi": None, "displayText": " "})
    assert command.rule is None
    assert command.definition.hide_after is None
    assert command.definition.name == "Please rate our service"
    assert command.definition.questions[0].label == {}


@pytest.mark.parametrize(
    ("every", "sample"), [(0, 0), (1, 100), (2, 50), (3, 33), (100, 1), (1_000_000, 1)]
)
def test_every_so_many(every: int, sample: int) -> None:
    assert described(sendingFrequency=every).rule == AskingRule(sample, None)


def test_no_limit_of_time() -> None:
    assert described(hideAfter=0).definition.hide_after is None


def test_the_names_of_what_stays_are_right() -> None:
    assert replace(SURVEY, **{name: getattr(SURVEY, name) for name in KEPT}) == SURVEY


def test_questions_that_are_none() -> None:
    for wrong in ({"text": None}, {"text": "a\0"}, {"maxValue": 1}, {"minValue": "low"}):
        with pytest.raises(Invalid):
            described(wrong)
