"""What a table's rows are, as one number that is the same on every engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import JSON, Cast, Column, ColumnElement, Connection, Float, Table, Text, select

from tellback.store.across import across_projects

_BITS = 128
#: How many rows are read at a time. Those with the body of a request are large.
_ROWS = 5_000
_LARGE_ROWS = {"rejected_inputs": 50, "kept_replies": 50}
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(slots=True)
class Checksum:
    """Rows, how many and which; in whatever order they come."""

    rows: int = 0
    total: int = 0

    def add(self, table: Table, rows: list[tuple[Any, ...]]) -> None:
        """Take in rows as `readable` gives them."""
        changes = _changes(table)
        for row in rows:
            digest = blake2b(_canonical(row, changes), digest_size=_BITS // 8).digest()
            self.total += int.from_bytes(digest)
        self.total %= 1 << _BITS
        self.rows += len(rows)

    @property
    def text(self) -> str:
        """The sum of the rows' hashes, in hex."""
        return f"{self.total:0{_BITS // 4}x}"


def readable(table: Table) -> tuple[ColumnElement[Any], ...]:
    """A table's columns with values that are alike on every engine and can be stored: JSON is text.

    Else it would go through Python's numbers, which are others than the engine's.
    """
    return tuple(
        Cast(column, Text).label(column.name) if _is_json(column) else column for column in table.c
    )


def batch(table: Table) -> int:
    """How many of the table's rows are read and written at a time."""
    return _LARGE_ROWS.get(table.name, _ROWS)


def all_rows(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """A table's rows as `readable` gives them, in any order, a batch at a time."""
    options = {"yield_per": batch(table)}
    statement = across_projects(select(*readable(table)))
    with connection.execute(statement, execution_options=options) as result:
        for rows in result.partitions():
            yield [tuple(row) for row in rows]


_Change = tuple[int, Callable[[Any], Any]]


def _canonical(row: tuple[Any, ...], changes: tuple[_Change, ...]) -> bytes:
    values = list(row)
    for place, change in changes:
        if values[place] is not None:
            values[place] = change(values[place])
    return _encode(values)


@cache
def _changes(table: Table) -> tuple[_Change, ...]:
    found: list[_Change] = []
    for place, column in enumerate(table.c):
        if _is_json(column):
            found.append((place, _decode))
        elif isinstance(column.type, Float):
            found.append((place, _float))
    return tuple(found)


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON)


def _float(value: float) -> str:
    # Engines that know no negative zero give the other one; JSON knows no infinity.
    return repr(value + 0.0)


def _number(text: str) -> float | int:
    # An engine may write 1e16 as 10000000000000000.
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(text)


_decode = msgspec.json.Decoder(float_hook=_number).decode
