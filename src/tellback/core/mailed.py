"""What a mail asks: its question, and the answers that it offers by one click each."""

from tellback.core.model import (
    NEGATIVE,
    POSITIVE,
    RATED,
    Question,
    QuestionType,
    SurveyDefinition,
)

#: More answers than these do not fit a mail: it leads to the page instead.
MOST_STEPS, MOST_CHOICES = 11, 7
_LONGEST_CHOICE = 60  # characters
_ONE_OF = frozenset({QuestionType.SINGLE_CHOICE, QuestionType.DROPDOWN})


def mailed_question(definition: SurveyDefinition) -> Question | None:
    """The question that a survey's mail asks: what the survey is rated by, or its first one."""
    rated = definition.rating_question
    if rated is not None and not rated.show_if:
        return rated
    return next(iter(definition.questions), None)


def offered_values(question: Question | None) -> list[str]:
    """The answers that a mail offers, in their order; none where the page is the better offer."""
    if question is None:
        return []
    if question.type is QuestionType.BINARY:
        return [choice.value for choice in question.choices] or [POSITIVE, NEGATIVE]
    if question.type in RATED:
        steps = scale_of(question)
        return [str(step) for step in steps] if len(steps) <= MOST_STEPS else []
    if question.type in _ONE_OF and _fits(question):
        return [choice.value for choice in question.choices]
    return []


def scale_of(question: Question) -> range:
    """The steps of a scale, which may descend."""
    step = 1 if question.minimum <= question.maximum else -1
    return range(question.minimum, question.maximum + step, step)


def _fits(question: Question) -> bool:
    most = MOST_STEPS if question.metric else MOST_CHOICES
    texts = (text for choice in question.choices for text in (choice.value, *choice.label.values()))
    return len(question.choices) <= most and all(len(text) <= _LONGEST_CHOICE for text in texts)
