"""Questions as the page shows them: which control, what it offers, what is filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tellback.core.answer_values import MAX_ADDRESS, MAX_SHORT_TEXT, MAX_TEXT
from tellback.core.model import (
    NEGATIVE,
    POSITIVE,
    AnswerValue,
    Question,
    QuestionType,
    SurveyDefinition,
)
from tellback.web.respond.form import Mistake, Typed, field_name
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
class Option:
    """One answer on offer.

    ``position`` ("4 out of 5") and ``meaning`` are for who cannot see its place. ``mood`` is from
    -1, the worst, to 1.
    """

    value: str
    label: Words
    chosen: bool
    position: str = ""
    meaning: Words = NO_WORDS
    mood: float = 0.0


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form, ready for the template.

    ``optional`` is what may well be left out; a rating may, but is what the survey is there for.
    ``low`` and ``high`` are what the ends of a row mean.
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
) -> list[Field]:
    """The form's fields, filled in; the first with a mistake is where the keyboard starts."""
    first = next((q.id for q in questions if q.id in mistakes), None)
    return [
        _field(f"q{number}", question, reader, typed.get(question.id, ()), mistakes, first)
        for number, question in enumerate(questions, start=1)
    ]


def options_of(question: Question, reader: Reader, chosen: Sequence[str] = ()) -> list[Option]:
    """What a question offers, in its order."""
    if question.type is QuestionType.BINARY:
        labels = {choice.value: reader.pick(choice.label) for choice in question.choices}
        own = {POSITIVE: Words(reader.texts.yes), NEGATIVE: Words(reader.texts.no)}
        order = [value for value in labels if value in own] or list(own)
        return [Option(v, labels.get(v) or own[v], v in chosen) for v in order]
    if _CONTROLS[question.type] in _STEPPED:
        return _steps(question, reader, chosen)
    return [Option(c.value, reader.pick(c.label), c.value in chosen) for c in question.choices]


def shown_answer(question: Question, reader: Reader, value: AnswerValue) -> list[Words]:
    """A stored answer in the words of the question's choices."""
    values = typed_of({"": value})[""]
    labels = {option.value: option.label for option in options_of(question, reader)}
    return [labels.get(text) or Words(text) for text in values]


def _field(
    id_: str,
    question: Question,
    reader: Reader,
    typed: Sequence[str],
    mistakes: Mapping[str, Mistake],
    first: str | None,
) -> Field:
    low, high = _ends(question, reader)
    control = _control(question)
    longest = _LONGEST.get(question.type)
    mistake = mistakes.get(question.id)
    return Field(
        id=id_,
        question_id=question.id,
        name=field_name(question),
        control=control,
        label=reader.pick(question.text),
        required=question.required,
        optional=not (question.required or question.metric),
        options=[] if control == "line" else options_of(question, reader, typed),
        value=typed[0] if typed else "",
        placeholder=reader.pick(question.placeholder),
        low=low,
        high=high,
        line=_LINES.get(question.type, ("text", "numeric", "off")),
        longest=longest,
        mistake=getattr(reader.texts, mistake).format(max=longest) if mistake else "",
        focused=question.id == first,
    )


def _control(question: Question) -> str:
    """Steps that are too many for a row are chosen from a list, or typed."""
    control = _CONTROLS[question.type]
    steps = len(_numbers(question))
    if control not in _STEPPED or steps <= _MOST_STEPS:
        return control
    return "select" if steps <= _MOST_LISTED else "line"


def _numbers(question: Question) -> range:
    step = 1 if question.minimum <= question.maximum else -1
    return range(question.minimum, question.maximum + step, step)


def _ends(question: Question, reader: Reader) -> tuple[Words, Words]:
    """What the first and the last step mean, in the survey's words or in ours."""
    numbers = _numbers(question)
    if _CONTROLS[question.type] not in _STEPPED:
        return NO_WORDS, NO_WORDS
    kind = question.metric or question.type.value
    low, high = (Words(text) for text in reader.mail_texts.scales.get(kind, ("", "")))
    ours = (low, high) if numbers.step > 0 else (high, low)
    labels = {choice.value: reader.pick(choice.label) for choice in question.choices}
    return labels.get(str(numbers[0]), ours[0]), labels.get(str(numbers[-1]), ours[1])


def _steps(question: Question, reader: Reader, chosen: Sequence[str]) -> list[Option]:
    numbers = _numbers(question)
    ends = dict(zip((numbers[0], numbers[-1]), _ends(question, reader), strict=True))
    highest = max(numbers[0], numbers[-1])
    options = []
    for place, number in enumerate(numbers):
        position = reader.mail_texts.position.format(value=number, max=highest)
        options.append(
            Option(
                value=str(number),
                label=Words(str(number)),
                chosen=str(number) in chosen,
                position=position,
                meaning=ends.get(number, NO_WORDS),
                mood=2 * place / max(1, len(numbers) - 1) - 1,
            )
        )
    return options
