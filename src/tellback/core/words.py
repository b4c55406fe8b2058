"""The words of a comment, by which it is found again, and what of a search they can answer.

A search is for any run of characters, whatever their case; words only say where it is worth
looking. Both are taken apart alike, so that nothing is missed.
"""

import re
from dataclasses import dataclass

#: A longer word is kept as pieces of twice this length, each of which begins so far after the one
#: before: then every run of this length lies in one of them as a whole.
STRIDE = 50
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Part:
    """A word of what is looked for; only the beginning, middle or end of one where it is open."""

    text: str
    open_start: bool
    open_end: bool

    @property
    def whole(self) -> bool:
        """Whether only this very word will do."""
        return not (self.open_start or self.open_end)


def words_of(text: str) -> set[str]:
    """The different words of a text, in lower case."""
    words = set(_WORD.findall(text.lower()))
    for word in [word for word in words if len(word) > 2 * STRIDE]:
        words.remove(word)
        words |= {word[at : at + 2 * STRIDE] for at in range(0, len(word), STRIDE)}
    return words


def parts_of(wanted: str) -> list[Part]:
    """The words and parts of words in what is looked for; none if it has only other characters."""
    lowered = wanted.lower()
    return [_part(found, len(lowered)) for found in _WORD.finditer(lowered)]


def _part(found: re.Match[str], length: int) -> Part:
    text = found[0][:STRIDE]
    return Part(text, found.start() == 0, found.end() == length or len(found[0]) > STRIDE)
