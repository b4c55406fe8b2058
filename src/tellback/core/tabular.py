"""Tables in text files, as spreadsheets write them: their characters, separator and records.

RFC 4180, and what people have instead: other separators, other encodings, a byte order mark.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tellback.core.errors import Fault, Invalid, Problem

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEPARATORS = ",;\t|"
#: What some spreadsheets write before the head to say how they separate.
_ANNOUNCES = "sep="


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and how its characters were written; ``guessed``: nothing in it says so."""

    text: str
    encoding: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line (from 1) on which it begins, and its cells, or what is wrong."""

    line: int
    cells: Sequence[str]
    problem: str | None = None


def decode(content: bytes) -> Decoded:
    """The text of a file: UTF-8 or UTF-16 with or without a mark, else Windows-1252 (Latin-1).

    `Invalid` where a file announces an encoding and breaks it.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    encoding = encoding or _wide(content)
    try:
        if encoding is not None:
            return Decoded(content.decode(encoding), _NAMES[encoding])
        return Decoded(content.decode(), "UTF-8")
    except UnicodeDecodeError:
        if encoding is not None:
            rule = f"says that it is {_NAMES[encoding]}, and is not"
            raise Invalid(Problem(Fault.FORMAT, rule, "file")) from None
    # A byte that Windows-1252 leaves open is none to stop at: it is looked at before it is used.
    return Decoded(content.decode("cp1252", "replace"), "Windows-1252 (Latin-1)", guessed=True)


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark shows by the zeros beside the letters of its head."""
    start = content[:200]
    odd, even = start[1::2].count(0), start[::2].count(0)
    if max(odd, even) * 4 < len(start):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def separator_of(text: str) -> str:
    """What separates the cells: what is most often in the first line, outside quotes."""
    first = text.partition("\n")[0].rstrip("\r")
    if first.lower().startswith(_ANNOUNCES) and len(first) == len(_ANNOUNCES) + 1:
        return first[-1]
    bare = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=bare.count)


def records(text: str, separator: str) -> Iterator[Record]:
    """The records that are not empty. A quoted cell may hold line breaks and separators."""
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    end = 0
    while True:
        line = end + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(line, (), _why(str(error)))
        else:
            if any(cell.strip() for cell in cells) and not _is_announcement(line, cells, separator):
                yield Record(line, [cell.strip() for cell in cells])
        end = reader.line_num


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends: those of three kinds of systems, and no others."""
    return (found[0] for found in _LINE.finditer(text))


def _is_announcement(line: int, cells: Sequence[str], separator: str) -> bool:
    return line == 1 and separator.join(cells).lower() == _ANNOUNCES + separator


def _why(error: str) -> str:
    if "end of data" in error:
        return "a quotation mark that opens here is never closed"
    if "limit" in error:
        return "a cell is longer than 131,072 characters"
    return "a quotation mark stands inside a cell; write it twice"
