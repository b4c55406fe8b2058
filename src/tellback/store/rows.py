"""Many rows at once: what a batch inserts, and what it looks up."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Self, TypeVar

import msgspec
from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    FunctionElement,
    Table,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine

from tellback.store.engines import ENGINES, ways
from tellback.store.engines.insertion import Insertion, quoted

T = TypeVar("T")
_encoder = msgspec.json.Encoder()
#: How many values one look-up asks for: engines bound the variables of a statement.
_CHUNK = 500


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that are short enough to be bound in one statement."""
    whole = list(values)
    return (whole[start : start + _CHUNK] for start in range(0, len(whole), _CHUNK))


class Packed(TypeDecorator[Collection[Any]]):
    """Many values that are bound as one, as `among` wants them."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the engine takes them for; a text where there is none."""
        known = dialect.name in ENGINES
        return dialect.type_descriptor(ways(dialect.name).packed() if known else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The values in the engine's own form."""
        return None if value is None else ways(dialect.name).pack(value)


class _Among(FunctionElement[bool]):
    """A column's value is one of those that are bound."""

    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """As it stands: for an engine without truth values, "= 1" would keep it from any index."""
        return self


def among(column: ColumnElement[Any], values: Collection[Any] | str) -> ColumnElement[bool]:
    """Whether a column's value is one of many, however many; or of those bound by a name.

    Unlike IN it has one parameter, so that it is put together and prepared only once.
    """
    bound: BindParameter[Any]
    if isinstance(values, str):
        bound = bindparam(values, type_=Packed())
    else:
        bound = bindparam(None, values, type_=Packed())
    return _Among(column, bound)


@compiles(_Among)
def _among(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    engine = compiler.dialect.name
    if engine not in ENGINES:
        # As a statement is shown to somebody who reads it.
        return f"{column} IN ({values})"
    return ways(engine).among(column, values, next(iter(element.clauses)).type)


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows given as tuples in the order of ``columns``, values in their stored form."""
    _insert(connection, _insertion(table, columns, ""), rows)


def insert_new_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> int:
    """Insert the rows that break no unique key, skip the others, and say how many went in."""
    return _insert(connection, _insertion(table, columns, "ON CONFLICT DO NOTHING"), rows)


def insert_or_add(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    amount: str,
) -> None:
    """Insert rows; where a primary key is there already, its ``amount`` grows by the new row's.

    Of rows with the same key the first goes in, with the sum.
    """
    key = quoted(column.name for column in table.primary_key.columns)
    name = quoted([amount])
    grown = f"{name} = {quoted([table.name])}.{name} + excluded.{name}"
    tail = f"ON CONFLICT ({key}) DO UPDATE SET {grown}"
    places = [columns.index(column.name) for column in table.primary_key.columns]
    _insert(
        connection, _insertion(table, columns, tail), _added(rows, places, columns.index(amount))
    )


def _added(
    rows: Sequence[Sequence[Any]], key: Sequence[int], amount: int
) -> Sequence[Sequence[Any]]:
    """One row for each key: not every engine changes a row twice in one statement."""
    whole: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        known = whole.setdefault(
            tuple(row[place] for place in key), [*row[:amount], 0, *row[amount + 1 :]]
        )
        known[amount] += row[amount]
    return list(whole.values())


def to_json(value: Any) -> str | None:
    """A value as a JSON column stores it through `insert_rows`."""
    return None if value is None else _encoder.encode(value).decode()


def _insert(connection: Connection, insertion: Insertion, rows: Sequence[Sequence[Any]]) -> int:
    return ways(connection.dialect.name).insert(connection, insertion, rows) if rows else 0


@cache
def _insertion(table: Table, columns: tuple[str, ...], tail: str) -> Insertion:
    return Insertion(table, columns, tail)
