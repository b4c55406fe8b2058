"""The words of the segment language: text in, tokens with their places out, in linear time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tellback.core.errors import Fault, Invalid, Problem

MAX_LENGTH = 4_000
# Below this every whole number is exact in a float and fits every database's integer.
MAX_NUMBER = 10**15


class SegmentError(Invalid):
    """The segment expression is wrong; ``position`` is the 0-based offset of the mistake."""

    def __init__(self, detail: str, position: int, fault: Fault = Fault.FORMAT) -> None:
        self.position = position
        message = f"{detail} (at offset {position})"
        super().__init__(Problem(fault, message, "where"), message=message)


class Kind(StrEnum):
    """What a token is; the values are the group names of the token pattern."""

    STRING = "string"
    DATE = "date"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written, and the 0-based offset of its first character."""

    kind: Kind
    text: str
    position: int

    def __str__(self) -> str:
        return "the end" if self.kind is Kind.END else self.text


# Every repetition is possessive or over disjoint characters: nothing is ever tried twice.
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')
      | (?P<date>[0-9]{4}(?P<join>[:-])[0-9]{2}(?P=join)[0-9]{2}(?:T[0-9:]{8})?(?![\w.:-]))
      | (?P<number>[+-]?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.]))
      | (?P<word>[A-Za-z]++(?!\w))
      | (?P<sign>[<>=]=|[<>()\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# Not text to any database: PostgreSQL refuses NUL, and half a surrogate pair has no encoding.
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def scan(text: str) -> Iterator[Token]:
    """The tokens of a text, the end included; `SegmentError` where it cannot be read."""
    if len(text) > MAX_LENGTH:
        raise SegmentError(f"an expression has at most {MAX_LENGTH} characters", MAX_LENGTH)
    if stray := _NOT_TEXT.search(text):
        raise SegmentError("a character that is not text", stray.start())
    start = _after_space(text, 0)
    while start < len(text):
        found = _TOKEN.match(text, start)
        if not found:
            raise _unreadable(text, start)
        yield Token(Kind(found.lastgroup or ""), found.group(), start)
        start = _after_space(text, found.end())
    yield Token(Kind.END, "", start)


def unquoted(token: Token) -> str:
    """The text that a string token stands for."""
    inner = token.text[1:-1]
    for escape in _ESCAPE.finditer(inner):
        if escape.group(1) not in "\"'\\":
            at = token.position + 1 + escape.start()
            raise SegmentError(r"a backslash stands only before a quote or a backslash: \\", at)
    return _ESCAPE.sub(r"\1", inner)


def number(token: Token) -> float | int:
    """The value of a number token."""
    whole = token.text.lstrip("+-").isdigit()
    value = int(token.text) if whole else float(token.text)
    if abs(value) > MAX_NUMBER:
        raise SegmentError("a number is at most 10 to the power of 15", token.position)
    return value


def _after_space(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] in " \t\r\n":
        offset += 1
    return offset


def _unreadable(text: str, position: int) -> SegmentError:
    if text[position] in "\"'":
        return SegmentError("this quote is never closed", position)
    if text[position] == "=":
        return SegmentError("equality is written ==", position)
    return SegmentError(f"cannot read {text[position : position + 20]!r}", position)
