"""A replica is looked at instead of the database, and never missed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tellback.core.errors import NotFound
from tellback.store.database import Database
from tellback.store.engine import open_engine
from tellback.store.readers import Readers, Replica


def _url(path: Path, *numbers: int) -> str:
    """A database with these numbers."""
    url = f"sqlite:///{path}"
    engine = open_engine(url, writing=True)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE numbers (n INTEGER)"))
        for number in numbers:
            connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})
    engine.dispose()
    return url


class Watch:
    """Seconds that only pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def itself(tmp_path: Path) -> Iterator[Readers]:
    opened = Readers(_url(tmp_path / "itself", 1, 2))
    yield opened
    opened.close()


def numbers(connection: Connection) -> list[int]:
    return list(connection.execute(text("SELECT n FROM numbers ORDER BY n")).scalars())


def number(connection: Connection, wanted: int) -> int:
    """One that must be there."""
    if wanted not in numbers(connection):
        raise NotFound
    return wanted


async def test_only_who_looks_gets_what_the_replica_has(tmp_path: Path) -> None:
    urls = _url(tmp_path / "itself", 1, 2), _url(tmp_path / "replica", 1)
    database = Database(urls[0], replica_url=urls[1])
    assert await database.read(numbers) == [1, 2]
    assert await database.look(numbers) == [1]
    database.close()


async def test_without_a_replica_the_database_is_looked_at(tmp_path: Path) -> None:
    database = Database(_url(tmp_path / "itself", 1, 2))
    assert await database.look(numbers) == [1, 2]
    database.close()


def test_what_has_not_come_through_yet_is_asked_of_the_database(
    itself: Readers, tmp_path: Path
) -> None:
    replica = Replica(_url(tmp_path / "replica", 1), itself)
    assert replica.ask(number, (2,)) == 2
    assert replica.ask(numbers, ()) == [1], "it is not taken for a failure"
    with pytest.raises(NotFound):
        replica.ask(number, (3,))
    replica.close()


def test_a_replica_that_fails_rests_and_is_told_of_once(itself: Readers, tmp_path: Path) -> None:
    watch, path = Watch(), tmp_path / "replica"
    replica = Replica(f"sqlite:///{path}", itself, watch)
    with capture_logs() as logs:
        for _ in range(3):
            assert replica.ask(numbers, ()) == [1, 2]
            watch.now += 6
        path.unlink()
        replica.close()
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("replica failed; the database itself is asked", "warning")
    ]
    assert "no such table" in logs[0]["reason"]


def test_a_replica_that_is_back_is_asked_again_after_its_rest(
    itself: Readers, tmp_path: Path
) -> None:
    watch, path = Watch(), tmp_path / "late" / "replica"
    replica = Replica(f"sqlite:///{path}", itself, watch)
    assert replica.ask(numbers, ()) == [1, 2]
    path.parent.mkdir()
    _url(path, 7)
    watch.now = 4.9
    assert replica.ask(numbers, ()) == [1, 2], "it rests"
    with capture_logs() as logs:
        watch.now = 5.1
        assert replica.ask(numbers, ()) == [7]
        assert replica.ask(numbers, ()) == [7]
    assert [entry["event"] for entry in logs] == ["replica is back"]
    replica.close()


def test_what_fails_at_the_database_as_well_is_an_error(itself: Readers, tmp_path: Path) -> None:
    replica = Replica(_url(tmp_path / "replica", 1), itself)

    def wrong(connection: Connection) -> None:
        connection.execute(text("SELECT n FROM nothing"))

    with pytest.raises(OperationalError):
        replica.ask(wrong, ())
    replica.close()


def test_a_lost_connection_is_opened_again(itself: Readers) -> None:
    assert itself.ask(numbers, ()) == [1, 2]
    tried: list[int] = []

    def lost_once(connection: Connection) -> list[int]:
        tried.append(1)
        if len(tried) == 1:
            connection.invalidate()
            cause = Exception("gone")
            raise OperationalError("SELECT", None, cause, connection_invalidated=True)
        return numbers(connection)

    assert itself.ask(lost_once, ()) == [1, 2]
