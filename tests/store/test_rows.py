"""Rows go in whatever their number is: by statements of many rows, and one of the rest."""

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.exc import DatabaseError

from tellback.store.rows import among, insert_new_rows, insert_or_add, insert_rows
from tellback.store.tables import invitation_requests, property_definitions
from tests.actions.workroom import Workroom

SHOP = "a" * 32
_COLUMNS = ("project_id", "name", "type", "created_at")
_REQUEST = ("project_id", "id", "dialect", "accepted", "created_at")


def _rows(numbers: range) -> list[tuple[str, str, str, int]]:
    return [(SHOP, f"p{number:03}", "text", number) for number in numbers]


def _stored(room: Workroom) -> list[tuple[str, int]]:
    table = property_definitions
    rows = room.connection.execute(select(table.c.name, table.c.created_at).order_by(table.c.name))
    return [(name, at) for name, at in rows]


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 64, 105, 700])
def test_every_row_is_inserted_as_it_is(room: Workroom, count: int) -> None:
    insert_rows(room.connection, property_definitions, _COLUMNS, _rows(range(count)))
    assert _stored(room) == [(f"p{number:03}", number) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 32, 105, 700])
def test_rows_that_are_there_are_left_alone_and_not_counted(room: Workroom, count: int) -> None:
    insert_rows(room.connection, property_definitions, _COLUMNS, _rows(range(0, count, 3)))
    rows = [(*row[:3], 9000) for row in _rows(range(count))]
    fresh = insert_new_rows(room.connection, property_definitions, _COLUMNS, rows)
    assert fresh == count - len(range(0, count, 3))
    assert [at for _, at in _stored(room)] == [n if n % 3 == 0 else 9000 for n in range(count)]


def test_a_row_that_is_there_is_an_error_otherwise(room: Workroom) -> None:
    rows = _rows(range(20))
    with pytest.raises(DatabaseError):
        insert_rows(room.connection, property_definitions, _COLUMNS, [*rows, rows[3]])


def test_amounts_of_the_same_key_add_up(room: Workroom) -> None:
    rows = [(SHOP, f"{n % 5:032}", "boolean", 1, n) for n in range(80)]
    for _ in range(2):
        insert_or_add(room.connection, invitation_requests, _REQUEST, rows, "accepted")
    table = invitation_requests
    amounts = room.connection.execute(select(table.c.accepted).order_by(table.c.id)).scalars()
    assert list(amounts) == [32] * 5


def test_what_is_among_many_is_found(room: Workroom) -> None:
    insert_rows(room.connection, property_definitions, _COLUMNS, _rows(range(10)))
    table = property_definitions
    names = among(table.c.name, ["p003", "p007", 'no "such" {name}, is', "p3"])
    here = select(table.c.name).where(table.c.project_id == SHOP)
    found = room.connection.execute(here.where(names).order_by(table.c.name)).scalars()
    assert list(found) == ["p003", "p007"]
    others = room.connection.execute(here.where(~names)).scalars()
    assert len(list(others)) == 8


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_many_are_looked_up_by_one_value(room: Workroom, count: int) -> None:
    odd = ("p'1", 'p"2', "p\\3", "p{4},", "p\u00fc\U0001f600")
    rows = [*_rows(range(2000)), *((SHOP, name, "text", 0) for name in odd)]
    insert_rows(room.connection, property_definitions, _COLUMNS, rows)
    name = property_definitions.c.name
    wanted = [row[1] for row in rows[:count]] + list(odd[:count])
    for condition in (among(name, wanted), among(name, "the_names")):
        found = room.connection.execute(select(name).where(condition), {"the_names": wanted})
        assert sorted(found.scalars()) == sorted(wanted)


def test_an_index_can_serve_a_look_up_of_many() -> None:
    where = select(property_definitions).where(among(property_definitions.c.name, ["a"]))
    compiled = str(where.compile(dialect=sqlite.dialect()))
    assert compiled.endswith("property_definitions.name IN (SELECT value FROM json_each(?))")


def test_a_server_reads_what_is_bound_once_and_not_for_each_row() -> None:
    where = select(property_definitions).where(among(property_definitions.c.name, ["a"]))
    compiled = str(where.compile(dialect=psycopg.dialect()))  # type: ignore[attr-defined]
    # A parameter of that type. Of any other, a plan that filters by it would convert it again for
    # each row that it looks at.
    assert compiled.endswith("property_definitions.name = ANY ((%(param_1)s)::text[])")
