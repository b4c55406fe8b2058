"""What other people sent, made fit to be shown."""

import pytest

from tellback.web.dashboard.values import in_words, opening


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true"),
        (False, "false"),
        (1, "1"),
        ("x", "x"),
        (["a", True], "a, true"),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    assert in_words(value) == words


def test_a_short_text_is_shown_whole() -> None:
    assert opening("Fine.\nReally.") == "Fine.\nReally."
    assert opening("") == ""


def test_a_long_text_is_cut_at_a_word() -> None:
    text = "word " * 1000
    assert opening(text) == ("word " * 120).rstrip()
    assert opening("x" * 5000) == "x" * 600


def test_many_lines_are_cut_too() -> None:
    assert opening("a\n" * 50) == "\n".join("a" * 10)
