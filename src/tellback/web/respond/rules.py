"""When a question is shown: in words for everybody, and as data for the page's script."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from tellback.core.model import RATED, Question, ShowIf
from tellback.web.respond.choices import options_of
from tellback.web.respond.form import field_name
from tellback.web.respond.texts import Reader, Words


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule in words: the question that it is about, and the answers that it asks for."""

    question: Words
    answers: Sequence[Words]


def clauses_of(question: Question, about: Mapping[str, Question], reader: Reader) -> list[Clause]:
    """A question's rules in words; any of them shows it."""
    ruled = ((rule, about[rule.question]) for rule in question.show_if if rule.question in about)
    return [Clause(reader.pick(on.text), _answers(rule, on, reader)) for rule, on in ruled]


def rules_data(question: Question, about: Mapping[str, Question]) -> str:
    """A question's rules as the page's script reads them; empty where it has none."""
    rules = [
        _data(rule, about[rule.question]) for rule in question.show_if if rule.question in about
    ]
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":")) if rules else ""


def _data(rule: ShowIf, on: Question) -> dict[str, Any]:
    data: dict[str, Any] = {"on": field_name(on)}
    if rule.any_of:
        data["any"] = rule.any_of
    if rule.at_least is not None:
        data["min"] = _whole(rule.at_least)
    if rule.at_most is not None:
        data["max"] = _whole(rule.at_most)
    return data


def _answers(rule: ShowIf, on: Question, reader: Reader) -> list[Words]:
    if not rule.any_of:
        return [Words(_range(rule, on, reader))]
    labels = {option.value: option.label for option in options_of(on, reader)}
    return [labels.get(value) or Words(value) for value in rule.any_of]


def _range(rule: ShowIf, on: Question, reader: Reader) -> str:
    low, high = rule.at_least, rule.at_most
    if on.type in RATED:
        # A scale has ends, and no halves.
        first, last = sorted((on.minimum, on.maximum))
        low = first if low is None else max(first, ceil(low))
        high = last if high is None else min(last, floor(high))
    texts = reader.texts
    if low is not None and high is not None:
        between = texts.between.format(low=_plain(low), high=_plain(high))
        return _plain(low) if low == high else between
    if low is not None:
        return texts.at_least.format(low=_plain(low))
    return texts.at_most.format(high=_plain(high or 0))


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


def _plain(number: float) -> str:
    return f"{number:.15g}"
