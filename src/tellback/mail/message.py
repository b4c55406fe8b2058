"""A mail that is encoded once and then filled in per recipient.

Building an `email.message.EmailMessage` costs about 5 ms, nearly all of it for text that is the
same for every recipient. Here that text is encoded when the message is compiled; filling in
encodes only the values and joins the pieces.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Self

from tellback.mail.address import Mailbox, address_words, mailbox_words
from tellback.mail.encoding import header_line, quoted_printable, text_words, token_words

# "=_" occurs in no quoted-printable body, so the boundary cannot either.
_BOUNDARY = "=_tellback_alternative"
_DELIMITER = f"\r\n--{_BOUNDARY}"
_PREAMBLE = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n'

_MARKUP = re.compile("[&<>\"']")
_HEADER_WORDS = {
    "subject": text_words,
    "to": address_words,
    "from": address_words,
    "reply-to": address_words,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value that differs per recipient."""

    name: str


#: A body, or a header's value: literal text and slots in their order.
Part = str | Slot
HeaderValue = str | Mailbox | Slot

_Encode = Callable[[str], bytes]


@dataclass(slots=True)
class CompiledMessage:
    """A multipart/alternative message of a text and an HTML part, ready to be filled in."""

    _pieces: list[bytes] = field(default_factory=list)
    _encoders: dict[tuple[str, str], _Encode] = field(default_factory=dict)
    _in_bodies: set[str] = field(default_factory=set)
    _holes: list[tuple[int, tuple[str, str]]] = field(default_factory=list)

    @classmethod
    def compile(
        cls,
        headers: Sequence[tuple[str, HeaderValue]],
        text: Sequence[Part],
        html: Sequence[Part],
    ) -> Self:
        """Encode everything that does not differ per recipient.

        Slots in ``html`` are escaped when they are filled; literals are taken as they are.
        Raises HeaderRefused or AddressRefused for a literal that mail cannot carry.
        """
        message = cls()
        for name, value in headers:
            message._add_header(name, value)
        message._add(_PREAMBLE)
        message._add_body("plain", text)
        message._add_body("html", html)
        message._add(f"{_DELIMITER}--\r\n")
        return message

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The message for one recipient, with CRLF line ends.

        Raises KeyError for a missing value, and HeaderRefused or AddressRefused for one that
        does not fit where its slot stands.
        """
        filled = {key: encode(values[key[1]]) for key, encode in self._encoders.items()}
        for name in self._in_bodies:
            value = values[name]
            quoted = filled["plain", name] = quoted_printable(value)
            # Most values say the same in HTML, and need not be quoted twice.
            marked = _MARKUP.search(value)
            filled["html", name] = quoted_printable(escape(value)) if marked else quoted
        pieces = self._pieces.copy()
        for index, key in self._holes:
            pieces[index] = filled[key]
        return b"".join(pieces)

    def _add(self, literal: str) -> None:
        self._pieces.append(literal.encode("ascii"))

    def _add_header(self, name: str, value: HeaderValue) -> None:
        words = _HEADER_WORDS.get(name.lower(), token_words)
        if isinstance(value, Slot):
            self._encoders[name, value.name] = partial(_header, name, words)
            self._add_hole(name, value.name)
        elif isinstance(value, Mailbox):
            self._pieces.append(header_line(name, mailbox_words(name, value)))
        else:
            self._pieces.append(header_line(name, words(name, value)))

    def _add_body(self, subtype: str, parts: Sequence[Part]) -> None:
        self._add(
            f"{_DELIMITER}\r\n"
            f"Content-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        literal = ""
        for part in parts:
            if isinstance(part, str):
                literal += part
                continue
            self._pieces.append(quoted_printable(literal))
            self._in_bodies.add(part.name)
            self._add_hole(subtype, part.name)
            literal = ""
        self._pieces.append(quoted_printable(literal))

    def _add_hole(self, where: str, name: str) -> None:
        self._holes.append((len(self._pieces), (where, name)))
        self._pieces.append(b"")


def _header(name: str, words: Callable[[str, str], list[str]], value: str) -> bytes:
    return header_line(name, words(name, value))
