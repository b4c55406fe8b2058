"""Surveys as this wire shows them: types, logic, and its two dialects of JSON beside XML."""

from collections.abc import Mapping, Sequence
from typing import Any

from tellback.core.answers import holds
from tellback.core.model import (
    CHOSEN,
    NEGATIVE,
    POSITIVE,
    RATED,
    Choice,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    pick,
)
from tellback.core.settings import Switch
from tellback.dialects.parsing import Element

Values = dict[str, Any]
#: A scale of more steps is a number to type in.
MAX_STEPS = 100
NUMBER_FORMAT = Switch(
    "number_format",
    ("native", "text"),
    "whether numbers, true and false are JSON's own, or texts as in older documents",
)
_FIELD, _AREA = "Text Field", "Text Area"
_RADIO, _SIDE_BY_SIDE = "Radio Button", "Radio Button (side by side)"
TYPES: Mapping[QuestionType, str] = {
    **dict.fromkeys(RATED, _SIDE_BY_SIDE),
    QuestionType.BINARY: _RADIO,
    QuestionType.SINGLE_CHOICE: _RADIO,
    QuestionType.DROPDOWN: "Dropdown Box",
    QuestionType.MULTIPLE_CHOICE: "Checkbox",
    QuestionType.SHORT_TEXT: _FIELD,
    QuestionType.LONG_TEXT: _AREA,
    QuestionType.NUMBER: _FIELD,
    QuestionType.EMAIL: _FIELD,
    QuestionType.DATE: _FIELD,
}
_VALIDATION = {QuestionType.NUMBER: "numeric", QuestionType.EMAIL: "email"}
#: What XML says by attributes.
_ATTRIBUTES = ("mandatory", "order", "logicId", "id", "type", "validationType")


def survey_values(survey: Survey, language: str) -> Values:
    """A survey in native values, every list as a list."""
    definition = survey.definition
    return {
        "id": survey.number,
        "title": "",
        "header": pick(definition.header, language),
        "questions": {
            "question": [
                _question(definition, place, language) for place in range(len(definition.questions))
            ]
        },
    }


def survey_json(values: Values, *, as_text: bool) -> Values:
    """The same in JSON: one of a kind is no list, and scalars may be texts."""
    return {"survey": _singled(_in_text(values) if as_text else values)}


def survey_xml(values: Values) -> Element:
    """The same in XML."""
    questions = [_question_xml(question) for question in values["questions"]["question"]]
    return Element(
        "survey",
        {"id": str(values["id"])},
        [
            Element("title", text=values["title"]),
            Element("header", text=values["header"]),
            Element("questions", children=questions),
        ],
    )


def options(question: Question) -> Sequence[Choice]:
    """What may be chosen: a scale's steps are choices here, with the labels that some have."""
    if question.type in RATED:
        if abs(question.maximum - question.minimum) > MAX_STEPS:
            return ()
        step = 1 if question.minimum <= question.maximum else -1
        labels = {choice.value: choice.label for choice in question.choices}
        steps = map(str, range(question.minimum, question.maximum + step, step))
        return [Choice(value, labels.get(value, {})) for value in steps]
    if question.type is QuestionType.BINARY and not question.choices:
        return [Choice(POSITIVE), Choice(NEGATIVE)]
    return question.choices if question.type in CHOSEN else ()


def _question(definition: SurveyDefinition, place: int, language: str) -> Values:
    question = definition.questions[place]
    chosen = options(question)
    typed = not chosen and question.type in RATED
    values: Values = {
        "type": _FIELD if typed else TYPES[question.type],
        "validationType": "numeric" if typed else _VALIDATION.get(question.type, "alpha_numeric"),
        "id": question.number,
        "logicId": place + 1,
        "order": place,
        "mandatory": question.required,
        "label": pick(question.text, language),
    }
    if not chosen:
        return {**values, "lastKnownValue": ""}
    return {**values, "entry": [_entry(definition, question, one, language) for one in chosen]}


def _entry(
    definition: SurveyDefinition, question: Question, choice: Choice, language: str
) -> Values:
    entry: Values = {
        "checked": False,
        "value": choice.value,
        "displayValue": pick(choice.label, language) or choice.value,
    }
    answer = int(choice.value) if question.type in RATED else choice.value
    shown = [
        place
        for place, other in enumerate(definition.questions, start=1)
        if any(rule.question == question.id and holds(rule, answer) for rule in other.show_if)
    ]
    if shown:
        entry["logic"] = {"showLogicId": shown}
    return entry


def _question_xml(question: Values) -> Element:
    attributes = {name: _text(question[name]) for name in _ATTRIBUTES}
    label = Element("label", text=question["label"])
    if "entry" not in question:
        return Element("question", attributes, [label, Element("lastKnownValue")])
    return Element("question", attributes, [label, *map(_entry_xml, question["entry"])])


def _entry_xml(entry: Values) -> Element:
    parts = [Element(name, text=entry[name]) for name in ("value", "displayValue")]
    shown = entry.get("logic", {}).get("showLogicId", ())
    if shown:
        ids = [Element("showLogicId", text=str(one)) for one in shown]
        parts.append(Element("logic", children=ids))
    return Element("entry", {"checked": _text(entry["checked"])}, parts)


def _singled(value: Any) -> Any:
    """Lists of one as that one, as older converters from XML leave them."""
    if isinstance(value, list):
        return _singled(value[0]) if len(value) == 1 else [_singled(item) for item in value]
    if isinstance(value, dict):
        return {name: _singled(member) for name, member in value.items()}
    return value


def _in_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_text(item) for item in value]
    if isinstance(value, dict):
        return {name: _in_text(member) for name, member in value.items()}
    return _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
