"""A survey as the vendor's chat clients show it: stars, thumbs or buttons.

Source: the messages in the vendor's own demo of its mobile client, and its web widget.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tellback.core.choice_numbers import choice_numbers
from tellback.core.model import RATED, Question, QuestionType, pick
from tellback.dialects.contract import ChatSurvey
from tellback.dialects.parsing import write_json

SURVEY, BUTTON_SURVEY = "SURVEY", "BUTTON_SURVEY"
#: The longest time that a browser's timer knows: past it the widget hides the survey at once, and
#: without any time it does not show it after a reload.
_LONGEST = (2**31 - 1) // 1_000
#: More buttons than this are no question for a chat window.
_MOST_BUTTONS = 100
_PRESSED_ONCE = frozenset({QuestionType.BINARY, QuestionType.SINGLE_CHOICE, QuestionType.DROPDOWN})
_THUMBS = {1: "👍", 0: "👎"}


def chat_message(sent: ChatSurvey) -> Mapping[str, Any]:
    """The message that shows a survey: the form twice, as clients read one or the other."""
    definition, uuid = sent.survey.definition, str(UUID(sent.invitation_id))
    asked = [question for question in definition.questions if _is_shown(question)]
    stars = all(_is_stars(question) for question in asked)
    form = {
        "id": sent.survey.number,
        "uuid": uuid,
        "sendingId": sent.number,
        "hideAfter": min(definition.hide_after or _LONGEST, _LONGEST),
        # A survey that does not go away by itself must not keep its client from writing.
        "blockInput": definition.hide_after is not None,
        "questions": [_question(question, sent, stars=stars) for question in asked],
    }
    kind = SURVEY if stars else BUTTON_SURVEY
    return {"type": kind, "uuid": uuid, "text": write_json(form).decode(), "content": form}


def _is_shown(question: Question) -> bool:
    """Whether one press can answer it; a rule that shows it is not one that the clients know."""
    if question.show_if or question.number is None:
        return False
    if question.type in RATED:
        return abs(question.maximum - question.minimum) < _MOST_BUTTONS
    return question.type in _PRESSED_ONCE and len(question.choices) <= _MOST_BUTTONS


def _is_stars(question: Question) -> bool:
    if question.type is QuestionType.BINARY:
        return True
    return question.type in RATED and question.minimum == 1 and question.maximum > 1


def _question(question: Question, sent: ChatSurvey, *, stars: bool) -> dict[str, Any]:
    head = {
        "id": question.number,
        "sendingId": sent.number,
        "text": pick(question.text, sent.language),
        "displayText": pick(question.label, sent.language),
    }
    if not stars:
        return {**head, "buttons": _buttons(question, sent.language)}
    simple = question.type is QuestionType.BINARY
    scale = 2 if simple else question.maximum
    return {**head, "surveyViewType": "SCALE", "scale": scale, "simple": simple}


def _buttons(question: Question, language: str | None) -> list[dict[str, Any]]:
    labels = {choice.value: pick(choice.label, language) for choice in question.choices}
    if question.type in RATED:
        step = 1 if question.minimum < question.maximum else -1
        steps = range(question.minimum, question.maximum + step, step)
        return [{"text": labels.get(str(n)) or str(n), "value": n} for n in steps]
    bare = _THUMBS if question.type is QuestionType.BINARY else {}
    return [
        {"text": labels.get(value) or bare.get(number, value), "value": number}
        for number, value in choice_numbers(question).items()
    ]
