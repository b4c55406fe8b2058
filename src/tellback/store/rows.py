"""Many rows at once: what a batch inserts, and what it looks up.

Inserting is fast by prepared statements of many rows each, and plain tuples.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

T = TypeVar("T")
_encoder = msgspec.json.Encoder()
#: How many values one look-up asks for: engines bound the variables of a statement.
_CHUNK = 500
#: How many rows a statement inserts. The driver lets go of Python's lock once per statement, which
#: costs more than the row itself where another thread is waiting for it.
_ROWS = 32


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that are short enough to be bound in one statement."""
    whole = list(values)
    return (whole[start : start + _CHUNK] for start in range(0, len(whole), _CHUNK))


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows given as tuples in the order of ``columns``, values in their stored form."""
    _insert(connection, table, columns, rows, "")


def insert_new_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> int:
    """Insert the rows that break no unique key, skip the others, and say how many went in."""
    return _insert(connection, table, columns, rows, " ON CONFLICT DO NOTHING")


def insert_or_add(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    amount: str,
) -> None:
    """Insert rows; where a primary key is there already, its ``amount`` grows by the new row's."""
    quote = _quoting(connection.dialect.name).identifier_preparer.quote
    key = ", ".join(quote(column.name) for column in table.primary_key.columns)
    name = quote(table.c[amount].name)
    grown = f"{name} = {quote(table.name)}.{name} + excluded.{name}"
    _insert(connection, table, columns, rows, f" ON CONFLICT ({key}) DO UPDATE SET {grown}")


def to_json(value: Any) -> str | None:
    """A value as a JSON column stores it through `insert_rows`."""
    return None if value is None else _encoder.encode(value).decode()


def _insert(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    tail: str,
) -> int:
    """Insert rows and say how many went in: `_ROWS` by each statement, and the rest by one."""
    inserted, whole = 0, len(rows) - len(rows) % _ROWS
    if whole:
        groups = [_flat(rows[start : start + _ROWS]) for start in range(0, whole, _ROWS)]
        statement = _statement(table, columns, connection.dialect.name, _ROWS) + tail
        inserted += connection.exec_driver_sql(statement, groups).rowcount
    if whole < len(rows):
        rest = rows[whole:]
        statement = _statement(table, columns, connection.dialect.name, len(rest)) + tail
        inserted += connection.exec_driver_sql(statement, _flat(rest)).rowcount
    return inserted


def _flat(rows: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(chain.from_iterable(rows))


@cache
def _statement(table: Table, columns: tuple[str, ...], engine: str, rows: int) -> str:
    mark = "?" if engine == "sqlite" else "%s"
    quote = _quoting(engine).identifier_preparer.quote
    names = ", ".join(quote(table.c[name].name) for name in columns)
    row = f"({', '.join(mark for _ in columns)})"
    marks = ", ".join(row for _ in range(rows))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES {marks}"  # noqa: S608


def _quoting(engine: str) -> Dialect:
    if engine != "sqlite":
        raise NotImplementedError(f"no batch insert for {engine} yet")
    return sqlite.dialect()
