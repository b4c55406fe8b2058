"""What contradicts itself in a survey that somebody wrote."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

from tellback.core.errors import Fault, Problem
from tellback.core.model import (
    CHOSEN,
    MAX_WIRE_NUMBER,
    NEGATIVE,
    POSITIVE,
    RATED,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    WidgetRule,
)
from tellback.core.numbering import is_number, number_of
from tellback.core.properties import MAX_PROPERTIES, name_problem
from tellback.core.question_problems import Part, question_problems
from tellback.core.settings import COLOUR
from tellback.core.targeting import OPERATORS

MAX_QUESTIONS = 100
# With a letter: numbers are another name of a survey.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: A language's tag, as the texts of a survey have it.
LANGUAGE_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*\Z")
_KEY = re.compile(r"(?=[0-9_-]*[a-z])[a-z0-9][a-z0-9_-]{0,62}\Z")
_MAX_SECONDS, _MAX_DAYS = 366 * 86_400, 36_600
#: What the address of a survey's page says itself.
TAKEN = frozenset({"at", "again", "change", "check", "done", "email", "id", "lang"})
#: What a page's script is told; it should stay small.
_MAX_PATTERNS, _MAX_PATTERN, _MAX_DELAY = 50, 300, 3_600
_RANGED = RATED | {QuestionType.NUMBER}


def survey_problems(key: str, number: int | None, definition: SurveyDefinition) -> list[Problem]:
    """What is wrong with a survey: its key, its number, what it asks, and when it shows it."""
    questions = definition.questions
    return [
        *_key_problems(key),
        *_number_problems(number, "number"),
        *_settings_problems(definition),
        *_page_problems(definition),
        *_widget_problems(definition.widget),
        *_text_problems(definition),
        *name_problems(questions),
        *number_problems(questions),
        *(problem for question in questions for problem in question_problems(question)),
        *_rule_problems(questions),
    ]


def number_problems(questions: Iterable[Question]) -> Iterator[Problem]:
    """Numbers that no question may have, and those by which two questions would be found."""
    seen: dict[int, str] = {}
    for question in questions:
        number = number_of(question)
        yield from _number_problems(number, question.id, Part.NUMBER)
        for name in (question.id, question.name or ""):
            if is_number(name) and name != str(number):
                rule = f"{name!r} is a number, but not that of the question"
                yield Problem(Fault.VALUE, rule, question.id, Part.NAME)
        if number is not None and seen.setdefault(number, question.id) != question.id:
            rule = f"number {number} is that of question {seen[number]!r} too"
            yield Problem(Fault.DUPLICATE, rule, question.id, Part.NUMBER)


def name_problems(questions: Sequence[Question]) -> Iterator[Problem]:
    """Names that two questions go by."""
    names = [name for q in questions for name in {q.id, q.name} if name]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Problem(Fault.DUPLICATE, "two questions are called that", name, Part.NAME)


def _key_problems(key: str) -> Iterator[Problem]:
    if not _KEY.match(key):
        rule = "lower case letters, digits, - and _, at least one letter, at most 63"
        yield Problem(Fault.FORMAT, rule, "key")


def _number_problems(number: int | None, field: str, part: Part | None = None) -> Iterator[Problem]:
    if number is not None and not 1 <= number <= MAX_WIRE_NUMBER:
        yield Problem(Fault.VALUE, f"a number is from 1 to {MAX_WIRE_NUMBER}", field, part)


def _settings_problems(definition: SurveyDefinition) -> Iterator[Problem]:
    if not 1 <= len(definition.questions) <= MAX_QUESTIONS:
        yield Problem(Fault.VALUE, f"needs 1 to {MAX_QUESTIONS} questions", "questions")
    if not 1 <= (definition.hide_after or 1) <= _MAX_SECONDS or definition.hide_after == 0:
        yield Problem(Fault.VALUE, f"is from 1 to {_MAX_SECONDS} seconds", "hide_after")
    if not 0 <= (definition.repeat_after_days or 0) <= _MAX_DAYS:
        yield Problem(Fault.VALUE, f"is from 0 to {_MAX_DAYS} days", "repeat_after_days")
    channels = definition.channels
    if not all(channels) or len(set(channels)) < len(channels):
        yield Problem(Fault.VALUE, "names each channel once", "channels")
    for condition in definition.targeting:
        field = f"targeting {condition.property}"
        if condition.operator not in OPERATORS:
            yield Problem(Fault.VALUE, f"the operator is one of {', '.join(OPERATORS)}", field)
        if isinstance(condition.value, float) and not isfinite(condition.value):
            yield Problem(Fault.VALUE, "must be a finite number", field)


def _page_problems(definition: SurveyDefinition) -> Iterator[Problem]:
    """What no page of it could be."""
    if not 1 <= (1 if definition.per_page is None else definition.per_page) <= MAX_QUESTIONS:
        yield Problem(Fault.VALUE, f"is from 1 to {MAX_QUESTIONS}", "per_page")
    if definition.colour and not COLOUR.match(definition.colour):
        yield Problem(Fault.FORMAT, "is # and six digits 0 to 9 and a to f", "colour")
    properties = definition.link.properties
    if len(properties) > MAX_PROPERTIES or len(set(properties)) < len(properties):
        rule = f"names up to {MAX_PROPERTIES} properties, each once"
        yield Problem(Fault.VALUE, rule, "link.properties")
    for name in properties:
        if (wrong := name_problem(name)) is not None or name in TAKEN:
            rule = wrong.message if wrong else "means something else in an address"
            yield Problem(Fault.VALUE, f"{name[:80]!r}: {rule}", "link.properties")


def _widget_problems(rule: WidgetRule | None) -> Iterator[Problem]:
    """What no page can do."""
    if rule is None:
        return
    if not 0 <= rule.sample <= 100:
        yield Problem(Fault.VALUE, "is a percentage, 0 to 100", "widget sample")
    if not 0 <= rule.delay <= _MAX_DELAY:
        yield Problem(Fault.VALUE, f"is from 0 to {_MAX_DELAY} seconds", "widget delay")
    if not 0 <= rule.snooze_days <= _MAX_DAYS:
        yield Problem(Fault.VALUE, f"is from 0 to {_MAX_DAYS} days", "widget snooze_days")
    for name, texts in (("pages", rule.pages), ("events", rule.events)):
        if len(texts) > _MAX_PATTERNS or not all(0 < len(one) <= _MAX_PATTERN for one in texts):
            limits = f"has up to {_MAX_PATTERNS} texts of 1 to {_MAX_PATTERN} characters"
            yield Problem(Fault.VALUE, limits, f"widget {name}")


def _text_problems(definition: SurveyDefinition) -> Iterator[Problem]:
    """Characters that no database keeps, and languages that no reader has."""
    for tag in _languages(definition):
        if not LANGUAGE_TAG.match(tag):
            rule = "is no language; one is a lower-case tag such as de or pt-br"
            yield Problem(Fault.FORMAT, rule, repr(tag)[:60])
    for text in _texts(definition):
        if "\0" in text or _SURROGATE.search(text):
            yield Problem(Fault.FORMAT, "has a character that cannot be kept", repr(text)[:60])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from _texts(tuple(value.items()))
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)


def _languages(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _languages(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _languages(item)


def _rule_problems(questions: Sequence[Question]) -> Iterator[Problem]:
    earlier: dict[str, Question] = {}
    everything = {question.id for question in questions}
    for question in questions:
        for rule in question.show_if:
            wrong = _about_problem(rule, question, earlier, everything) or _kind_problem(
                rule, earlier[rule.question]
            )
            if wrong:
                yield Problem(Fault.VALUE, f"show_if {wrong}", question.id, Part.RULES)
        earlier[question.id] = question


def _about_problem(
    rule: ShowIf, own: Question, earlier: Mapping[str, Question], everything: set[str]
) -> str | None:
    """What is wrong with the question that a rule is about."""
    if rule.question == own.id:
        return "is about the question itself"
    if rule.question in earlier:
        return None
    what = "a later" if rule.question in everything else "an unknown"
    return f"is about {what} question, {rule.question!r}"


def _kind_problem(rule: ShowIf, about: Question) -> str | None:
    """What is wrong with the answers that a rule asks for."""
    bounds = [bound for bound in (rule.at_least, rule.at_most) if bound is not None]
    if bool(rule.any_of) == bool(bounds):
        return "has either 'any_of', or 'at_least' and 'at_most'"
    if bounds:
        if about.type not in _RANGED:
            return f"has a range, but {about.id!r} is answered by no number"
        return None if _is_range(bounds) else "has a range in which there is nothing"
    unknown = sorted(set(rule.any_of) - _values(about))
    return f"asks for {unknown[0]!r}, which is no choice of {about.id!r}" if unknown else None


def _is_range(bounds: Sequence[float]) -> bool:
    return all(map(isfinite, bounds)) and bounds[0] <= bounds[-1]


def _values(question: Question) -> set[str]:
    if question.type is QuestionType.BINARY:
        return {POSITIVE, NEGATIVE}
    return {choice.value for choice in question.choices} if question.type in CHOSEN else set()
