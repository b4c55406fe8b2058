"""Checking a value against a JSON schema, with the results of the vendor's validator.

Source: Ajv 8 with ``coerceTypes`` and without ``allErrors``: values are turned into the wanted type
where that is one of JavaScript's own ways, and only the first problem is told.
"""

from collections.abc import Mapping
from decimal import Decimal
from math import inf, isfinite
from typing import Any

from tellback.core.errors import Fault
from tellback.dialects.rocketchat.refusals import BadParams, worded

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": "string", "nullable": True}
_LARGEST_EXACT = 2**53
_WORDS = {"true": True, "false": False}


def strict(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """The schema of an object that has these properties and no others."""
    return {"type": "object", "required": required, "properties": properties}


def listing(items: Schema, least: int = 0, *, nullable: bool = False) -> Schema:
    """The schema of a list."""
    return {"type": "array", "items": items, "least": least, "nullable": nullable}


def checked(schema: Schema, value: Any) -> Any:
    """The value as its schema makes it; `BadParams` with the validator's message."""
    kind = schema["type"]
    if kind == "string" and isinstance(value, str):
        return value
    if schema.get("nullable") and _is_nothing(kind, value):
        return None
    if kind == "object":
        return _object(schema, value)
    if kind == "array":
        return _array(schema, value)
    return _scalar(kind, value)


def _is_nothing(kind: str, value: Any) -> bool:
    """Whether a value becomes null, where that is allowed, since it is not of the wanted type."""
    if value is None:
        return True
    nothing: tuple[Any, ...] = {"string": (), "array": ("", 0)}.get(kind, ("",))
    return not isinstance(value, list | dict) and value in nothing


def _object(schema: Schema, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad("must be object")
    for name in schema["required"]:
        if name not in value:
            raise _bad(f"must have required property '{name}'", Fault.MISSING)
    properties = schema["properties"]
    if not value.keys() <= properties.keys():
        raise _bad("must NOT have additional properties", Fault.UNKNOWN_KEY)
    return {name: checked(properties[name], value[name]) for name in properties if name in value}


def _array(schema: Schema, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _bad("must be array")
    if len(value) < schema["least"]:
        raise _bad(f"must NOT have fewer than {schema['least']} items")
    return [checked(schema["items"], item) for item in value]


def _scalar(kind: str, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise _bad(f"must be {kind}")
    if kind == "string":
        return as_text(value)
    return _number(value) if kind == "number" else _boolean(value)


def _number(value: Any) -> float:
    if value is None or isinstance(value, bool | int | float):
        return value or 0
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise _bad("must be number")
    return number


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        value = _WORDS.get(value, value)
    if value not in (None, False, True):
        raise _bad("must be boolean")
    return bool(value)


def as_text(value: Any) -> str:
    """A JSON scalar as JavaScript makes a text of it, null as the empty one."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < _LARGEST_EXACT:
        return str(value)
    return _number_text(_as_double(value))


def _as_double(value: int | float) -> float:
    """A number as JavaScript reads it: beyond the largest it is infinite."""
    try:
        return float(value)
    except OverflowError:
        return -inf if value < 0 else inf


def _number_text(number: float) -> str:
    """ECMA-262, section 6.1.6.1.20: decimal from 1e-6 up to 1e21, beyond with an exponent."""
    if not isfinite(number):
        return "-Infinity" if number < 0 else "Infinity"
    negative, figures, exponent = Decimal(repr(number)).as_tuple()
    sign, digits = "-" if negative else "", "".join(map(str, figures))
    point = len(digits) + int(exponent)
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _bad(message: str, fault: Fault = Fault.FORMAT) -> Exception:
    return worded(BadParams, message, fault)
