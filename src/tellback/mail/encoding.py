"""Turn text into the bytes that mail allows: quoted-printable bodies and RFC 2047 headers."""

import base64
import re
import unicodedata

from tellback.mail.errors import HeaderRefused

_LINE_LIMIT = 76
_CHUNK = _LINE_LIMIT - 3  # leaves room for a soft break's "=" and for one more escape
_WORD_LIMIT = 64  # a whole encoded-word; leaves room for the header's name on its first line
_HARD_LIMIT = 998  # RFC 5322 section 2.1.1

_PLAIN_LINE = re.compile(r"[ !-<>-~]+")
_UNSAFE_RUN = re.compile(rb"[^\t -<>-~]+|=+")
_SAFE_IN_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def quoted_printable(text: str) -> bytes:
    """Encode a piece of a body so that pieces may simply be joined (RFC 2045 section 6.7).

    The result starts at and returns to the left margin, if need be by a soft line break, so
    that no joint makes a line longer than 76. Every kind of line break becomes CRLF. A lone
    surrogate, which no mail could carry, becomes a question mark.
    """
    if _PLAIN_LINE.fullmatch(text):
        line = text.encode("ascii")
        chunks = [line[start : start + _CHUNK] for start in range(0, len(line), _CHUNK)]
        return b"=\r\n".join(map(_guard_start, chunks)) + b"=\r\n"
    data = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    *lines, rest = data.split(b"\n")
    whole = b"".join(_wrap(_guard_end(_escape(line))) + b"\r\n" for line in lines)
    return whole + (_wrap(_escape(rest)) + b"=\r\n" if rest else b"")


def _escape(line: bytes) -> bytes:
    return _UNSAFE_RUN.sub(lambda run: b"=" + run[0].hex("=").upper().encode("ascii"), line)


def _guard_end(line: bytes) -> bytes:
    """Escape a blank before a hard line break: relays may trim it."""
    return line[:-1] + b"=%02X" % line[-1] if line.endswith((b" ", b"\t")) else line


def _wrap(line: bytes) -> bytes:
    if len(line) <= _CHUNK:
        return _guard_start(line)
    chunks = []
    start = 0
    while start < len(line):
        end = min(start + _CHUNK, len(line))
        escape = line.rfind(b"=", end - 2, end) if end < len(line) else -1
        end = end if escape < 0 else escape
        chunks.append(_guard_start(line[start:end]))
        start = end
    return b"=\r\n".join(chunks)


def _guard_start(line: bytes) -> bytes:
    """Escape a leading dot (SMTP doubles it) and a leading "From " (mailboxes mangle it)."""
    if line.startswith((b".", b"From ")):
        return b"=%02X" % line[0] + line[1:]
    return line


def text_words(name: str, value: str) -> list[str]:
    """The words of a header of free text, RFC 2047 encoded only if they must be.

    Raises HeaderRefused for a line break or any other control character.
    """
    refuse_controls(name, value)
    words = value.split(" ")
    if value.isascii() and "=?" not in value and all(0 < len(word) < _WORD_LIMIT for word in words):
        return words
    return encoded_words(value)


def token_words(name: str, value: str) -> list[str]:
    """The words of a header that software reads: ASCII as it stands.

    Raises HeaderRefused for anything but printable ASCII.
    """
    refuse_controls(name, value)
    if not value.isascii() or not value:
        raise HeaderRefused(name, value)
    return value.split()


def header_line(name: str, words: list[str]) -> bytes:
    """``Name: words``, folded between words. Raises HeaderRefused for a word too long for mail."""
    whole = " ".join((f"{name}:", *words))
    if len(whole) <= _LINE_LIMIT:
        return f"{whole}\r\n".encode("ascii")
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _LINE_LIMIT and lines != [f"{name}:"]:
            lines.append("")
        lines[-1] += " " + word
    if max(map(len, lines)) > _HARD_LIMIT:
        raise HeaderRefused(name, " ".join(words))
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def refuse_controls(name: str, value: str) -> None:
    """Raise HeaderRefused for what could end a header line or is no text at all."""
    if value.isascii() and value.isprintable():
        return
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
        raise HeaderRefused(name, value)


def encoded_words(value: str) -> list[str]:
    """RFC 2047 words, each of whole characters, in whichever of the two forms is shorter."""
    words = []
    chunk = ""
    for char in value:
        if len(_encoded_word(chunk + char)) > _WORD_LIMIT:
            words.append(_encoded_word(chunk))
            chunk = ""
        chunk += char
    return [*words, _encoded_word(chunk)]


def _encoded_word(text: str) -> str:
    data = text.encode("utf-8")
    quoted = "".join(
        "_" if byte == 0x20 else chr(byte) if byte in _SAFE_IN_WORD else f"={byte:02X}"
        for byte in data
    )
    based = base64.b64encode(data).decode("ascii")
    return f"=?utf-8?q?{quoted}?=" if len(quoted) <= len(based) else f"=?utf-8?b?{based}?="
