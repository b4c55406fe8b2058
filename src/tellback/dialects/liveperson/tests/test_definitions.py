"""Surveys in the vendor's words."""

from dataclasses import replace

import pytest

from tellback.core.model import (
    Choice,
    Question,
    QuestionType,
    ShowIf,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.dialects.liveperson.definitions import (
    MAX_STEPS,
    TYPES,
    survey_json,
    survey_values,
    survey_xml,
)
from tellback.dialects.liveperson.survey import SURVEY
from tellback.dialects.parsing import read_xml, write_xml


def survey(*questions: Question) -> Survey:
    numbered = (replace(one, number=place + 100) for place, one in enumerate(questions))
    definition = SurveyDefinition("S", SurveyType.FORM, tuple(numbered), header={"en": "Hi"})
    return Survey("0" * 32, "1" * 32, "s", 7, 1, True, None, definition)


def shown(*questions: Question) -> list[dict[str, object]]:
    found = survey_values(survey(*questions), "en")["questions"]["question"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("kind", QuestionType)
def test_every_type_has_the_vendor_s_name(kind: QuestionType) -> None:
    [question] = shown(Question("q", kind, {"en": "?"}, choices=(Choice("a"), Choice("b"))))
    assert question["type"] == TYPES[kind]
    assert ("entry" in question) != ("lastKnownValue" in question)


def test_a_scale_is_a_row_of_buttons() -> None:
    labels = (Choice("3", {"en": "Good"}),)
    scale = Question("q", QuestionType.SCALE, {"en": "?"}, minimum=3, maximum=1, choices=labels)
    [question] = shown(scale)
    entries = question["entry"]
    assert [(entry["value"], entry["displayValue"]) for entry in entries] == [
        ("3", "Good"),
        ("2", "2"),
        ("1", "1"),
    ]


def test_a_scale_of_too_many_steps_is_typed_in() -> None:
    [question] = shown(Question("q", QuestionType.SCALE, {"en": "?"}, maximum=MAX_STEPS + 1))
    assert (question["type"], question["validationType"]) == ("Text Field", "numeric")
    assert question["lastKnownValue"] == ""


def test_logic_follows_from_rules() -> None:
    first = Question("a", QuestionType.STARS, {"en": "?"}, minimum=1, maximum=3)
    second = Question("b", QuestionType.SHORT_TEXT, {"en": "?"}, show_if=(ShowIf("a", at_most=2),))
    third = Question("c", QuestionType.SHORT_TEXT, {"en": "?"}, show_if=(ShowIf("a", at_least=2),))
    question, *_ = shown(first, second, third)
    assert [entry.get("logic") for entry in question["entry"]] == [
        {"showLogicId": [2]},
        {"showLogicId": [2, 3]},
        {"showLogicId": [3]},
    ]


def test_one_of_a_kind_is_no_list() -> None:
    only = Question("a", QuestionType.SINGLE_CHOICE, {"en": "?"}, choices=(Choice("yes"),))
    value = survey_json(survey_values(survey(only), "en"), as_text=False)
    question = value["survey"]["questions"]["question"]
    assert question["entry"] == {"checked": False, "value": "yes", "displayValue": "yes"}


def test_as_text_there_is_nothing_but_text() -> None:
    value = survey_json(survey_values(survey(*SURVEY.questions), "en"), as_text=True)
    assert _scalars(value) == {str}
    assert value["survey"]["questions"]["question"][0]["mandatory"] == "false"


def test_xml_can_be_read_again() -> None:
    values = survey_values(survey(*SURVEY.questions), "en")
    root = read_xml(write_xml(survey_xml(values)))
    [questions] = root.all("questions")
    assert [one.attributes["id"] for one in questions.all("question")] == [
        str(one["id"]) for one in values["questions"]["question"]
    ]


def _scalars(value: object) -> set[type]:
    if isinstance(value, dict):
        return {kind for member in value.values() for kind in _scalars(member)}
    if isinstance(value, list):
        return {kind for member in value for kind in _scalars(member)}
    return {type(value)}
