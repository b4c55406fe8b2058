"""Per-project integers of a survey's questions: kept from version to version, or taken anew."""

from collections.abc import Mapping
from dataclasses import replace

from tellback.core.model import Question, SurveyDefinition

_LONGEST = 19  # digits of a 63-bit number


def is_number(text: str) -> bool:
    """Whether a text is a number's own way to be written, so that it may be taken for one."""
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= _LONGEST


def number_of(question: Question) -> int | None:
    """The number that a question was given; its id is one if it is a number."""
    if question.number is None and is_number(question.id):
        return int(question.id)
    return question.number


def numbers_of(definition: SurveyDefinition) -> dict[str, int]:
    """The numbers that were given, by the questions' ids."""
    numbers = ((question.id, number_of(question)) for question in definition.questions)
    return {id_: number for id_, number in numbers if number is not None}


def with_numbers(definition: SurveyDefinition, numbers: Mapping[str, int]) -> SurveyDefinition:
    """The same; questions without a number of their own have the one that ``numbers`` gives."""
    known = {**numbers, **numbers_of(definition)}
    questions = (replace(q, number=known.get(q.id)) for q in definition.questions)
    return replace(definition, questions=tuple(questions))


def without_number(definition: SurveyDefinition) -> list[str]:
    """The ids of the questions that have none yet."""
    return [question.id for question in definition.questions if question.number is None]
