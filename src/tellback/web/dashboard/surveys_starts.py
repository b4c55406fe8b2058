"""What a new survey may begin as: one that works as it is, and that its owner makes their own."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from tellback.core.model import (
    Choice,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
)

_LONGEST_KEY = 50
_NO_KEY = re.compile(r"[^a-z0-9]+")
_COMMENT = Question("comment", QuestionType.LONG_TEXT, {"en": "What is the reason for that?"})


@dataclass(frozen=True, slots=True)
class Start:
    """A survey to begin with: by what it asks, and when that is the right thing to ask."""

    name: str
    about: str
    definition: SurveyDefinition


def _scored(name: str, kind: SurveyType, rating: Question, comment: Question) -> SurveyDefinition:
    return SurveyDefinition(name, kind, (rating, comment))


STARTS = {
    "nps": Start(
        "NPS",
        "How likely people are to recommend you, from 0 to 10. For how they feel about you as a "
        "whole, once in a while.",
        _scored(
            "Recommendation",
            SurveyType.NPS,
            Question(
                "rating",
                QuestionType.NPS,
                {"en": "How likely are you to recommend us to a friend or colleague?"},
                metric="nps",
                choices=(Choice("0", {"en": "Not at all"}), Choice("10", {"en": "Very likely"})),
            ),
            _COMMENT,
        ),
    ),
    "csat": Start(
        "CSAT",
        "How satisfied people are, with five stars. For one thing that has just happened.",
        _scored(
            "Satisfaction",
            SurveyType.CSAT,
            Question(
                "rating",
                QuestionType.STARS,
                {"en": "How satisfied are you?"},
                minimum=1,
                maximum=5,
                metric="csat",
            ),
            Question(
                "comment",
                QuestionType.LONG_TEXT,
                {"en": "What should we do better?"},
                show_if=(ShowIf("rating", at_most=3),),
            ),
        ),
    ),
    "ces": Start(
        "CES",
        "How easy it was, from 1 to 7. For what people came to get done.",
        _scored(
            "Effort",
            SurveyType.CES,
            Question(
                "rating",
                QuestionType.SCALE,
                {"en": "How easy was it to get done what you came for?"},
                minimum=1,
                maximum=7,
                metric="ces",
                choices=(Choice("1", {"en": "Very hard"}), Choice("7", {"en": "Very easy"})),
            ),
            _COMMENT,
        ),
    ),
    "binary": Start(
        "Yes or no",
        "One question, two answers. It is answered by the most people.",
        _scored(
            "Yes or no",
            SurveyType.BINARY,
            Question(
                "rating",
                QuestionType.BINARY,
                {"en": "Did you find what you were looking for?"},
                metric="binary",
            ),
            Question("comment", QuestionType.LONG_TEXT, {"en": "Do you want to tell us more?"}),
        ),
    ),
    "form": Start(
        "Form",
        "Any questions, without a score. For what you want to know in detail.",
        SurveyDefinition(
            "Form",
            SurveyType.FORM,
            (
                Question(
                    "topic",
                    QuestionType.SINGLE_CHOICE,
                    {"en": "What is it about?"},
                    choices=(
                        Choice("question", {"en": "A question"}),
                        Choice("problem", {"en": "A problem"}),
                        Choice("idea", {"en": "An idea"}),
                    ),
                ),
                Question(
                    "comment", QuestionType.LONG_TEXT, {"en": "Tell us about it."}, required=True
                ),
            ),
        ),
    ),
}


def free_key(title: str, taken: Container[str]) -> str:
    """A key that is free, made of a title's letters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = _NO_KEY.sub("-", plain).strip("-")[:_LONGEST_KEY].rstrip("-")
    if not re.search("[a-z]", stem):
        stem = f"survey-{stem}".rstrip("-")
    names = (stem, *(f"{stem}-{number}" for number in range(2, 10_000)))
    return next(name for name in names if name not in taken)
