"""Reading bodies and queries into what their operation declares."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tellback.core.errors import Fault, Invalid, Problem
from tellback.dialects.contract import MalformedBody
from tellback.web.api.problems import QueryInvalid, pointer
from tellback.web.api.shapes import Items

_PLACE = re.compile(r" - at `(?:key in )?\$(.*)`\Z", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\[\.\.\.\]")
_NAMED = re.compile(r"(?:unknown|required) field `(.*)`\Z", re.DOTALL)
_ESCAPED_NUL = b"\\u0000"
_NO_NUL = "must not contain the character NUL"


def read_body(raw: bytes | msgspec.Raw, kind: Any) -> Any:
    """JSON as what it must be; `Invalid` or `MalformedBody` says what is wrong and where."""
    try:
        value = _decoder(kind).decode(raw)
    except msgspec.ValidationError as error:
        raise Invalid(_problem(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBody(f"The body is not valid JSON: {error}") from None
    except RecursionError:
        raise MalformedBody("The body is nested too deeply.") from None
    if _ESCAPED_NUL in bytes(raw) and not _waits(kind):
        refuse_nul(msgspec.json.decode(raw))
    return value


def read_query(query_string: bytes, kind: type[msgspec.Struct]) -> Any:
    """The parameters of a query as what they must be; `QueryInvalid` otherwise."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
        if name in given:
            raise QueryInvalid(Problem(Fault.DUPLICATE, "is given more than once", name))
        if "\0" in value or "\0" in name:
            raise QueryInvalid(Problem(Fault.FORMAT, _NO_NUL, name.replace("\0", "")))
        given[name] = value
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        rule, parts = _reading(str(error))
        raise QueryInvalid(Problem(Fault.VALUE, rule, str(parts[0]) if parts else None)) from None


def refuse_nul(value: Any) -> None:
    """`Invalid` where a text has the character NUL, which not every database stores."""
    for text, place in _texts(value):
        if "\0" in text:
            raise Invalid(Problem(Fault.FORMAT, _NO_NUL, pointer(place)))


def _texts(value: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every text and the steps to it; a name stands where the object does that has it."""
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    while waiting:
        one, place = waiting.pop()
        if isinstance(one, str):
            yield one, place
        elif isinstance(one, dict):
            yield from ((name, place) for name in one)
            waiting.extend((each, (*place, name)) for name, each in one.items())
        elif isinstance(one, list):
            waiting.extend((each, (*place, number)) for number, each in enumerate(one))


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _waits(kind: Any) -> bool:
    """Whether the members are read later, one by one."""
    return kind is Items


def _problem(message: str) -> Problem:
    rule, parts = _reading(message)
    return Problem(Fault.FORMAT, rule, pointer(parts))


def _reading(message: str) -> tuple[str, list[Any]]:
    """What a decoder's message says, and the steps to the place that it is about."""
    found = _PLACE.search(message)
    rule = message[: found.start()] if found else message
    parts: list[Any] = []
    for step in _STEP.finditer(found[1] if found else ""):
        if step[1] is None and step[2] is None:
            break
        parts.append(step[1] or step[2])
    named = _NAMED.search(rule)
    if named:
        parts.append(named[1])
    return rule, parts
