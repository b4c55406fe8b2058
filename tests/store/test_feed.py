"""Pages of lists: nothing twice, nothing left out, and a bounded search."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Connection

from tellback.store import feed
from tellback.store.feed import Feed, Position, read_feed
from tellback.store.rows import insert_rows
from tellback.store.tables import events
from tests.engines import Engine
from tests.store.plans import planning

PROJECT, OTHER = "a" * 32, "b" * 32
COLUMNS = (events.c.id, events.c.name, events.c.created_at)


@contextmanager
def filled(engine: Engine, moments: Sequence[tuple[int, bool]]) -> Iterator[Connection]:
    """A connection to a table with a row per moment, some of them marked."""
    rows = [
        (project, f"{n:032x}", "dialect", project, "marked" if marked else "plain", at)
        for project in (PROJECT, OTHER)
        for n, (at, marked) in enumerate(moments)
    ]
    names = ("project_id", "id", "dialect", "contact_id", "name", "created_at")
    with engine.connection() as connection:
        insert_rows(connection, events, names, rows)
        yield connection


def walk(connection: Connection, size: int, marked: bool = False) -> list[Feed]:
    """All pages, one after the other."""
    pages: list[Feed] = []
    before: Position | None = None
    while not pages or before is not None:
        matching = events.c.name == "marked" if marked else None
        page = read_feed(connection, events, COLUMNS, PROJECT, before, size, matching)
        pages.append(page)
        before = page.older
    return pages


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    moments=st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30),
    size=st.integers(1, 7),
    searched=st.integers(1, 9),
    marked=st.booleans(),
)
def test_all_pages_are_the_list(
    engine: Engine, moments: list[tuple[int, bool]], size: int, searched: int, marked: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch, filled(engine, moments) as connection:
        patch.setattr(feed, "SEARCHED", searched)
        pages = walk(connection, size, marked)
    expected = sorted(
        ((at, f"{n:032x}") for n, (at, mark) in enumerate(moments) if mark or not marked),
        reverse=True,
    )
    assert [(row.created_at, row.id) for page in pages for row in page.rows] == expected
    assert all(len(page.rows) <= size for page in pages)


def test_a_full_page_at_the_end_has_no_next(engine: Engine) -> None:
    with filled(engine, [(1, False)] * 4) as connection:
        assert [len(page.rows) for page in walk(connection, 2)] == [2, 2]


@pytest.mark.parametrize("marked", [False, True])
def test_steps_are_taken_until_the_page_is_full(engine: Engine, marked: bool) -> None:
    at = events.c.created_at
    matching = events.c.name == "marked" if marked else None

    def steps() -> Iterator[ColumnElement[bool]]:
        yield (at >= 5) & (at < 9)
        yield at.in_([3, 4])
        raise AssertionError("nobody wants so much")

    with filled(engine, [(n, n % 2 == 0) for n in range(8)]) as connection:
        page = read_feed(connection, events, COLUMNS, PROJECT, None, 1, matching, steps=steps())
        assert [row.created_at for row in page.rows] == [6 if marked else 7]
        rest = read_feed(
            connection, events, COLUMNS, PROJECT, page.older, 5, matching, steps=[at >= 5, at < 5]
        )
    assert [row.created_at for row in rest.rows] == ([4, 2, 0] if marked else [6, 5, 4, 3, 2])
    assert (rest.older is None) == marked


def test_no_step_leads_nowhere(engine: Engine) -> None:
    with filled(engine, [(1, False)]) as connection:
        page = read_feed(connection, events, COLUMNS, PROJECT, None, 5, steps=[])
    assert (list(page.rows), page.older, page.cut) == ([], None, False)


def test_a_search_that_stops_early_says_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SEARCHED", 3)
    moments = [(at, at in {0, 8}) for at in range(10)]
    with filled(engine, moments) as connection:
        pages = walk(connection, 5, marked=True)
    assert [[row.created_at for row in page.rows] for page in pages] == [[8], [], [], [0]]
    assert [page.cut for page in pages] == [True, True, True, False]


def test_a_page_uses_the_index_and_sorts_nothing(engine: Engine) -> None:
    with filled(engine, [(1, False)] * 3) as connection, planning(connection) as plans:
        # In the transaction of the test, which is never committed.
        connection.exec_driver_sql("CREATE INDEX newest ON events (project_id, created_at, id)")
        matching = events.c.name == "marked"
        for before in (None, (5, "f" * 32)):
            read_feed(connection, events, COLUMNS, PROJECT, before, 2)
            read_feed(connection, events, COLUMNS, PROJECT, before, 2, matching)
    assert len(plans) == 6
    for plan in plans:
        assert plan.indexes == ["newest"]
        assert not plan.sorts
