"""Reading what every wire reads alike: JSON and XML bodies, keys in heads, whole numbers."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

import msgspec

from tellback.core.errors import Fault, Invalid, Problem
from tellback.dialects.contract import KILOBYTE, Credential, HttpRequest, MalformedBody

_decoder = msgspec.json.Decoder()


def read_json(body: bytes) -> Any:
    """The JSON value of a body; `MalformedBody` with the place when it is none.

    Depth is bounded by the parser's own recursion limit, numbers outside a double become errors.
    """
    try:
        value = _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedBody(f"The body is not valid JSON: {error}") from None
    except UnicodeDecodeError:
        raise MalformedBody("The body is not valid JSON: it is not UTF-8.") from None
    return value


def write_json(value: Any, *, pretty: bool = False) -> bytes:
    """Compact JSON, or indented by two spaces."""
    encoded = msgspec.json.encode(value)
    return msgspec.json.format(encoded, indent=2) if pretty else encoded


MAX_DEPTH = 32
MAX_ELEMENTS = 10_000
MAX_ATTRIBUTES = 32
MAX_ATTRIBUTE = 4096
_PIECE = 64 * KILOBYTE
#: What XML 1.0 has no way to say, and what would not come back as it went.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_TEXT = str.maketrans(_ESCAPES)
_IN_ATTRIBUTE = str.maketrans({**_ESCAPES, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


@dataclass(slots=True)
class Element:
    """An XML element. ``text`` is all that stands directly in it, around its children too."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list["Element"]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]


def read_xml(body: bytes) -> Element:
    """The root element of a body; `MalformedBody` with the reason when it is none.

    It is UTF-8, whatever it declares, or UTF-16 where it begins like that.

    Nothing is ever fetched or expanded: a document type is refused where it begins, and with it
    every entity. Depth, elements and attributes are bounded while reading, so that what is too
    much costs no more than what is allowed.
    """
    tree = _Tree()
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.add_text
    try:
        # In pieces, since a refusal is heard of only at the end of one.
        for start in range(0, len(body), _PIECE):
            parser.Parse(body[start : start + _PIECE], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise MalformedBody(f"The body is not valid XML: {error}") from None
    return tree.root.children[0]


def write_xml(root: Element) -> bytes:
    """An element as a document in UTF-8. Characters that XML does not know are left out."""
    parts = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
    _write(root, parts)
    return "".join(parts).encode()


class _Tree:
    """What has been read so far."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise MalformedBody(f"The body has more than {MAX_ELEMENTS} elements.")
        if len(self._open) > MAX_DEPTH:
            raise MalformedBody(f"The body is nested deeper than {MAX_DEPTH} elements.")
        if len(attributes) > MAX_ATTRIBUTES or any(
            len(value) > MAX_ATTRIBUTE for value in attributes.values()
        ):
            raise MalformedBody("An element has too many or too large attributes.")
        element = Element(name, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def add_text(self, text: str) -> None:
        self._open[-1].text += text


def _refuse_doctype(*_declared: object) -> NoReturn:
    raise MalformedBody("The body must not have a document type.")


def _write(element: Element, parts: list[str]) -> None:
    attributes = "".join(
        f' {name}="{_UNSPEAKABLE.sub("", value).translate(_IN_ATTRIBUTE)}"'
        for name, value in element.attributes.items()
    )
    text = _UNSPEAKABLE.sub("", element.text).translate(_IN_TEXT)
    parts.append(f"<{element.name}{attributes}>{text}")
    for child in element.children:
        _write(child, parts)
    parts.append(f"</{element.name}>")


def basic_user(request: HttpRequest, kind: str) -> Credential | None:
    """The user name of HTTP Basic as a credential; the password is nobody's business."""
    scheme, _, payload = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user = base64.b64decode(payload.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return Credential(kind, "")
    return Credential(kind, user) if user else None


def bearer(request: HttpRequest, kind: str) -> Credential | None:
    """The token of ``Authorization: Bearer`` as a credential."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return Credential(kind, token.strip()) if scheme.lower() == "bearer" and token.strip() else None


def whole_number(request: HttpRequest, name: str, lowest: int, highest: int, default: int) -> int:
    """A query parameter that is a whole number in a range; `Invalid` otherwise."""
    text = request.first(name)
    if text is None:
        return default
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise Invalid(Problem(Fault.FORMAT, "must be a whole number", name))
    number = int(text)
    if not lowest <= number <= highest:
        raise Invalid(Problem(Fault.VALUE, f"must be from {lowest} to {highest}", name))
    return number


def choice(request: HttpRequest, name: str, allowed: tuple[str, ...], default: str) -> str:
    """A query parameter that is one of a few words; `Invalid` otherwise."""
    text = request.first(name)
    if text is None:
        return default
    if text not in allowed:
        raise Invalid(Problem(Fault.VALUE, f"must be one of {', '.join(allowed)}", name))
    return text
