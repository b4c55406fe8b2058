"""Several processes that write to one SQLite file: one after the other, and nobody is forgotten."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from tellback.store.engine import open_engine, sqlite_url
from tellback.store.engines import sqlite


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[list[Engine]]:
    """Two ways to write to one file."""
    with ExitStack() as stack:
        opened = [open_engine(sqlite_url(tmp_path), writing=True) for _ in range(2)]
        for engine in opened:
            stack.callback(engine.dispose)
        with opened[0].begin() as connection:
            connection.exec_driver_sql("CREATE TABLE steps (who TEXT)")
        yield opened


def step(connection: Connection, who: str) -> None:
    connection.exec_driver_sql("INSERT INTO steps VALUES (?)", (who,))


def test_who_has_to_wait_writes_as_soon_as_the_other_has_done(engines: list[Engine]) -> None:
    one, other = engines
    asked = Event()

    def write() -> None:
        asked.set()
        with other.begin() as connection:
            step(connection, "other")

    with one.begin() as connection:
        waiting = Thread(target=write)
        waiting.start()
        asked.wait()
        step(connection, "one")
    waiting.join()
    with one.begin() as connection:
        steps = connection.exec_driver_sql("SELECT who FROM steps ORDER BY rowid").scalars()
        assert list(steps) == ["one", "other"]


def test_two_busy_writers_both_get_on(engines: list[Engine]) -> None:
    done = dict.fromkeys(("one", "other"), 0)
    enough = Event()

    def write(engine: Engine, who: str) -> None:
        with engine.connect() as connection:
            while not enough.is_set():
                with connection.begin():
                    step(connection, who)
                done[who] += 1
                if min(done.values()) >= 20:
                    enough.set()

    writers = [Thread(target=write, args=each) for each in zip(engines, done, strict=True)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert min(done.values()) >= 20


def test_nobody_waits_for_ever(engines: list[Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_LONGEST_WAIT", 0.01)
    one, other = engines
    with (
        one.begin(),
        pytest.raises(OperationalError, match="database is locked"),
        other.begin(),
    ):
        raise AssertionError("both write")
    with other.begin() as connection:
        step(connection, "other")


def test_what_is_no_matter_of_turns_is_told_at_once(engines: list[Engine]) -> None:
    with engines[0].connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("BEGIN")
        with pytest.raises(OperationalError, match="within a transaction"):
            connection.begin()
