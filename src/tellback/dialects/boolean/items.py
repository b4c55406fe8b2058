"""Reading an array of objects whose items are judged one by one."""

import json
from math import inf
from typing import Any

import msgspec
from msgspec import Raw

from tellback.core.errors import Fault, Invalid, Problem
from tellback.dialects.contract import MalformedBody

MAX_ITEMS = 10_000
#: Unknown keys that are named per item: a reply must not become larger than what caused it.
MAX_UNKNOWN = 20
_array = msgspec.json.Decoder(list[Raw])
_raw = msgspec.json.Decoder(Raw)
_value = msgspec.json.Decoder()
_LONGEST_NUMBER = 4_000


def read_items(body: bytes) -> list[Raw]:
    """The items of a JSON array, still raw.

    `MalformedBody` where the body is not JSON, `Invalid` where it is no array or has too many.
    """
    try:
        items = _array.decode(body)
    except msgspec.ValidationError:
        _check_syntax(body)
        raise Invalid(Problem(Fault.FORMAT, "The payload must be a JSON array")) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedBody(str(error)) from None
    if len(items) > MAX_ITEMS:
        too_many = f"The payload has {len(items)} items; at most {MAX_ITEMS} are allowed"
        raise Invalid(Problem(Fault.VALUE, too_many))
    return items


def read_object(raw: Raw) -> dict[str, Any]:
    """One item; `Invalid` where it is no object or too deep, `MalformedBody` where no UTF-8.

    How deep is too deep depends on the depth of the caller's own stack: what the array's reader
    has let pass can still be too deep here.
    """
    try:
        value = _read_value(raw)
    except RecursionError:
        raise Invalid(Problem(Fault.FORMAT, "is nested too deeply")) from None
    except UnicodeDecodeError:
        raise MalformedBody("it is not UTF-8") from None
    if not isinstance(value, dict):
        raise Invalid(Problem(Fault.FORMAT, "must be a JSON object"))
    return value


def unknown_keys(item: dict[str, Any], known: frozenset[str]) -> list[Problem]:
    """A problem for each key that is not known, up to a bound."""
    unknown = [key for key in item if key not in known][:MAX_UNKNOWN]
    return [Problem(Fault.UNKNOWN_KEY, "is not supported", key[:80]) for key in unknown]


def _check_syntax(body: bytes) -> None:
    try:
        _raw.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedBody(str(error)) from None


def _read_value(raw: Raw) -> Any:
    try:
        return _value.decode(raw)
    except msgspec.ValidationError:
        # A number that no double holds is valid JSON, so only that value is wrong.
        return json.loads(bytes(raw), parse_int=_whole)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_NUMBER else inf
