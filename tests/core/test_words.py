"""Words: whatever is looked for is led to by every text that contains it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.words import STRIDE, Part, parts_of, words_of

TEXTS = st.text(st.sampled_from("abÄß é_7,.-%\n"), max_size=300)
LONG = st.builds(lambda one, times, two: one * times + two, TEXTS, st.integers(1, 9), TEXTS)


def leads_to(part: Part, word: str) -> bool:
    """Whether a part may stand in a word."""
    if part.whole:
        return part.text == word
    if not part.open_start:
        return word.startswith(part.text)
    return part.text in word if part.open_end else word.endswith(part.text)


def test_words_are_small_and_none_comes_twice() -> None:
    assert words_of("Too late, TOO bad: 50% off_line Ärger") == {
        "too",
        "late",
        "bad",
        "50",
        "off_line",
        "ärger",
    }


def test_only_what_stands_between_others_is_whole() -> None:
    assert parts_of("oo late for me") == [
        Part("oo", open_start=True, open_end=False),
        Part("late", open_start=False, open_end=False),
        Part("for", open_start=False, open_end=False),
        Part("me", open_start=False, open_end=True),
    ]
    assert parts_of(" late.") == [Part("late", open_start=False, open_end=False)]
    assert parts_of("%!") == []


def test_long_words_are_kept_in_pieces() -> None:
    word = "".join(chr(ord("a") + n % 26) for n in range(1_000))
    pieces = words_of(word)
    assert max(map(len, pieces)) == 2 * STRIDE
    assert len(pieces) <= 1_000 / STRIDE
    for start in range(1_000 - STRIDE):
        assert any(word[start : start + STRIDE] in piece for piece in pieces)


@given(text=st.one_of(TEXTS, LONG), start=st.integers(0, 400), length=st.integers(1, 120))
def test_any_run_of_a_text_leads_to_its_words(text: str, start: int, length: int) -> None:
    wanted = text.lower()[start : start + length]
    words = words_of(text)
    for part in parts_of(wanted):
        assert any(leads_to(part, word) for word in words)


@pytest.mark.parametrize("text", ["", " ", "?!"])
def test_there_may_be_none(text: str) -> None:
    assert words_of(text) == set()
    assert parts_of(text) == []
