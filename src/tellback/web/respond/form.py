"""What a person sent with the form: the answers, and what is wrong with them."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

from tellback.core.answers import Answers, hidden_questions, read_answers, whole_problems
from tellback.core.errors import Fault, Problem
from tellback.core.model import CHOSEN, RATED, AnswerValue, Question, QuestionType, SurveyDefinition

#: A form's body is never larger than this, in bytes.
MAX_BODY = 256 * 1024
_MOST_FIELDS = 1_000
#: The field that `whole_problems` names where there is no answer at all.
NOTHING_ANSWERED = "answers"
_WHOLE = re.compile(r"-?\d{1,6}\Z", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+\Z", re.ASCII)
_KEPT_CONTROLS = frozenset("\n\t")


#: What stands in the fields, by question id.
Typed = Mapping[str, Sequence[str]]


class Mistake(StrEnum):
    """What is wrong with a field; each has a text."""

    CHOICE = "wrong_choice"
    MISSING = "wrong_missing"
    NUMBER = "wrong_number"
    EMAIL = "wrong_email"
    DATE = "wrong_date"
    LONG = "wrong_long"


_MISTAKES = {
    **dict.fromkeys(RATED | CHOSEN, Mistake.CHOICE),
    QuestionType.SHORT_TEXT: Mistake.LONG,
    QuestionType.LONG_TEXT: Mistake.LONG,
    QuestionType.NUMBER: Mistake.NUMBER,
    QuestionType.EMAIL: Mistake.EMAIL,
    QuestionType.DATE: Mistake.DATE,
}


class Go(StrEnum):
    """Where a button leads: on, to the page before, or to the same page in another language."""

    ON = "on"
    BACK = "back"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent: the texts by question id.

    ``seen`` is the mark of the answers that there were when the page was made (see `mark_of`), and
    ``version`` that of the survey which it showed, if it says so. ``at`` names the page, where
    there are several. ``receipt`` is whose form it is, as the page had it.
    """

    typed: Typed
    comment_only: bool
    seen: str = ""
    version: int | None = None
    at: str | None = None
    go: Go = Go.ON
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form comes to."""

    answers: Answers
    mistakes: Mapping[str, Mistake]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not self.answers and set(self.mistakes.values()) <= {Mistake.MISSING}


def field_name(question: Question) -> str:
    """The name of a question's field."""
    return f"q.{question.id}"


def parse_form(body: bytes) -> Form:
    """Read an URL-encoded form; what is none is an empty one."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        pairs = []
    typed: dict[str, list[str]] = {}
    for name, value in pairs:
        typed.setdefault(name, []).append(clean_text(value))
    fields = {name[2:]: values for name, values in typed.items() if name.startswith("q.")}
    said = {name: values[0] for name, values in typed.items()}
    version, go = said.get("version", ""), said.get("go", "")
    return Form(
        fields,
        "comment" in typed.get("step", ()),
        said.get("seen", ""),
        int(version) if _WHOLE.match(version) else None,
        said.get("at"),
        Go(go) if go in set(Go) else Go.ON,
        said.get("receipt", ""),
    )


def mark_of(answers: Mapping[str, AnswerValue]) -> str:
    """A short mark of answers, so that a form can say which ones its page was made for."""
    if not answers:
        return ""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:16]


def read_form(
    definition: SurveyDefinition, form: Form, asked: Sequence[Question], *, page: bool = False
) -> Sent:
    """The answers to the questions asked, judged as every other channel's are.

    What the other answers hide is left out: a page without script shows every question. On one
    ``page`` of several nothing need be answered but what is required.
    """
    hidden = hidden_by(definition, form.typed, asked)
    visible = [question for question in asked if question.id not in hidden]
    reading = read_answers(definition, _given(form.typed, visible).items())
    whole = whole_problems(definition, reading.answers, partial=form.comment_only)
    if page:
        whole = [problem for problem in whole if problem.field != NOTHING_ANSWERED]
    return Sent(reading.answers, mistakes_of([*reading.problems, *whole], visible))


def hidden_by(definition: SurveyDefinition, typed: Typed, asked: Sequence[Question]) -> set[str]:
    """The questions that what is filled in hides. What is no right answer shows none."""
    right = read_answers(definition, _given(typed, asked).items()).answers
    return hidden_questions(definition, right)


def _given(typed: Typed, asked: Sequence[Question]) -> Answers:
    """What is filled in."""
    values = ((question.id, _value(question, typed.get(question.id, ()))) for question in asked)
    return {id_: value for id_, value in values if value is not None}


def _value(question: Question, typed: Sequence[str]) -> AnswerValue | None:
    texts = [text.strip() for text in typed if text.strip()]
    if not texts:
        return None
    if question.type is QuestionType.MULTIPLE_CHOICE:
        return list(dict.fromkeys(texts))
    if question.type in RATED and _WHOLE.match(texts[0]):
        return int(texts[0])
    if question.type is QuestionType.NUMBER and _DECIMAL_COMMA.match(texts[0]):
        return texts[0].replace(",", ".")
    return texts[0]


def mistakes_of(problems: Sequence[Problem], fields: Sequence[Question]) -> dict[str, Mistake]:
    """Each problem at its field; that nothing at all is answered, at the first."""
    found: dict[str, Mistake] = {}
    for question in fields:
        for problem in problems:
            nothing = problem.field == NOTHING_ANSWERED and question is fields[0]
            if problem.field == question.id or nothing:
                found.setdefault(question.id, _mistake(question, problem))
    return found


def _mistake(question: Question, problem: Problem) -> Mistake:
    if problem.fault is Fault.MISSING and question.type not in RATED | CHOSEN:
        return Mistake.MISSING
    return _MISTAKES[question.type]


def clean_text(text: str) -> str:
    """Line ends as one character, and no other control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc")
