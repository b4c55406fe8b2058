"""Differences between versions, in words."""

from dataclasses import fields, replace
from typing import Any

import pytest

from tellback.core.model import (
    Choice,
    Condition,
    Question,
    QuestionType,
    Sharing,
    ShowIf,
    SurveyDefinition,
    SurveyType,
    WidgetRule,
)
from tellback.core.survey_changes import survey_changes

ONE = Question("one", QuestionType.SCALE, {"en": "How?"}, metric="csat")
TWO = Question("two", QuestionType.DROPDOWN, {"en": "Which?"}, choices=(Choice("a"), Choice("b")))
SURVEY = SurveyDefinition("Visit", SurveyType.CSAT, (ONE, TWO))
#: A change of each part, and what is said of it.
CHANGES: dict[str, tuple[Any, str]] = {
    "name": ("Stay", "Title changed from “Visit” to “Stay”"),
    "type": (SurveyType.NPS, "What it measures changed from “csat” to “nps”"),
    "questions": ((TWO, ONE), "The order of the questions changed"),
    "subject": ({"en": "Hi"}, "Subject is now “Hi”"),
    "thanks": ({"en": "Bye"}, "Thanks is now “Bye”"),
    "allow_anonymous": (False, "Whether anybody may answer changed from yes to no"),
    "targeting": ((Condition("a", "isset"),), "The conditions on who is asked changed"),
    "repeat_after_days": (None, "Days until a further answer is no longer 90"),
    "header": ({"en": "Hi"}, "Text above the questions is now “Hi”"),
    "channels": (("web",), "The channels of conversations changed"),
    "hide_after": (60, "Seconds in a chat is now 60"),
    "per_page": (2, "Questions on one page is now 2"),
    "colour": ("#000000", "Colour is now “#000000”"),
    "link": (Sharing(True), "What the public page's address may say changed"),
    "widget": (WidgetRule(), "The rule for the widget changed"),
}
OF_QUESTIONS: dict[str, tuple[Any, str]] = {
    "type": (QuestionType.STARS, "the type of answer changed from “scale” to “stars”"),
    "text": ({"en": "How?", "de": "Wie?"}, "text (de) is now “Wie?”"),
    "name": ("x", "its other name is now “x”"),
    "minimum": (1, "where the scale begins changed from 0 to 1"),
    "maximum": (5, "where the scale ends changed from 10 to 5"),
    "choices": ((Choice("1", {"en": "Bad"}),), "choice “1” added"),
    "required": (True, "whether it must be answered changed from no to yes"),
    "metric": (None, "the score that it counts for is no longer “csat”"),
    "placeholder": ({"en": "x"}, "example is now “x”"),
    "number": (7, "its number is now 7"),
    "show_if": (
        (ShowIf("a", at_least=1, at_most=2.5),),
        "shown if “a” is at least 1 and at most 2.5",
    ),
    "label": ({"en": "x"}, "shorter text is now “x”"),
    "goal": (4.5, "its goal is now 4.5"),
}


@pytest.mark.parametrize("name", [field.name for field in fields(SurveyDefinition)])
def test_every_part_of_a_survey(name: str) -> None:
    value, words = CHANGES[name]
    assert survey_changes(SURVEY, replace(SURVEY, **{name: value})) == [words]


@pytest.mark.parametrize("name", [f.name for f in fields(Question) if f.name != "id"])
def test_every_part_of_a_question(name: str) -> None:
    value, words = OF_QUESTIONS[name]
    after = replace(SURVEY, questions=(replace(ONE, **{name: value}), TWO))
    assert survey_changes(SURVEY, after) == [f"Question 1: {words}"]


def test_nothing() -> None:
    assert survey_changes(SURVEY, SURVEY) == []


def test_questions_that_come_and_go() -> None:
    new = Question("new", QuestionType.LONG_TEXT, {"en": "Why " * 40})
    after = replace(SURVEY, questions=(new, TWO))
    said = survey_changes(SURVEY, after)
    assert said[0] == "Question 1 removed: “How?”"
    assert said[1].startswith("Question 1 added: “Why Why")
    assert said[1].endswith("…”")
    assert len(said) == 2


def test_choices_and_rules() -> None:
    rule = ShowIf("one", any_of=("x", "y"))
    changed = replace(
        TWO, choices=(Choice("b", {"en": "B"}), Choice("a"), Choice("c")), show_if=(rule,)
    )
    after = replace(SURVEY, questions=(ONE, changed))
    assert survey_changes(SURVEY, after) == [
        "Question 2: choice “c” added",
        "Question 2: choice “b” is now “B”",
        "Question 2: the order of the choices changed",
        "Question 2: shown if “one” is “x” or “y”",
    ]
    assert "Question 2: no longer shown if “one” is “x” or “y”" in survey_changes(after, SURVEY)
    assert "Question 2: choice “c” removed" in survey_changes(after, SURVEY)
