"""Checking a value as Meteor's ``check`` does, of which the vendor's older routes tell the message.

Source: Meteor's package ``check``. A pattern is a type, a list of one pattern, or an `Fields`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tellback.dialects.rocketchat.refusals import MatchFailed, worded

_PLAIN = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with these members, all required or, as ``maybe``, perhaps absent or null."""

    required: Mapping[str, Any] = field(default_factory=dict)
    maybe: Mapping[str, Any] = field(default_factory=dict)
    others: bool = False


def matched(pattern: Any, value: Any) -> Any:
    """The value, where it matches; else `MatchFailed`."""
    failed = _fault(pattern, value)
    if failed is None:
        return value
    message, path = failed
    place = f" in field {path}" if path else ""
    raise worded(MatchFailed, f"Match error: {message}{place}")


def _fault(pattern: Any, value: Any) -> tuple[str, str] | None:
    """What is wrong, and where; None where nothing is."""
    if isinstance(pattern, Fields):
        return _object_fault(pattern, value)
    if isinstance(pattern, list):
        return _list_fault(pattern[0], value)
    wanted = "boolean" if pattern is bool else "string"
    got = _kind(value)
    return None if got == wanted else (f"Expected {wanted}, got {got}", "")


def _list_fault(pattern: Any, value: Any) -> tuple[str, str] | None:
    if not isinstance(value, list):
        return f"Expected array, got {_kind(value)}", ""
    for place, item in enumerate(value):
        failed = _fault(pattern, item)
        if failed:
            return failed[0], _under(f"[{place}]", failed[1])
    return None


def _object_fault(fields: Fields, value: Any) -> tuple[str, str] | None:
    if isinstance(value, list):
        return "Expected plain object", ""
    if not isinstance(value, dict):
        return f"Expected object, got {_kind(value)}", ""
    for name, member in value.items():
        pattern = fields.required.get(name) or fields.maybe.get(name)
        if pattern is None:
            if not fields.others:
                return "Unknown key", _step(name)
        elif member is not None or name in fields.required:
            failed = _fault(pattern, member)
            if failed:
                return failed[0], _under(_step(name), failed[1])
    missing = next((name for name in fields.required if name not in value), None)
    return None if missing is None else (f"Missing key '{missing}'", "")


def _kind(value: Any) -> str:
    """What JavaScript's ``typeof`` says, and null for null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"


def _step(name: str) -> str:
    return name if _PLAIN.match(name) else f'["{name[:100]}"]'


def _under(step: str, rest: str) -> str:
    return f"{step}.{rest}" if rest and not rest.startswith("[") else step + rest
