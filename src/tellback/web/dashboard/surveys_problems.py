"""A draft as the survey that it would be, and what is wrong with it at which field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from tellback.core.errors import Problem
from tellback.core.model import (
    CHOSEN,
    RATED,
    Condition,
    Question,
    ShowIf,
    SurveyDefinition,
)
from tellback.core.question_problems import Part
from tellback.core.survey_problems import survey_problems
from tellback.web.dashboard.surveys_fields import Content

#: The settings that have a field of their own, by the name that problems have for them.
_OWN = frozenset(
    {
        "key",
        "number",
        "questions",
        "hide_after",
        "repeat_after_days",
        "channels",
        "per_page",
        "colour",
        "link.properties",
        *(f"widget {name}" for name in ("sample", "delay", "snooze_days", "pages", "events")),
    }
)
_WIDGET = ("sample", "delay", "snooze_days")
_WHOLE = frozenset(
    {
        "minimum",
        "maximum",
        "number",
        "hide_after",
        "repeat_after_days",
        "per_page",
        *_WIDGET,
    }
)
_CONDITION = tuple(field.name for field in fields(Condition))
_PARTS = {
    "minimum": Part.SCALE,
    "maximum": Part.SCALE,
    "goal": Part.GOAL,
    "number": Part.NUMBER,
    "at_least": Part.RULES,
    "at_most": Part.RULES,
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong: the part of the page that it is at, and a sentence."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft that was looked through. ``definition`` is None where it is not even a form of one.

    With anything wrong it may be shown, but not be published.
    """

    definition: SurveyDefinition | None
    number: int | None
    wrong: tuple[Wrong, ...]

    @property
    def by_place(self) -> dict[str, list[str]]:
        """What is wrong, by the part of the page."""
        found: dict[str, list[str]] = {}
        for one in self.wrong:
            found.setdefault(one.place, []).append(one.message)
        return found


def judge(key: str, content: Content) -> Judged:
    """What a draft comes to, and all that is wrong with it."""
    wrong: list[Wrong] = []
    data = _whole(content["definition"], wrong)
    number = _number(content, "number", "number", wrong)
    if not data["name"]:
        wrong.append(Wrong("name", "needs a title"))
    try:
        definition = msgspec.convert(data, SurveyDefinition)
    except msgspec.ValidationError as error:
        return Judged(None, None, (*wrong, Wrong("survey", str(error))))
    found = survey_problems(key, number, definition)
    placed = (Wrong(place, p.message) for p in found for place in _places(p, definition))
    return Judged(definition, number, (*wrong, *placed))


def placed(problem: Problem) -> Wrong:
    """A problem that is of no question, at its part of the page."""
    field = problem.field or ""
    place = "targeting" if field.startswith("targeting") else "survey"
    if field in _OWN:
        place = field.replace(" ", "-").replace(".", "-")
    named = "" if place != "survey" or not field else f"{field}: "
    return Wrong(place, f"{named}{problem.message}")


def _places(problem: Problem, definition: SurveyDefinition) -> Iterator[str]:
    if not isinstance(problem.subject, Part):
        yield placed(problem).place
        return
    for at, question in enumerate(definition.questions):
        if problem.field in (question.id, question.name):
            yield f"q{at}-{problem.subject.value}"


def _whole(data: Mapping[str, Any], wrong: list[Wrong]) -> dict[str, Any]:
    """The definition without rows that were never filled in, and with numbers for numbers."""
    return {
        **data,
        "questions": [_question(at, one, wrong) for at, one in enumerate(data["questions"])],
        "targeting": [
            {name: one[name] for name in _CONDITION} for one in data["targeting"] if one["property"]
        ],
        "hide_after": _number(data, "hide_after", "hide_after", wrong),
        "repeat_after_days": _number(data, "repeat_after_days", "repeat_after_days", wrong),
        "per_page": _number(data, "per_page", "per_page", wrong),
        "widget": _widget(data["widget"], wrong) if data["widget"] else None,
    }


def _widget(data: Mapping[str, Any], wrong: list[Wrong]) -> dict[str, Any]:
    numbers = {name: _number(data, name, f"widget-{name}", wrong) for name in _WIDGET}
    return {**data, **{name: value or 0 for name, value in numbers.items()}}


def _question(at: int, data: Mapping[str, Any], wrong: list[Wrong]) -> dict[str, Any]:
    kind = data["type"]
    numbers = {
        name: _number(data, name, f"q{at}-{_PARTS[name].value}", wrong)
        for name in ("minimum", "maximum", "goal", "number")
    }
    ends = {"minimum": numbers["minimum"] or 0, "maximum": _or(numbers["maximum"], 10)}
    rules = [_rule(at, rule, wrong) for rule in data["show_if"] if rule["question"]]
    known = {field.name for field in fields(Question)}
    return {
        **{name: value for name, value in data.items() if name in known},
        **numbers,
        **ends,
        "choices": [_choice(one) for one in data["choices"] if _is_said(one)]
        if kind in RATED | CHOSEN
        else [],
        "show_if": rules,
    }


def _choice(data: Mapping[str, Any]) -> dict[str, Any]:
    """A choice that was given words only is stored by the first of them."""
    return {**data, "value": data["value"] or next(iter(data["label"].values()), "")}


def _is_said(choice: Mapping[str, Any]) -> bool:
    return bool(choice["value"] or choice["label"])


def _rule(at: int, data: Mapping[str, Any], wrong: list[Wrong]) -> dict[str, Any]:
    place = f"q{at}-{Part.RULES.value}"
    bounds = {name: _number(data, name, place, wrong) for name in ("at_least", "at_most")}
    known = {field.name for field in fields(ShowIf)}
    return {**{name: data[name] for name in known}, **bounds}


def _number(data: Mapping[str, Any], name: str, place: str, wrong: list[Wrong]) -> Any:
    value = data[name]
    if isinstance(value, str) or (name in _WHOLE and isinstance(value, float)):
        kind = "whole number" if name in _WHOLE else "number"
        wrong.append(Wrong(place, f"{value!r} is no {kind}"))
        return None
    return value


def _or(value: Any, fallback: int) -> Any:
    return fallback if value is None else value
