"""What other people sent, as the pages show it: short enough, and in words."""

from typing import Any

#: What is longer than this many characters or lines is folded.
_MOST_CHARACTERS, _MOST_LINES = 600, 10


def opening(text: str) -> str:
    """As much of a text as is shown at first: all of it, or what ends at a word."""
    lines = text.split("\n")
    first = "\n".join(lines[:_MOST_LINES])
    if len(first) <= _MOST_CHARACTERS:
        return first
    cut = first[:_MOST_CHARACTERS]
    head, space, _ = cut.rpartition(" ")
    return head if space and len(head) > _MOST_CHARACTERS // 2 else cut


def in_words(value: Any) -> str:
    """A property's value: ``true`` and not Python's ``True``, lists with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(in_words(each) for each in value)
    return str(value)
