"""A survey's pages, where it has several: which there are, and which comes before and after.

What has been answered decides which pages are to be seen, so that the way through is reckoned anew
after each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tellback.core.answers import hidden_questions, holds
from tellback.core.model import AnswerValue, Question, SurveyDefinition

#: Up to so many questions stand on one page, unless the survey says otherwise.
MOST_TOGETHER = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One page of several, and its place among those that are to be seen, from 1.

    ``before`` and ``after`` name the first question of the pages next to it.
    """

    questions: tuple[Question, ...]
    place: int
    of: int
    before: str | None
    after: str | None

    @property
    def at(self) -> str:
        """The first question: by it a page is named."""
        return self.questions[0].id


def has_steps(definition: SurveyDefinition) -> bool:
    """Whether a survey is asked page by page."""
    return len(definition.questions) > _together(definition)


def find_step(
    definition: SurveyDefinition, answers: Mapping[str, AnswerValue], at: str | None
) -> Step:
    """The page with that question; or, where there is none or it is hidden, the next one."""
    size, hidden = _together(definition), hidden_questions(definition, answers)
    questions = definition.questions
    pages = [questions[start : start + size] for start in range(0, len(questions), size)]
    wanted = next((n for n, page in enumerate(pages) if any(q.id == at for q in page)), 0)
    shown = [n for n, page in enumerate(pages) if any(q.id not in hidden for q in page)]
    here = next((n for n in shown if n >= wanted), shown[-1])
    place = shown.index(here)
    names = [pages[n][0].id for n in shown]
    return Step(
        questions=_ruled(pages[here], answers, hidden),
        place=place + 1,
        of=len(shown),
        before=names[place - 1] if place else None,
        after=names[place + 1] if place + 1 < len(names) else None,
    )


def _together(definition: SurveyDefinition) -> int:
    if definition.per_page is not None:
        # A draft may say anything.
        return max(1, definition.per_page)
    return MOST_TOGETHER if len(definition.questions) <= MOST_TOGETHER else 1


def _ruled(
    page: Sequence[Question], answers: Mapping[str, AnswerValue], hidden: set[str]
) -> tuple[Question, ...]:
    """The questions that may be seen on a page, with the rules that are about this page alone."""
    there = {question.id for question in page}
    found: list[Question] = []
    for question in page:
        seen = {other.id for other in found}
        own = tuple(rule for rule in question.show_if if rule.question in seen)
        met = any(
            rule.question not in there | hidden and holds(rule, answers.get(rule.question))
            for rule in question.show_if
        )
        if own or met or not question.show_if:
            found.append(replace(question, show_if=() if met else own))
    return tuple(found)
