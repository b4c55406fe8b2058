"""Answers: which question each belongs to, whether it is right, and what all of them come to."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tellback.core.answer_values import VOTES, WrongAnswer, clean_answer
from tellback.core.errors import Fault, Problem
from tellback.core.model import RATED, AnswerValue, Question, QuestionType, ShowIf, SurveyDefinition

_LEADING_NUMBER = re.compile(r"\s*(-?\d{1,6})(?!\d)", re.ASCII)
_STEP = re.compile(r"0|-?[1-9]\d{0,5}", re.ASCII)

Answers = dict[str, AnswerValue]


@dataclass(frozen=True, slots=True)
class Headline:
    """What a set of answers comes to.

    ``rating`` is the answer to the question that feeds ``metric``: a number on its scale, or 1 and
    -1 for positive and negative. ``comment`` is the first free text that was given. ``completed``:
    every question that was to be seen has an answer.
    """

    metric: str | None
    rating: float | None
    comment: str | None
    completed: bool


@dataclass(slots=True)
class Reading:
    """Answers by question id, and what was wrong with the others, given to the ids ``wrong``."""

    answers: Answers = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)


def read_answers(
    definition: SurveyDefinition,
    given: Iterable[tuple[str, AnswerValue]],
    rating: int | None = None,
    comment: str | None = None,
    *,
    as_text: bool = False,
) -> Reading:
    """Judge answers given by question id or name, and the two that may come without one.

    ``rating`` answers the rating question and ``comment`` the comment question. Saying the same
    thing twice that way is fine, saying two different things is not. Problems name the question
    as it was given. ``as_text``: all values come as texts, so that ratings are read from theirs.
    """
    reading, seen = Reading(), set()
    for name, value in given:
        question = definition.question(name)
        if question is None:
            reading.problems.append(Problem(Fault.NOT_FOUND, "there is no such question", name))
        elif question.id in seen:
            rule = "the question is answered more than once"
            reading.problems.append(Problem(Fault.DUPLICATE, rule, name, question))
        else:
            seen.add(question.id)
            _read(reading, question, _step(question, value) if as_text else value, name)
    if rating is not None:
        _read_shortcut(reading, seen, definition.rating_question, rating, "rating")
    if comment is not None:
        _read_shortcut(reading, seen, definition.comment_question, comment, "comment")
    return reading


def whole_problems(
    definition: SurveyDefinition,
    answers: Mapping[str, AnswerValue],
    *,
    partial: bool = False,
    dismissed: bool = False,
    wrong: Collection[str] = (),
) -> list[Problem]:
    """What is wrong with a set of answers as a whole.

    A hidden question must not be answered. There must be an answer, and one to every required
    question that is not hidden; but not from somebody who dismissed the survey, and the latter not
    while more may come (``partial``). ``wrong`` names what was answered, but could not be taken:
    it counts as answered, since what is wrong with it is said already.
    """
    hidden = hidden_questions(definition, answers)
    problems = [
        Problem(Fault.NOT_APPLICABLE, "the question is hidden by the other answers", one.id, one)
        for one in definition.questions
        if one.id in hidden and (one.id in answers or one.id in wrong)
    ]
    if not answers and not wrong and not dismissed:
        problems.append(Problem(Fault.MISSING, "nothing is answered", "answers"))
    if not partial and not dismissed:
        problems += [
            Problem(Fault.MISSING, "an answer is required", one.id, one)
            for one in definition.questions
            if one.required and one.id not in hidden
            if one.id not in wrong and _is_empty(answers, one)
        ]
    return problems


def headline(definition: SurveyDefinition, answers: Mapping[str, AnswerValue]) -> Headline:
    """The figures and the text that a response is listed and counted by."""
    rated = definition.rating_question
    rating = rating_of(rated, answers[rated.id]) if rated and rated.id in answers else None
    hidden = hidden_questions(definition, answers)
    completed = True
    for question in definition.questions:
        if question.id not in hidden and _is_empty(answers, question):
            completed = False
    return Headline(
        rated.metric if rated else None, rating, _comment(definition, answers), completed
    )


def _comment(definition: SurveyDefinition, answers: Mapping[str, AnswerValue]) -> str | None:
    """The first free text that is there: which one is asked for may depend on the rating."""
    texts = (answers.get(q.id) for q in definition.questions if q.type is QuestionType.LONG_TEXT)
    return next((text for text in texts if isinstance(text, str) and text.strip()), None)


def rating_of(question: Question, value: AnswerValue) -> float | None:
    """An answer as a number: a choice counts by the whole number that it begins with, if any."""
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return None
    if question.type is QuestionType.BINARY:
        return float(VOTES[value])
    number = _LEADING_NUMBER.match(value)
    return float(number[1]) if number else None


def _read(reading: Reading, question: Question, value: AnswerValue, name: str) -> None:
    try:
        reading.answers[question.id] = clean_answer(question, value)
    except WrongAnswer as wrong:
        reading.problems.append(Problem(wrong.fault, wrong.rule, name, question))
        reading.wrong.add(question.id)


def _read_shortcut(
    reading: Reading, seen: set[str], question: Question | None, value: int | str, name: str
) -> None:
    if question is None:
        rule = f"the survey has no {name} question"
        reading.problems.append(Problem(Fault.NOT_APPLICABLE, rule, name))
        return
    spelled = _spell(question, value) if isinstance(value, int) else value
    if question.id not in seen:
        _read(reading, question, spelled, name)
    elif question.id in reading.answers and reading.answers[question.id] != spelled:
        rule = "differs from the answer to the same question"
        reading.problems.append(Problem(Fault.VALUE, rule, name, question))


def _step(question: Question, value: AnswerValue) -> AnswerValue:
    """A step of a scale from its text; where it is none, the text, to be refused."""
    if question.type in RATED and isinstance(value, str) and _STEP.fullmatch(value):
        return int(value)
    return value


def _spell(question: Question, rating: int) -> AnswerValue:
    """A rating in the words of its question; where it has none, as it is, to be refused."""
    if question.type in RATED:
        return rating
    if question.type is QuestionType.BINARY:
        return next((word for word, vote in VOTES.items() if vote == rating), rating)
    values = (choice.value for choice in question.choices)
    return next((value for value in values if rating_of(question, value) == rating), rating)


def hidden_questions(definition: SurveyDefinition, answers: Mapping[str, AnswerValue]) -> set[str]:
    """The questions with rules of which none holds. An answer to a hidden question shows nothing.

    Rules are about earlier questions, so that one pass is enough.
    """
    hidden: set[str] = set()
    for question in definition.questions:
        if question.show_if and not any(
            rule.question not in hidden and holds(rule, answers.get(rule.question))
            for rule in question.show_if
        ):
            hidden.add(question.id)
    return hidden


def holds(rule: ShowIf, answer: AnswerValue | None) -> bool:
    """Whether the answer to a rule's question is one that the rule asks for."""
    if isinstance(answer, int | float):
        low, high = rule.at_least, rule.at_most
        ranged = low is not None or high is not None
        return ranged and (low is None or answer >= low) and (high is None or answer <= high)
    chosen = answer if isinstance(answer, list) else [answer]
    return any(value in rule.any_of for value in chosen)


def _is_empty(answers: Mapping[str, AnswerValue], question: Question) -> bool:
    value = answers.get(question.id)
    return value is None or value == [] or (isinstance(value, str) and not value.strip())
