"""What each type of question takes."""

from typing import Any

import pytest

from tellback.core.answer_values import MAX_SHORT_TEXT, MAX_TEXT, WrongAnswer, clean_answer
from tellback.core.model import Choice, Question, QuestionType

T = QuestionType
CHOICES = tuple(Choice(value, {}) for value in ("red", "Red", "blue green"))


def question(kind: QuestionType, low: int = 1, high: int = 5) -> Question:
    return Question("q", kind, {}, minimum=low, maximum=high, choices=CHOICES)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (T.NPS, 1, 1),
        (T.SCALE, 5, 5),
        (T.STARS, 3, 3),
        (T.SMILEY, 2, 2),
        (T.BINARY, "positive", "positive"),
        (T.BINARY, ["negative"], "negative"),
        (T.SINGLE_CHOICE, "Red", "Red"),
        (T.SINGLE_CHOICE, ["red"], "red"),
        (T.DROPDOWN, "blue green", "blue green"),
        (T.MULTIPLE_CHOICE, ["red", "Red"], ["red", "Red"]),
        (T.MULTIPLE_CHOICE, "red", ["red"]),
        (T.MULTIPLE_CHOICE, [], []),
        (T.SHORT_TEXT, "", ""),
        (T.LONG_TEXT, "x" * MAX_TEXT, "x" * MAX_TEXT),
        (T.LONG_TEXT, "𝒳\n", "𝒳\n"),
        (T.NUMBER, 0, 0),
        (T.NUMBER, "-12", -12),
        (T.NUMBER, "1.50", 1.5),
        (T.NUMBER, ".5", 0.5),
        (T.NUMBER, 2.5, 2.5),
        (T.EMAIL, "Alice@Example.org", "Alice@Example.org"),
        (T.DATE, "2024-02-29", "2024-02-29"),
        (T.DATE, "2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z"),
    ],
)
def test_takes(kind: QuestionType, value: Any, kept: Any) -> None:
    cleaned = clean_answer(question(kind), value)
    assert cleaned == kept
    assert type(cleaned) is type(kept)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((T.NPS, value) for value in (0, 6, -1, "3", 3.0, True, None, [3], ["3"])),
        (T.BINARY, "Positive"),
        (T.BINARY, 1),
        (T.BINARY, ["positive", "negative"]),
        (T.SINGLE_CHOICE, "RED"),
        (T.SINGLE_CHOICE, "red "),
        (T.SINGLE_CHOICE, ["red", "Red"]),
        (T.SINGLE_CHOICE, 1),
        (T.MULTIPLE_CHOICE, ["red", "red"]),
        (T.MULTIPLE_CHOICE, ["red", "pink"]),
        (T.MULTIPLE_CHOICE, [1]),
        (T.MULTIPLE_CHOICE, 1),
        (T.SHORT_TEXT, "x" * (MAX_SHORT_TEXT + 1)),
        (T.LONG_TEXT, "x" * (MAX_TEXT + 1)),
        (T.LONG_TEXT, "a\0b"),
        (T.LONG_TEXT, 5),
        (T.LONG_TEXT, ["a", "b"]),
        (T.LONG_TEXT, ["a"]),
        (T.SHORT_TEXT, ["x"]),
        (T.NUMBER, ["5"]),
        (T.EMAIL, ["a@example.org"]),
        (T.DATE, ["2026-01-31"]),
        *(
            (T.NUMBER, value)
            for value in (True, "", "1e5", "0x1", "1,5", "٣", 10**16, float("inf"))
        ),
        (T.NUMBER, float("nan")),
        (T.EMAIL, "alice"),
        (T.EMAIL, "alice@example"),
        (T.DATE, "2026-02-30"),
        (T.DATE, "31.01.2026"),
        (T.DATE, 5),
    ],
)
def test_refuses(kind: QuestionType, value: Any) -> None:
    with pytest.raises(WrongAnswer):
        clean_answer(question(kind), value)


def test_a_scale_may_descend_and_be_negative() -> None:
    for low, high in ((5, -5), (-5, 5)):
        assert clean_answer(question(T.SCALE, low, high), -5) == -5
        with pytest.raises(WrongAnswer):
            clean_answer(question(T.SCALE, low, high), 6)


def test_every_type_is_known() -> None:
    for kind in QuestionType:
        with pytest.raises(WrongAnswer):
            clean_answer(question(kind), {})
