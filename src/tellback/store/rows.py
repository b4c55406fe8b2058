"""Many rows at once: what a batch inserts, and what it looks up.

Inserting is fast by one prepared statement, plain tuples and the driver's own batch call.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

T = TypeVar("T")
_encoder = msgspec.json.Encoder()
#: How many values one look-up asks for: engines bound the variables of a statement.
_CHUNK = 500


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that are short enough to be bound in one statement."""
    whole = list(values)
    return (whole[start : start + _CHUNK] for start in range(0, len(whole), _CHUNK))


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows given as tuples in the order of ``columns``, values in their stored form."""
    if rows:
        statement = _insert(table, columns, connection.dialect.name, ignore=False)
        _execute_many(connection, statement, rows)


def insert_new_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> int:
    """Insert the rows that break no unique key, skip the others, and say how many went in."""
    if not rows:
        return 0
    statement = _insert(table, columns, connection.dialect.name, ignore=True)
    return _execute_many(connection, statement, rows)


def insert_or_add(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    amount: str,
) -> None:
    """Insert rows; where a primary key is there already, its ``amount`` grows by the new row's."""
    if rows:
        statement = _insert(table, columns, connection.dialect.name, ignore=False)
        quote = _quoting(connection.dialect.name).identifier_preparer.quote
        key = ", ".join(quote(column.name) for column in table.primary_key.columns)
        name = quote(table.c[amount].name)
        grown = f"{name} = {quote(table.name)}.{name} + excluded.{name}"
        _execute_many(connection, f"{statement} ON CONFLICT ({key}) DO UPDATE SET {grown}", rows)


def to_json(value: Any) -> str | None:
    """A value as a JSON column stores it through `insert_rows`."""
    return None if value is None else _encoder.encode(value).decode()


def _execute_many(connection: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> int:
    result = connection.exec_driver_sql(statement, [tuple(row) for row in rows])
    return int(result.rowcount)


@cache
def _insert(table: Table, columns: tuple[str, ...], engine: str, *, ignore: bool) -> str:
    mark = "?" if engine == "sqlite" else "%s"
    quote = _quoting(engine).identifier_preparer.quote
    names = ", ".join(quote(table.c[name].name) for name in columns)
    marks = ", ".join(mark for _ in columns)
    tail = " ON CONFLICT DO NOTHING" if ignore else ""
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks}){tail}"  # noqa: S608


def _quoting(engine: str) -> Dialect:
    if engine != "sqlite":
        raise NotImplementedError(f"no batch insert for {engine} yet")
    return sqlite.dialect()
