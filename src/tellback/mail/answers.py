"""How a survey mail offers its answers: two abreast, one below the other, or a row of numbers."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tellback.mail.language import MailTexts
from tellback.mail.marks import Marks
from tellback.mail.survey_mail import MailAnswer, MailSurvey

_WIDEST_PAIR = 12  # columns of a label that fits two abreast on the narrowest phone
_LONGEST_VALUE = 2  # characters that fit a cell of a row
_LONGEST_ROW = 7  # cells abreast on the narrowest phone; more become two rows there
_CELLS = {2: 52, 3: 52, 4: 52, 5: 52, 7: 38}
_WIDEST_ENDS = 300  # pixels
#: The kinds whose answers are words.
_LABELLED = frozenset({"binary", "choice"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer: what is shown on it, what it is called without its place, where it leads."""

    shown: str
    spoken: str
    url: str


@dataclass(frozen=True, slots=True)
class Offers:
    """All answers of a mail, as marks; ``low`` and ``high`` stand below the ends of a row."""

    shape: str
    all: Sequence[Offer]
    low: str = ""
    high: str = ""

    @property
    def halves(self) -> list[Sequence[Offer]]:
        """The row, in two groups that stay together where it must break."""
        if len(self.all) <= _LONGEST_ROW:
            return [self.all]
        middle = (len(self.all) + 1) // 2
        return [self.all[:middle], self.all[middle:]]

    @property
    def cell(self) -> int:
        """The width and height of a cell, in pixels."""
        return _CELLS.get(len(self.all), 44)

    @property
    def gap(self) -> int:
        """The room around a cell, in pixels."""
        return 2 if self.cell > 44 else 1

    @property
    def width(self) -> int:
        """The widest that the texts below a row may reach, in pixels."""
        return max(len(self.all) * (self.cell + 2 * self.gap), _WIDEST_ENDS)


def offers(survey: MailSurvey, texts: MailTexts, marks: Marks) -> Offers:
    """The answers of that survey in the shape that suits them."""
    if survey.kind == "form":
        label = marks.text(texts.form_button)
        return Offers("stack", [Offer(label, label, marks.slot("answer_url"))])
    if _fits_row(survey):
        return _row(survey.answers, survey.kind, texts, marks)
    narrow = all(_columns(answer.label) <= _WIDEST_PAIR for answer in survey.answers)
    pair = narrow and len(survey.answers) == 2
    return Offers(
        "pair" if pair else "stack",
        [_offer(answer, answer.label, answer.label, marks) for answer in survey.answers],
    )


def _fits_row(survey: MailSurvey) -> bool:
    short = all(len(answer.value) <= _LONGEST_VALUE for answer in survey.answers)
    return bool(survey.kind not in _LABELLED and survey.answers and short)


def _row(answers: Sequence[MailAnswer], kind: str, texts: MailTexts, marks: Marks) -> Offers:
    low, high = texts.scales.get(kind, ("", ""))
    first, last = answers[0].value, answers[-1].value
    descending = _is_whole(first) and _is_whole(last) and int(first) > int(last)
    if descending:
        low, high = high, low
    captions = {answer.value: answer.label for answer in answers if answer.label != answer.value}
    ends = {first: low, last: high} | captions

    def spoken(answer: MailAnswer) -> str:
        if ends.get(answer.value):
            return f"{answer.value} – {ends[answer.value]}"
        return texts.position.format(value=answer.value, max=first if descending else last)

    return Offers(
        "row",
        [_offer(answer, answer.face or answer.value, spoken(answer), marks) for answer in answers],
        low=marks.text(_end(answers[0], ends[first])),
        high=marks.text(_end(answers[-1], ends[last])),
    )


def _end(answer: MailAnswer, meaning: str) -> str:
    """What stands below an end of a row. Of a number that nobody sees there it says nothing."""
    numbered = not answer.face or answer.value in answer.face
    return f"{answer.value} = {meaning}" if meaning and numbered else meaning


def _offer(answer: MailAnswer, shown: str, spoken: str, marks: Marks) -> Offer:
    url = f"{marks.slot('answer_url')}?a={quote(answer.value, safe='')}"
    # A label may be nothing but characters that a mail leaves out.
    value = marks.text(answer.value)
    return Offer(marks.text(shown) or value, marks.text(spoken) or value, url)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
