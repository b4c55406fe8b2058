"""The character NUL, which some engines store in texts and others do not."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import JSON, Column, Table

_NUL, _ESCAPED = "\0", "\\u0000"
#: What stands for a character that cannot be stored, as everywhere in Unicode.
_INSTEAD = "\ufffd"
_SHOWN = 20  # rows that are told one by one
_encode = msgspec.json.Encoder().encode


class NulInKey(Exception):
    """A row is told from others by a text with the character NUL, which cannot be stored there."""


@dataclass(slots=True)
class Replacements:
    """How many values had a NUL, and where the first of them stand."""

    count: int = 0
    places: list[str] = field(default_factory=list)

    def note(self, table: Table, row: tuple[Any, ...], column: Column[Any]) -> None:
        """Note a value that was replaced."""
        self.count += 1
        if len(self.places) < _SHOWN:
            self.places.append(f"{_named(table, row)}: {column.name}")


def without_nul(
    table: Table, rows: list[tuple[Any, ...]], noted: Replacements
) -> list[tuple[Any, ...]]:
    """All columns of rows, with U+FFFD for NUL: whoever wrote it meant no character.

    Not in a key, by which others refer to the row: `NulInKey`.
    """
    return [_replaced(table, row, noted) if _may_have(row) else row for row in rows]


def _may_have(row: tuple[Any, ...]) -> bool:
    return any(isinstance(value, str) and (_NUL in value or _ESCAPED in value) for value in row)


def _replaced(table: Table, row: tuple[Any, ...], noted: Replacements) -> tuple[Any, ...]:
    values = list(row)
    for place, column in enumerate(table.c):
        values[place] = _value(column, row[place])
        if values[place] == row[place]:
            continue
        if column.primary_key:
            raise NulInKey(f"{_named(table, row)}: {NulInKey.__doc__}")
        noted.note(table, row, column)
    return tuple(values)


def _value(column: Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not isinstance(column.type, JSON):
        return value.replace(_NUL, _INSTEAD)
    # A backslash may itself be escaped, and no NUL be meant.
    members = msgspec.json.decode(value)
    changed = _member(members)
    return value if changed == members else _encode(changed).decode()


def _member(member: Any) -> Any:
    if isinstance(member, str):
        return member.replace(_NUL, _INSTEAD)
    if isinstance(member, dict):
        return {_member(key): _member(value) for key, value in member.items()}
    if isinstance(member, list):
        return [_member(value) for value in member]
    return member


def _named(table: Table, row: tuple[Any, ...]) -> str:
    values = dict(zip(table.c.keys(), row, strict=True))
    key = ", ".join(f"{column.name}={values[column.name]!r}" for column in table.primary_key)
    return f"{table.name} ({key})"
