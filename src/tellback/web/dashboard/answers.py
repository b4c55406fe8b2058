"""A response's answers as people read them: the question in words, and what was said to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tellback.core.mailed import scale_of
from tellback.core.model import (
    DEFAULT_LANGUAGE,
    RATED,
    AnswerValue,
    Project,
    Question,
    QuestionType,
    SurveyDefinition,
)
from tellback.web.respond.choices import labels_of
from tellback.web.respond.fields import shown_answer
from tellback.web.respond.texts import NO_WORDS, Reader, Words


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and what was answered: several where several could be chosen."""

    question: Words
    said: Sequence[Words]


def reader_for(project: Project) -> Reader:
    """Who reads a project's pages: its surveys in its own language, around it our English."""
    return Reader((project.settings.language.lower(),), DEFAULT_LANGUAGE)


def answers_of(
    given: Mapping[str, AnswerValue], definition: SurveyDefinition | None, reader: Reader
) -> list[Answered]:
    """All answers in the survey's order; last what the survey, as it was answered, never asked."""
    questions = definition.questions if definition else ()
    asked = [
        Answered(
            reader.pick(question.text) or Words(question.name or question.id),
            _said(question, reader, given[question.id]),
        )
        for question in questions
        if question.id in given
    ]
    known = {question.id for question in questions}
    rest = [(name, value) for name, value in given.items() if name not in known]
    return asked + [Answered(Words(name), _plain(value)) for name, value in rest]


def _said(question: Question, reader: Reader, value: AnswerValue) -> list[Words]:
    if question.type not in RATED or not isinstance(value, int | float):
        return shown_answer(question, reader, value)
    steps = scale_of(question)
    unit = " stars" if question.type is QuestionType.STARS else ""
    step = Words(f"{value:g} of {max(steps[0], steps[-1])}{unit}")
    meaning = labels_of(question, reader).get(f"{value:g}", NO_WORDS)
    return [step, meaning] if meaning else [step]


def _plain(value: AnswerValue) -> list[Words]:
    return [Words(str(one)) for one in (value if isinstance(value, list) else [value])]
