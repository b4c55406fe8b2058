"""Typed properties: a name keeps the first type that it was seen with, per project."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from math import inf

from tellback.core.errors import Fault, Problem
from tellback.core.instants import format_seconds, is_printed, parse_instant

PropertyValue = str | float | int | bool | list[str] | list[float | int]

MAX_PROPERTIES = 50
MAX_STRING = 255
MAX_NUMBER = 9_999_999_999
MAX_MEMBERS = 20
#: -sys.float_info.max as a whole number: what is below has no float.
_LEAST_FLOAT = -int(1.7976931348623157e308)
_MIN_INTEGER = -(2**63)
# The first character is alphanumeric in Unicode's sense, the rest letters, digits, `_` and `$`.
_NAME = re.compile(r"[^\W_][\w$]{1,74}\Z")
_NUMERIC = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)


class PropertyType(StrEnum):
    """What values a property can have."""

    STRING = "string"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    STRING_SET = "string_set"
    NUMBER_SET = "number_set"


def name_problem(name: str) -> Problem | None:
    """Say what is wrong with a property's name, if anything."""
    if _NAME.match(name):
        return None
    rule = "2 to 75 characters, the first alphanumeric, then letters, digits, _ and $"
    return Problem(Fault.FORMAT, f"property names have {rule}", name[:80])


def clean_value(kind: PropertyType, value: object) -> PropertyValue | None:
    """Bring a value into its stored form; None when it is not a value of that type.

    Numbers may come as numeric strings, dates in any form of `parse_instant`; stored are
    numbers, and dates as ``YYYY-MM-DDTHH:MM:SSZ`` (so that text order is time order).
    """
    return CLEANERS[kind](value)


def clean_number(value: object) -> float | int | None:
    """A finite number of at most 9,999,999,999, given as a number or as a numeric string.

    There is no least one. What no 64-bit integer holds is kept as a float.
    """
    number = _read_number(value) if isinstance(value, str) else value
    # Not isinstance: a bool is an int. Written so that NaN, which compares with nothing, fails too.
    if type(number) is int and number < _MIN_INTEGER:
        number = float(number) if number >= _LEAST_FLOAT else None
    if type(number) is int:
        return number if number <= MAX_NUMBER else None
    if type(number) is float and -inf < number <= MAX_NUMBER:
        return int(number) if number.is_integer() and number >= _MIN_INTEGER else number
    return None


def _read_number(text: str) -> float | int | None:
    if len(text) <= 10 and text.isdigit() and text.isascii():
        return int(text)
    return float(text) if len(text) <= 40 and _NUMERIC.match(text) else None


def _clean_string(value: object) -> str | None:
    # A NUL is not text to every database.
    if isinstance(value, str) and len(value) <= MAX_STRING and "\0" not in value:
        return value
    return None


def _clean_date(value: object) -> str | None:
    if isinstance(value, str) and is_printed(value):
        return value
    at = parse_instant(value)
    return None if at is None else format_seconds(at)


def _clean_boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _clean_set(
    member: Callable[[object], str | float | int | None],
) -> Callable[[object], PropertyValue | None]:
    def clean(value: object) -> PropertyValue | None:
        if not isinstance(value, list) or len(value) > MAX_MEMBERS:
            return None
        members = [member(item) for item in value]
        return None if None in members else members  # type: ignore[return-value]

    return clean


#: `clean_value` by type, for who cleans many.
CLEANERS: Mapping[PropertyType, Callable[[object], PropertyValue | None]] = {
    PropertyType.STRING: _clean_string,
    PropertyType.NUMBER: clean_number,
    PropertyType.DATE: _clean_date,
    PropertyType.BOOLEAN: _clean_boolean,
    PropertyType.STRING_SET: _clean_set(_clean_string),
    PropertyType.NUMBER_SET: _clean_set(clean_number),
}
