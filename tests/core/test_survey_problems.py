"""Surveys that contradict themselves, and what is said of each."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from tellback.core.model import (
    Choice,
    Condition,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
    WidgetRule,
)
from tellback.core.survey_problems import survey_problems

TEXT = {"en": "Well?"}
TOPIC = Question("topic", QuestionType.SINGLE_CHOICE, TEXT, choices=(Choice("bug"), Choice("idea")))
MARK = Question("mark", QuestionType.SCALE, TEXT, minimum=7, maximum=1)
VOTE = Question("vote", QuestionType.BINARY, TEXT)
COUNT = Question("count", QuestionType.NUMBER, TEXT)
NOTE = Question("note", QuestionType.LONG_TEXT, TEXT)
SURVEY = SurveyDefinition("Whole", SurveyType.FORM, (TOPIC, MARK, VOTE, COUNT, NOTE))


def said(definition: SurveyDefinition = SURVEY, key: str = "key", number: int | None = 1) -> str:
    problems = survey_problems(key, number, definition)
    return "; ".join(f"{problem.field}: {problem.message}" for problem in problems)


def of(question: Question, **changed: Any) -> str:
    """What is said of a survey with that question alone."""
    return said(replace(SURVEY, questions=(replace(question, **changed),)))


def ruled(*rules: ShowIf, at: int = 4) -> str:
    """What is said when the question at that place is shown by rules."""
    questions = list(SURVEY.questions)
    questions[at] = replace(questions[at], show_if=rules)
    return said(replace(SURVEY, questions=tuple(questions)))


def test_a_sound_survey_has_none() -> None:
    assert said() == ""
    assert (
        said(
            replace(SURVEY, hide_after=1, repeat_after_days=0, channels=("chat", "sms")),
            "0-a_b",
            None,
        )
        == ""
    )


@pytest.mark.parametrize("key", ["", "A", "-a", "a b", "12", "1-2", "a" * 64, "a\n", "ä"])
def test_a_key_is_lower_case_and_no_number(key: str) -> None:
    assert "at least one letter" in said(key=key)


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_a_number_fits_into_63_bits(number: int) -> None:
    assert said(number=number).startswith("number: a number is from 1")
    assert of(NOTE, number=number).startswith("note: a number is from 1")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"questions": ()}, "needs 1 to 100 questions"),
        ({"questions": tuple(replace(NOTE, id=f"n{i}") for i in range(101))}, "1 to 100"),
        ({"questions": (NOTE, replace(MARK, name="note"))}, "note: two questions are called"),
        ({"questions": (NOTE, NOTE)}, "note: two questions are called"),
        ({"hide_after": 0}, "hide_after: is from 1"),
        ({"hide_after": 10**9}, "hide_after: is from 1"),
        ({"repeat_after_days": -1}, "repeat_after_days: is from 0"),
        ({"name": "a\0b"}, "has a character that cannot be kept"),
        ({"thanks": {"en": "\ud800"}}, "has a character that cannot be kept"),
        ({"questions": (replace(TOPIC, choices=(Choice("a\0"),)),)}, "has a character that"),
        ({"channels": ("chat", "")}, "channels: names each channel once"),
        ({"channels": ("chat", "chat")}, "channels: names each channel once"),
        ({"targeting": (Condition("spent", "==", nan),)}, "targeting spent: must be a finite"),
        ({"targeting": (Condition("spent", "is", 1),)}, "targeting spent: the operator is one of"),
        ({"questions": (replace(NOTE, number=5), replace(MARK, number=5))}, "of question 'note'"),
        ({"questions": (replace(NOTE, number=5), replace(MARK, id="5"))}, "of question 'note'"),
        ({"questions": (replace(NOTE, number=5, name="7"),)}, "'7' is a number, but not that"),
        ({"questions": (replace(NOTE, id="7", number=5),)}, "'7' is a number, but not that"),
        ({"widget": WidgetRule(sample=101)}, "widget sample: is a percentage"),
        ({"widget": WidgetRule(delay=-1)}, "widget delay: is from 0"),
        ({"widget": WidgetRule(snooze_days=10**6)}, "widget snooze_days: is from 0"),
        ({"widget": WidgetRule(pages=("",))}, "widget pages: has up to 50 texts"),
        ({"widget": WidgetRule(events=("x",) * 51)}, "widget events: has up to 50 texts"),
    ],
)
def test_a_survey_that_contradicts_itself(changed: dict[str, Any], words: str) -> None:
    assert words in said(replace(SURVEY, **changed))


@pytest.mark.parametrize(
    ("question", "changed", "words"),
    [
        (NOTE, {"id": ""}, "a name is 1 to 200 characters"),
        (NOTE, {"id": " note"}, "without spaces around it"),
        (NOTE, {"id": "a\nb"}, "a name is"),
        (NOTE, {"name": "x" * 201}, "a name is"),
        (NOTE, {"text": {}}, "note: needs a text"),
        (NOTE, {"text": {"en": ""}}, "note: needs a text"),
        (NOTE, {"choices": (Choice("a"),)}, "has choices, but is not answered by one"),
        (MARK, {"maximum": 7}, "must differ"),
        (MARK, {"maximum": 1_000_000}, "from -999999"),
        (MARK, {"choices": (Choice("8"),)}, "no step of its scale"),
        (MARK, {"choices": (Choice("good"),)}, "no step of its scale"),
        (MARK, {"choices": (Choice("07"),)}, "no step of its scale"),
        (TOPIC, {"choices": ()}, "topic: needs choices"),
        (TOPIC, {"choices": (Choice("a"), Choice("a"))}, "each choice once"),
        (TOPIC, {"choices": tuple(Choice(str(n)) for n in range(201))}, "at most 200"),
        (TOPIC, {"choices": (Choice(""),)}, "a choice that is empty"),
        (TOPIC, {"choices": (Choice("a "),)}, "spaces around it"),
        (TOPIC, {"choices": (Choice("a\nb"),)}, "control characters"),
        (TOPIC, {"metric": "npss"}, "metric is one of binary, ces, csat, nps"),
        (TOPIC, {"metric": "form"}, "metric is one of"),
        (TOPIC, {"metric": "binary"}, "and only there"),
        (VOTE, {"metric": "nps"}, "metric is binary where the question is"),
        (NOTE, {"metric": "nps"}, "is not answered by a number"),
        (NOTE, {"text": {"pt-BR": "x"}}, "'pt-BR': is no language"),
        (TOPIC, {"choices": (Choice("a", {"german": "x", "": "y"}),)}, "'': is no language"),
        (VOTE, {"choices": (Choice("yes"), Choice("no"))}, "'positive' and 'negative'"),
        (VOTE, {"choices": (Choice("positive"),)}, "'positive' and 'negative'"),
    ],
)
def test_a_question_that_contradicts_itself(
    question: Question, changed: dict[str, Any], words: str
) -> None:
    assert words in of(question, **changed)


def test_labels_of_steps_and_votes_are_fine() -> None:
    assert of(MARK, choices=(Choice("7"), Choice("1"))) == ""
    assert of(MARK, minimum=-2, maximum=0, choices=(Choice("-2"), Choice("0"))) == ""
    assert of(VOTE, choices=(Choice("negative"), Choice("positive"))) == ""


def test_a_goal_is_a_finite_number() -> None:
    assert of(MARK, goal=4.02) == ""
    assert "goal must be a finite number" in of(MARK, goal=inf)


@pytest.mark.parametrize(
    "rule",
    [
        ShowIf("topic", any_of=("bug",)),
        ShowIf("vote", any_of=("negative",)),
        ShowIf("mark", at_most=3),
        ShowIf("count", at_least=0, at_most=0),
    ],
)
def test_a_sound_rule(rule: ShowIf) -> None:
    assert ruled(rule) == ""


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ShowIf("gone", any_of=("bug",)), "about an unknown question, 'gone'"),
        (ShowIf("count", at_least=1), "about a later question, 'count'"),
        (ShowIf("vote", any_of=("positive",)), "about the question itself"),
        (ShowIf("topic"), "either 'any_of', or"),
        (ShowIf("mark", any_of=("1",), at_least=1), "either 'any_of', or"),
        (ShowIf("topic", any_of=("bug", "ibea")), "asks for 'ibea', which is no choice"),
        (ShowIf("mark", any_of=("7",)), "asks for '7', which is no choice of 'mark'"),
        (ShowIf("topic", at_least=1), "but 'topic' is answered by no number"),
        (ShowIf("mark", at_least=3, at_most=2), "a range in which there is nothing"),
        (ShowIf("mark", at_least=nan), "a range in which there is nothing"),
        (ShowIf("mark", at_most=inf), "a range in which there is nothing"),
    ],
)
def test_a_rule_that_cannot_be(rule: ShowIf, words: str) -> None:
    assert ruled(rule, at=2).startswith("vote: show_if ")
    assert words in ruled(rule, at=2)
