"""Compares what came with what a fixture expects, marks such as ``<uuid>`` included."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

PATTERNS = {
    "uuid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "id": r"[0-9a-f]{32}",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "seconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "int": r"-?\d+",
    "token": r"[A-Za-z0-9_.~-]{16,}",
    "text": r"(?s:.+)",
    "any": r"(?s:.*)",
}
_MARK = re.compile(rf"<({'|'.join([*PATTERNS, 'number'])})(?::(\w+))?>")
_NAME = re.compile(r"\{([\w.$]+)\}")
_MORE = "..."


def fill(value: Any, known: Mapping[str, Any]) -> Any:
    """A value with every ``{name}`` that is known replaced, in all its texts."""
    if isinstance(value, str):
        return _NAME.sub(lambda m: str(known.get(m[1], m[0])), value)
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, dict):
        return {fill(key, known): fill(item, known) for key, item in value.items()}
    return value


def differences(
    expected: Any, actual: Any, bound: MutableMapping[str, Any], place: str = "$"
) -> list[str]:
    """Where the two differ; names in marks are bound on the way."""
    if isinstance(expected, dict):
        return _in_object(expected, actual, bound, place)
    if isinstance(expected, list):
        return _in_list(expected, actual, bound, place)
    if isinstance(expected, str):
        return _in_text(expected, actual, bound, place)
    same = type(expected) is type(actual) or {type(expected), type(actual)} == {int, float}
    return [] if same and expected == actual else [_differs(place, expected, actual)]


def _in_object(
    expected: dict[str, Any], actual: Any, bound: MutableMapping[str, Any], place: str
) -> list[str]:
    if not isinstance(actual, dict):
        return [_differs(place, expected, actual)]
    wanted = {key: value for key, value in expected.items() if key != _MORE}
    found = [f"{place}.{key} is missing" for key in wanted if key not in actual]
    if _MORE not in expected:
        found += [f"{place}.{key} should not be there" for key in actual if key not in wanted]
    for key, value in wanted.items():
        if key in actual:
            found += differences(value, actual[key], bound, f"{place}.{key}")
    return found


def _in_list(
    expected: list[Any], actual: Any, bound: MutableMapping[str, Any], place: str
) -> list[str]:
    if not isinstance(actual, list):
        return [_differs(place, expected, actual)]
    if expected[:1] == [_MORE]:
        return _in_rest(expected[1:], actual, bound, place)
    wanted = expected[:-1] if expected and expected[-1] == _MORE else expected
    if len(actual) < len(wanted) or (len(actual) > len(wanted) and wanted is expected):
        return [f"{place} has {len(actual)} elements, not {len(wanted)}"]
    pairs = enumerate(zip(wanted, actual, strict=False))
    return [d for i, (w, a) in pairs for d in differences(w, a, bound, f"{place}[{i}]")]


def _in_rest(
    expected: list[Any], actual: list[Any], bound: MutableMapping[str, Any], place: str
) -> list[str]:
    """Whether a list is the other's end, or from somewhere on what it has."""
    for start in range(len(actual) + 1):
        tried = dict(bound)
        if not _in_list(expected, actual[start:], tried, place):
            bound.update(tried)
            return []
    return [_differs(place, expected, actual)]


def _in_text(expected: str, actual: Any, bound: MutableMapping[str, Any], place: str) -> list[str]:
    marks = list(_MARK.finditer(expected))
    whole = marks and marks[0].group() == expected
    if whole and marks[0][1] == "any":
        return _bind(marks[0][2], actual, bound, place)
    if whole and marks[0][1] in {"int", "number"}:
        kinds = (int,) if marks[0][1] == "int" else (int, float)
        if isinstance(actual, kinds) and not isinstance(actual, bool):
            return _bind(marks[0][2], actual, bound, place)
        return [_differs(place, expected, actual)]
    if not isinstance(actual, str):
        return [_differs(place, expected, actual)]
    match = re.fullmatch(_pattern(expected, marks), actual)
    if not match:
        return [_differs(place, expected, actual)]
    named = [(m[2], match[i]) for i, m in enumerate(marks, start=1)]
    return [d for name, text in named for d in _bind(name, text, bound, place)]


def _pattern(expected: str, marks: list[re.Match[str]]) -> str:
    pattern, end = "", 0
    for mark in marks:
        pattern += re.escape(expected[end : mark.start()])
        pattern += f"({PATTERNS.get(mark[1], PATTERNS['int'])})"
        end = mark.end()
    return pattern + re.escape(expected[end:])


def _bind(name: str | None, value: Any, bound: MutableMapping[str, Any], place: str) -> list[str]:
    if name is None:
        return []
    if name in bound and bound[name] != value:
        return [_differs(place, bound[name], value)]
    bound[name] = value
    return []


def _differs(place: str, expected: Any, actual: Any) -> str:
    return f"{place} is {actual!r}, not {expected!r}"
