"""What changed from one version of a survey to the next, in words for its owner."""

from collections.abc import Iterator, Mapping

from tellback.core.model import Choice, Question, ShowIf, SurveyDefinition, Text, pick

_LONGEST = 60
_PARTS = {
    "type": "the type of answer",
    "name": "its other name",
    "minimum": "where the scale begins",
    "maximum": "where the scale ends",
    "required": "whether it must be answered",
    "metric": "the score that it counts for",
    "number": "its number",
    "goal": "its goal",
}
_TEXTS = {"text": "text", "label": "shorter text", "placeholder": "example"}
_SETTINGS = {
    "name": "Title",
    "type": "What it measures",
    "allow_anonymous": "Whether anybody may answer",
    "repeat_after_days": "Days until a further answer",
    "hide_after": "Seconds in a chat",
    "per_page": "Questions on one page",
    "colour": "Colour",
}
_WHOLE = {
    "targeting": "The conditions on who is asked",
    "channels": "The channels of conversations",
    "link": "What the public page's address may say",
    "widget": "The rule for the widget",
}
_SAID = {"subject": "Subject", "header": "Text above the questions", "thanks": "Thanks"}


def survey_changes(before: SurveyDefinition, after: SurveyDefinition) -> list[str]:
    """Every difference, the survey's own first, then question by question."""
    return [*_settings(before, after), *_questions(before, after)]


def _settings(before: SurveyDefinition, after: SurveyDefinition) -> Iterator[str]:
    for name, words in _SETTINGS.items():
        yield from _value(words, getattr(before, name), getattr(after, name))
    for name, words in _SAID.items():
        yield from _text(words, getattr(before, name), getattr(after, name))
    for name, words in _WHOLE.items():
        if getattr(before, name) != getattr(after, name):
            yield f"{words} changed"


def _questions(before: SurveyDefinition, after: SurveyDefinition) -> Iterator[str]:
    old = {question.id: question for question in before.questions}
    new = {question.id: question for question in after.questions}
    for place, question in enumerate(before.questions, start=1):
        if question.id not in new:
            yield f"Question {place} removed: {_short(pick(question.text, None))}"
    for place, question in enumerate(after.questions, start=1):
        if question.id not in old:
            yield f"Question {place} added: {_short(pick(question.text, None))}"
        else:
            yield from _question(f"Question {place}", old[question.id], question)
    kept = [id_ for id_ in old if id_ in new]
    if kept != [id_ for id_ in new if id_ in old]:
        yield "The order of the questions changed"


def _question(where: str, before: Question, after: Question) -> Iterator[str]:
    for name, words in _TEXTS.items():
        yield from _text(f"{where}: {words}", getattr(before, name), getattr(after, name))
    for name, words in _PARTS.items():
        yield from _value(f"{where}: {words}", getattr(before, name), getattr(after, name))
    yield from _choices(where, before, after)
    yield from _rules(where, before.show_if, after.show_if)


def _choices(where: str, before: Question, after: Question) -> Iterator[str]:
    old: Mapping[str, Choice] = {choice.value: choice for choice in before.choices}
    new: Mapping[str, Choice] = {choice.value: choice for choice in after.choices}
    for value in (value for value in old if value not in new):
        yield f"{where}: choice {_short(value)} removed"
    for value in (value for value in new if value not in old):
        yield f"{where}: choice {_short(value)} added"
    for value in (value for value in new if value in old):
        yield from _text(f"{where}: choice {_short(value)}", old[value].label, new[value].label)
    if [v for v in old if v in new] != [v for v in new if v in old]:
        yield f"{where}: the order of the choices changed"


def _rules(where: str, before: tuple[ShowIf, ...], after: tuple[ShowIf, ...]) -> Iterator[str]:
    for rule in before:
        if rule not in after:
            yield f"{where}: no longer shown if {_rule(rule)}"
    for rule in after:
        if rule not in before:
            yield f"{where}: shown if {_rule(rule)}"


def _rule(rule: ShowIf) -> str:
    if rule.any_of:
        return f"{_short(rule.question)} is {' or '.join(map(_short, rule.any_of))}"
    ends = (("at least", rule.at_least), ("at most", rule.at_most))
    said = " and ".join(f"{words} {bound:g}" for words, bound in ends if bound is not None)
    return f"{_short(rule.question)} is {said}"


def _text(where: str, before: Text, after: Text) -> Iterator[str]:
    several = len({*before, *after}) > 1
    for tag in dict.fromkeys([*before, *after]):
        words = f"{where} ({tag})" if several else where
        yield from _value(words, before.get(tag), after.get(tag))


def _value(where: str, before: object, after: object) -> Iterator[str]:
    if before == after:
        return
    if before in (None, ""):
        yield f"{where} is now {_said(after)}"
    elif after in (None, ""):
        yield f"{where} is no longer {_said(before)}"
    else:
        yield f"{where} changed from {_said(before)} to {_said(after)}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return _short(value) if isinstance(value, str) else str(value)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}”"
