"""JSON or XML: what a request is in, what its reply should be in, and writing either."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tellback.dialects.contract import HttpReply, HttpRequest, UnsupportedMediaType, WireError
from tellback.dialects.parsing import Element, write_json, write_xml

_JSON = frozenset({"application/json", "text/json"})
_XML = frozenset({"application/xml", "text/xml"})
_READ = _JSON | _XML | {""}
_ANY = frozenset({"*/*", "application/*", "text/*"})
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")
#: Below are other resources, whose form is in their names.
SERVICE = "/service/"


class NotAcceptable(WireError):
    """The reply can be JSON or XML, of which none is accepted."""


def check(request: HttpRequest) -> None:
    """Refuse by the head what cannot be read or answered. A GET's content type is nobody's."""
    if _suffix(request) is None and request.headers.get("accept") and not _accepted_by(request):
        raise NotAcceptable
    if request.method != "GET" and _media(request) not in _READ:
        raise UnsupportedMediaType("The body must be JSON or XML.")


def is_xml_body(request: HttpRequest) -> bool:
    """Whether the body is XML: by its type, or, where none is given, by how it begins."""
    media = _media(request)
    return media in _XML if media else request.body.lstrip()[:1] == b"<"


def wants_xml(request: HttpRequest) -> bool:
    """Whether the reply is to be XML.

    The path's suffix says so, or else the Accept header, or else the request's own format. Without
    any hint it is XML: clients from before there was JSON send none.
    """
    suffix = _suffix(request)
    if suffix is not None:
        return suffix == "xml"
    named = [media for media in _accepted_by(request) if media not in _ANY]
    if named:
        return named[0] in _XML
    return request.method == "GET" or _media(request) not in _JSON


def reply(
    request: HttpRequest,
    status: int,
    value: Any,
    element: Element,
    headers: tuple[tuple[str, str], ...] = (),
) -> HttpReply:
    """A reply in the format that is wanted. The types are bare: clients compare them whole."""
    if wants_xml(request):
        return HttpReply(status, write_xml(element), "application/xml", headers)
    return HttpReply(status, write_json(value), "application/json", headers)


def _suffix(request: HttpRequest) -> str | None:
    ending = request.path.rpartition(".")[2]
    if ending in ("json", "xml"):
        return ending
    return "json" if SERVICE in request.path else None


def _media(request: HttpRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _accepted_by(request: HttpRequest) -> tuple[str, ...]:
    return _accepted(request.headers.get("accept", ""))


@lru_cache(64)
def _accepted(header: str) -> tuple[str, ...]:
    """The types that are accepted and that we know, the dearest first."""
    ranges = sorted(_ranges(header), key=lambda one: -one[0])
    return tuple(media for weight, media in ranges if weight > 0)


def _ranges(header: str) -> Iterator[tuple[float, str]]:
    for part in header.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [match[1] for match in map(_WEIGHT.match, parameters) if match]
        if media in _JSON or media in _XML or media in _ANY:
            yield float(weights[0]) if weights else 1.0, media
