"""A survey as the vendor's chat clients show it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tellback.core.model import Choice, Question, QuestionType, ShowIf, Survey, SurveyDefinition
from tellback.dialects.contract import ChatSurvey
from tellback.dialects.edna.chat import chat_message
from tellback.dialects.edna.survey import SURVEY

UUID = "114f1fd2-70f3-4cf7-95a0-ab9212648e23"
RATING, COMMENT = (replace(q, number=n) for n, q in enumerate(SURVEY.questions, start=1))
VOTE = Question("v", QuestionType.BINARY, {"en": "Kind?"}, number=5)
TOPIC = Question(
    "t",
    QuestionType.SINGLE_CHOICE,
    {"en": "About?", "ru": "О чём?"},
    choices=(Choice("bug", {"en": "A bug", "ru": "Ошибка"}), Choice("idea")),
    number=6,
)


def message(*questions: Question, hide_after: int | None = 900, language: str = "en") -> Any:
    definition = replace(SURVEY, questions=questions or (RATING, COMMENT), hide_after=hide_after)
    return chat_message(sent(definition, language))


def sent(definition: SurveyDefinition, language: str = "en") -> ChatSurvey:
    survey = Survey("0" * 32, "1" * 32, "edna", 1, 1, True, "edna", definition)
    link = "https://tellback.example.org/-/r/token"
    return ChatSurvey(UUID.replace("-", ""), 1301, survey, 137, None, link, language, 0)


def test_stars_as_the_vendors_demo_has_them() -> None:
    form = {
        "id": 1,
        "uuid": UUID,
        "sendingId": 1301,
        "hideAfter": 900,
        "blockInput": True,
        "questions": [
            {
                "id": 1,
                "sendingId": 1301,
                "text": "Please rate our service",
                "displayText": "Quality of service",
                "surveyViewType": "SCALE",
                "scale": 5,
                "simple": False,
            }
        ],
    }
    made = message()
    assert made == {"type": "SURVEY", "uuid": UUID, "text": made["text"], "content": form}
    assert list(made) == ["type", "uuid", "text", "content"]
    assert json.loads(made["text"]) == form
    assert list(json.loads(made["text"])) == list(form)


def test_thumbs() -> None:
    made = message(VOTE)
    (question,) = made["content"]["questions"]
    assert made["type"] == "SURVEY"
    assert question == {
        "id": 5,
        "sendingId": 1301,
        "text": "Kind?",
        "displayText": "",
        "surveyViewType": "SCALE",
        "scale": 2,
        "simple": True,
    }


def test_buttons_where_there_are_other_answers() -> None:
    made = message(TOPIC, VOTE, replace(RATING, maximum=3))
    assert made["type"] == "BUTTON_SURVEY"
    topic, vote, rating = made["content"]["questions"]
    assert topic == {
        "id": 6,
        "sendingId": 1301,
        "text": "About?",
        "displayText": "",
        "buttons": [{"text": "A bug", "value": 1}, {"text": "idea", "value": 2}],
    }
    assert vote["buttons"] == [{"text": "👍", "value": 1}, {"text": "👎", "value": 0}]
    assert [button["value"] for button in rating["buttons"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("ends", "steps"), [((0, 2), [0, 1, 2]), ((2, -1), [2, 1, 0, -1]), ((7, 1), [*range(7, 0, -1)])]
)
def test_scales_that_are_no_stars(ends: tuple[int, int], steps: list[int]) -> None:
    low, high = ends
    made = message(
        replace(RATING, minimum=low, maximum=high, choices=(Choice("2", {"en": "Two"}),))
    )
    buttons = made["content"]["questions"][0]["buttons"]
    assert [button["value"] for button in buttons] == steps
    assert {button["value"]: button["text"] for button in buttons}[2] == "Two"


def test_the_clients_language() -> None:
    rated, topic = message(RATING, TOPIC, language="ru-RU")["content"]["questions"]
    assert (rated["text"], rated["displayText"]) == (
        *("Оцените наше обслуживание", "Качество обслуживания"),
    )
    assert topic["buttons"][0]["text"] == "Ошибка"


def test_what_one_press_cannot_answer_is_left_to_the_page() -> None:
    ruled = replace(VOTE, show_if=(ShowIf("rating", at_most=2),))
    several = replace(TOPIC, type=QuestionType.MULTIPLE_CHOICE)
    endless = replace(RATING, minimum=0, maximum=100)
    made = message(ruled, several, endless, COMMENT)
    assert made["content"]["questions"] == []


@pytest.mark.parametrize(
    ("hide_after", "said"), [(None, (2_147_483, False)), (5, (5, True)), (10**7, (2_147_483, True))]
)
def test_time(hide_after: int | None, said: tuple[int, bool]) -> None:
    """A browser's timer knows no longer time; who keeps a survey must be able to write."""
    form = message(hide_after=hide_after)["content"]
    assert (form["hideAfter"], form["blockInput"]) == said
