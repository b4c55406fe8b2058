"""What may be answered to each type of question, and in which form it is kept."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite

from tellback.core.addresses import normalise_address
from tellback.core.errors import Fault
from tellback.core.instants import parse_instant
from tellback.core.model import NEGATIVE, POSITIVE, RATED, AnswerValue, Question, QuestionType

MAX_TEXT = 10_000
MAX_SHORT_TEXT = 1_000
MAX_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3
#: What the two answers to a binary question count as.
VOTES = {POSITIVE: 1, NEGATIVE: -1}
_MAX_NUMBER = 10**15
_NUMERIC = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})\Z", re.ASCII)


class WrongAnswer(Exception):
    """A value that a question does not take: the kind of fault, and the rule."""

    def __init__(self, fault: Fault, rule: str) -> None:
        self.fault, self.rule = fault, rule
        super().__init__(rule)


def clean_answer(question: Question, value: object) -> AnswerValue:
    """An answer in the form that is kept; `WrongAnswer` where the question does not take it.

    Rated questions take whole numbers of their scale; choices are exact; several choices are a
    list, and as some clients send every choice as a list, a list of one is also that one choice.
    """
    return _CHECKS[question.type](question, value)


def _whole(question: Question, value: object) -> AnswerValue:
    if type(value) is not int:
        raise WrongAnswer(Fault.FORMAT, "must be a whole number")
    # A scale may descend, from very easy to very hard.
    low, high = sorted((question.minimum, question.maximum))
    if not low <= value <= high:
        raise WrongAnswer(Fault.VALUE, f"must be from {low} to {high}")
    return value


def _one(value: object) -> object:
    """Some clients send every choice as a list; a list of one is that one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _text(longest: int) -> Callable[[Question, object], AnswerValue]:
    def check(_question: Question, value: object) -> AnswerValue:
        if not isinstance(value, str):
            raise WrongAnswer(Fault.FORMAT, "must be a text")
        if len(value) > longest:
            raise WrongAnswer(Fault.VALUE, f"must have at most {longest} characters")
        if "\0" in value:
            raise WrongAnswer(Fault.FORMAT, "must not contain the character NUL")
        return value

    return check


def _vote(_question: Question, value: object) -> AnswerValue:
    vote = _one(value)
    if not isinstance(vote, str) or vote not in VOTES:
        raise WrongAnswer(Fault.VALUE, f"must be {POSITIVE} or {NEGATIVE}")
    return vote


def _choice(question: Question, value: object) -> AnswerValue:
    chosen = _one(value)
    if not isinstance(chosen, str):
        raise WrongAnswer(Fault.FORMAT, "must be one of the choices")
    if all(chosen != choice.value for choice in question.choices):
        raise WrongAnswer(Fault.VALUE, "is not one of the choices")
    return chosen


def _choices(question: Question, value: object) -> AnswerValue:
    chosen = [value] if isinstance(value, str) else value
    if not isinstance(chosen, list):
        raise WrongAnswer(Fault.FORMAT, "must be a list of choices")
    members = [item for item in chosen if isinstance(item, str)]
    allowed = {choice.value for choice in question.choices}
    if len(members) != len(chosen) or not allowed.issuperset(members):
        raise WrongAnswer(Fault.VALUE, "has a member that is not one of the choices")
    if len(set(members)) != len(members):
        raise WrongAnswer(Fault.DUPLICATE, "has the same choice twice")
    return members


def _number(_question: Question, value: object) -> AnswerValue:
    number = value
    if isinstance(number, str) and _NUMERIC.match(number):
        number = float(number) if "." in number else int(number)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise WrongAnswer(Fault.FORMAT, "must be a number")
    if not isfinite(number) or abs(number) > _MAX_NUMBER:
        raise WrongAnswer(Fault.VALUE, "is too large")
    return number


def _address(_question: Question, value: object) -> AnswerValue:
    if not isinstance(value, str) or normalise_address(value, MAX_ADDRESS) is None:
        raise WrongAnswer(Fault.FORMAT, "must be an e-mail address")
    return value


def _date(_question: Question, value: object) -> AnswerValue:
    if isinstance(value, str) and (_is_day(value) or parse_instant(value) is not None):
        return value
    raise WrongAnswer(Fault.FORMAT, "must be a date such as 2026-01-31")


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


_CHECKS: Mapping[QuestionType, Callable[[Question, object], AnswerValue]] = {
    **dict.fromkeys(RATED, _whole),
    QuestionType.BINARY: _vote,
    QuestionType.SINGLE_CHOICE: _choice,
    QuestionType.DROPDOWN: _choice,
    QuestionType.MULTIPLE_CHOICE: _choices,
    QuestionType.SHORT_TEXT: _text(MAX_SHORT_TEXT),
    QuestionType.LONG_TEXT: _text(MAX_TEXT),
    QuestionType.NUMBER: _number,
    QuestionType.EMAIL: _address,
    QuestionType.DATE: _date,
}
