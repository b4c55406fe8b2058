"""How far people come in a survey of several questions, and where they leave it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tellback.core.model import Question


@dataclass(frozen=True, slots=True)
class Course:
    """One response: its answers by question id, and where its author goes on, if that is known."""

    answers: Mapping[str, Any]
    completed: bool
    left_at: str | None


@dataclass(frozen=True, slots=True)
class Reached:
    """A question: how many came to it, how many answered it, and how many left the survey there."""

    question: Question
    came: int
    answered: int
    left: int


def reach_of(questions: Sequence[Question], courses: Iterable[Course]) -> list[Reached]:
    """How many came how far; who finished has come past the last question.

    Somebody who has not finished has come to where they go on, else to the question after the last
    one that they answered. Questions that rules hide are passed like others.
    """
    places = {question.id: place for place, question in enumerate(questions)}
    ends = [0] * (len(questions) + 1)
    answered = dict.fromkeys(places, 0)
    for course in courses:
        ends[_end(course, places)] += 1
        for id_ in course.answers.keys() & places.keys():
            answered[id_] += 1
    return [
        Reached(question, sum(ends[place:]), answered[question.id], ends[place])
        for place, question in enumerate(questions)
    ]


def _end(course: Course, places: Mapping[str, int]) -> int:
    if course.completed:
        return len(places)
    last = max((places[id_] for id_ in course.answers if id_ in places), default=-1)
    # Who has answered the last one, too, has still to send it off.
    return places.get(course.left_at or "", min(last + 1, len(places) - 1))
