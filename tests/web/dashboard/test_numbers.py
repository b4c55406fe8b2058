"""Numbers as people read them."""

import pytest

from tellback.web.dashboard.numbers import count, figure, plural, sentence, share, size


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (999, "999"), (12345, "12,345"), (-1234, "−1,234")]
)
def test_count(value: int, text: str) -> None:
    assert count(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "–"),
        (0, 5, "0 %"),
        (1, 1000, "< 1 %"),
        (1, 3, "33 %"),
        (999, 1000, "> 99 %"),
        (5, 5, "100 %"),
    ],
)
def test_share(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (73.33, 0, False, "73"),
        (73.33, 1, False, "73.3"),
        (41.6, 0, True, "+42"),
        (-41.6, 0, True, "−42"),
        (-0.3, 0, True, "0"),
        (0.3, 0, True, "0"),
        (0.0, 1, True, "0.0"),
        (-100, 0, False, "−100"),
    ],
)
def test_figure(value: float, decimals: int, signed: bool, text: str) -> None:
    assert figure(value, decimals, signed) == text


@pytest.mark.parametrize(
    ("octets", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (2_621_440, "2.5 MB")]
)
def test_size(octets: int, text: str) -> None:
    assert size(octets) == text


def test_plural() -> None:
    assert [plural(n, "answer") for n in (0, 1, 2000)] == ["0 answers", "1 answer", "2,000 answers"]
    assert plural(2, "reply", "replies") == "2 replies"


def test_sentence() -> None:
    assert [sentence(t) for t in ("positive: Great", "", "ß")] == ["Positive: Great", "", "SS"]
