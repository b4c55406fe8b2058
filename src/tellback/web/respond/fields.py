"""Questions as the page shows them: which control, what it offers, what is filled in."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from tellback.core.answer_values import MAX_ADDRESS, MAX_SHORT_TEXT, MAX_TEXT
from tellback.core.mailed import scale_of
from tellback.core.model import RATED, AnswerValue, Question, QuestionType, SurveyDefinition
from tellback.web.respond.choices import Option, ends_of, options_of
from tellback.web.respond.form import Mistake, Typed, field_name
from tellback.web.respond.rules import Clause, clauses_of, rules_data
from tellback.web.respond.texts import NO_WORDS, Reader, Words

_CONTROLS = {
    QuestionType.NPS: "row",
    QuestionType.SCALE: "row",
    QuestionType.STARS: "stars",
    QuestionType.SMILEY: "smileys",
    QuestionType.BINARY: "list",
    QuestionType.SINGLE_CHOICE: "list",
    QuestionType.MULTIPLE_CHOICE: "boxes",
    QuestionType.DROPDOWN: "select",
    QuestionType.SHORT_TEXT: "line",
    QuestionType.LONG_TEXT: "area",
    QuestionType.NUMBER: "line",
    QuestionType.EMAIL: "line",
    QuestionType.DATE: "line",
}
#: How a line is typed: input's type, inputmode, autocomplete.
_LINES = {
    QuestionType.SHORT_TEXT: ("text", "text", "on"),
    QuestionType.NUMBER: ("text", "decimal", "off"),
    QuestionType.EMAIL: ("email", "email", "email"),
    QuestionType.DATE: ("date", "text", "off"),
}
_LONGEST = {
    QuestionType.SHORT_TEXT: MAX_SHORT_TEXT,
    QuestionType.LONG_TEXT: MAX_TEXT,
    QuestionType.EMAIL: MAX_ADDRESS,
}
_STEPPED = frozenset({"row", "stars", "smileys"})
#: Up to so many steps stand in one row, and up to so many in a list.
_MOST_STEPS, _MOST_LISTED = 11, 201
_SHORT_LABEL = 14


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form, ready for the template.

    ``optional`` is what may well be left out; a rating may, but is what the survey is there for.
    ``low`` and ``high`` are what the ends of a row mean, ``between`` the steps between them that
    have a meaning of their own. ``rules`` say when the question is shown, for the page's script,
    and ``clauses`` in words; ``hidden``: what is filled in hides it.
    """

    id: str
    question_id: str
    name: str
    control: str
    label: Words
    required: bool
    optional: bool
    options: Sequence[Option] = ()
    value: str = ""
    placeholder: Words = NO_WORDS
    low: Words = NO_WORDS
    high: Words = NO_WORDS
    between: Sequence[Option] = ()
    rules: str = ""
    clauses: Sequence[Clause] = ()
    hidden: bool = False
    line: tuple[str, str, str] = ("text", "text", "on")
    longest: int | None = None
    mistake: str = ""
    focused: bool = False

    @property
    def is_group(self) -> bool:
        """Whether it is several controls under one legend."""
        return bool(self.options) and self.control != "select"

    @property
    def first_id(self) -> str:
        """Where a link to the field leads, and where the keyboard starts."""
        return f"{self.id}-1" if self.is_group else self.id

    @property
    def is_pair(self) -> bool:
        """Whether it is two short answers, which stand side by side."""
        short = all(len(option.label.text) <= _SHORT_LABEL for option in self.options)
        return self.control == "list" and len(self.options) == 2 and short


def later_comment(definition: SurveyDefinition) -> Question | None:
    """The comment question, where the page that says thank you asks it again if it was left out."""
    comment = definition.comment_question
    if comment is None or comment.required or definition.rating_question is None:
        return None
    return None if comment.show_if else comment


def typed_of(answers: Mapping[str, AnswerValue]) -> dict[str, Sequence[str]]:
    """Stored answers as the form would have sent them."""
    return {
        name: value if isinstance(value, list) else [str(value)] for name, value in answers.items()
    }


def fields_of(
    questions: Sequence[Question],
    reader: Reader,
    typed: Typed,
    mistakes: Mapping[str, Mistake],
    hidden: Container[str] = (),
) -> list[Field]:
    """The form's fields, filled in; the first with a mistake is where the keyboard starts."""
    first = next((question for question in questions if question.id in mistakes), None)
    about = {question.id: question for question in questions}
    return [
        replace(
            _field(f"q{place}", question, reader, typed.get(question.id, ())),
            mistake=_said(mistakes.get(question.id), question, reader),
            focused=question is first,
            rules=rules_data(question, about),
            clauses=clauses_of(question, about, reader),
            hidden=question.id in hidden,
        )
        for place, question in enumerate(questions, start=1)
    ]


def shown_answer(question: Question, reader: Reader, value: AnswerValue) -> list[Words]:
    """A stored answer in the words of the question's choices; a step of a scale is its number."""
    values = typed_of({"": value})[""]
    offered = [] if question.type in RATED else options_of(question, reader)
    labels = {option.value: option.label for option in offered}
    return [labels.get(text) or Words(text) for text in values]


def _field(id_: str, question: Question, reader: Reader, typed: Sequence[str]) -> Field:
    low, high = ends_of(question, reader)
    control = _control(question)
    options = [] if control in {"line", "area"} else options_of(question, reader, typed)
    return Field(
        id=id_,
        question_id=question.id,
        name=field_name(question),
        control=control,
        label=reader.pick(question.text),
        required=question.required,
        optional=not (question.required or question.metric),
        options=options,
        value=typed[0] if typed else "",
        placeholder=reader.pick(question.placeholder),
        low=low,
        high=high,
        between=[option for option in options[1:-1] if option.meaning],
        line=_LINES.get(question.type, ("text", "numeric", "off")),
        longest=_LONGEST.get(question.type),
    )


def _said(mistake: Mistake | None, question: Question, reader: Reader) -> str:
    if mistake is None:
        return ""
    text: str = getattr(reader.texts, mistake)
    return text.format(max=_LONGEST.get(question.type))


def _control(question: Question) -> str:
    """Steps that are too many for a row are chosen from a list, or typed."""
    control = _CONTROLS[question.type]
    steps = len(scale_of(question))
    if control not in _STEPPED or steps <= _MOST_STEPS:
        return control
    return "select" if steps <= _MOST_LISTED else "line"
