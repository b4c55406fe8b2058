"""What a question offers: its choices, or the steps of its scale, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.mailed import scale_of
from tellback.core.model import NEGATIVE, POSITIVE, RATED, Question, QuestionType
from tellback.web.respond.texts import NO_WORDS, Reader, Words


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


def options_of(question: Question, reader: Reader, chosen: Sequence[str] = ()) -> list[Option]:
    """What a question offers, in its order."""
    labels = labels_of(question, reader)
    if question.type is QuestionType.BINARY:
        own = {POSITIVE: Words(reader.mail_texts.yes), NEGATIVE: Words(reader.mail_texts.no)}
        order = [value for value in labels if value in own] or list(own)
        return [Option(v, labels.get(v) or own[v], v in chosen) for v in order]
    if question.type in RATED:
        return _steps(question, reader, chosen)
    return [
        Option(value, label or Words(value), value in chosen) for value, label in labels.items()
    ]


def labels_of(question: Question, reader: Reader) -> dict[str, Words]:
    """The question's own words for its answers."""
    return {choice.value: reader.pick(choice.label) for choice in question.choices}


def ends_of(question: Question, reader: Reader) -> tuple[Words, Words]:
    """What the first and the last step mean, in the survey's words or in ours."""
    if question.type not in RATED:
        return NO_WORDS, NO_WORDS
    numbers, labels = scale_of(question), labels_of(question, reader)
    kind = question.metric or question.type.value
    low, high = (Words(text) for text in reader.mail_texts.scales.get(kind, ("", "")))
    ours = (low, high) if numbers.step > 0 else (high, low)
    return labels.get(str(numbers[0])) or ours[0], labels.get(str(numbers[-1])) or ours[1]


def _steps(question: Question, reader: Reader, chosen: Sequence[str]) -> list[Option]:
    numbers, meanings = scale_of(question), labels_of(question, reader)
    low, high = ends_of(question, reader)
    meanings |= {str(numbers[0]): low, str(numbers[-1]): high}
    lowest, highest = sorted((numbers[0], numbers[-1]))
    return [
        Option(
            value=str(number),
            label=Words(str(number)),
            chosen=str(number) in chosen,
            position=reader.mail_texts.position.format(value=number, max=highest),
            meaning=meanings.get(str(number), NO_WORDS),
            mood=2 * (number - lowest) / max(1, highest - lowest) - 1,
        )
        for number in numbers
    ]
