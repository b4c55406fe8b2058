"""The write path: group commit, halving, refusal when full, and nothing before the commit."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from tellback.app import database_url
from tellback.config import Config
from tellback.core.errors import Internal, Overloaded, Unavailable
from tellback.store.database import Database, Transaction
from tellback.store.engine import open_engine


@pytest.fixture
def url(config: Config) -> Iterator[str]:
    """A database with a table of our own."""
    engine = open_engine(database_url(config), writing=True)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY)"))
    yield database_url(config)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("DROP TABLE numbers"))
    engine.dispose()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url, max_queued=100)
    yield opened
    opened.close()


def add(tx: Transaction, jobs: Sequence[int]) -> list[int]:
    for n in jobs:
        tx.connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": n})
    return list(jobs)


def count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM numbers")).scalar() or 0)


async def test_outcomes_come_back_in_order_to_their_own_caller(database: Database) -> None:
    answers = await asyncio.gather(*(database.write(add, [i, i + 100]) for i in range(20)))
    assert answers == [[i, i + 100] for i in range(20)]
    assert await database.read(count) == 40


async def test_concurrent_calls_share_a_commit(database: Database) -> None:
    sizes: list[int] = []

    def noting(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        sizes.append(len(jobs))
        return add(tx, jobs)

    async def later(i: int) -> list[int]:
        for _ in range(i // 10):
            await asyncio.sleep(0)
        return await database.write(noting, [i])

    await asyncio.gather(*(later(i) for i in range(50)))
    assert sizes == [50]


async def test_what_comes_meanwhile_waits_for_what_the_answers_bring(database: Database) -> None:
    sizes: list[int] = []
    begun, goes_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def noting(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        sizes.append(len(jobs))
        loop.call_soon_threadsafe(begun.set)
        goes_on.wait(5)
        return add(tx, jobs)

    async def again(n: int) -> None:
        await database.write(noting, [n])
        await database.write(noting, [n + 10])

    first = asyncio.ensure_future(again(1))
    await begun.wait()
    second = asyncio.ensure_future(database.write(noting, [2]))
    for _ in range(50):
        await asyncio.sleep(0)
    goes_on.set()
    await asyncio.gather(first, second)
    assert sizes == [1, 2]


async def test_a_loop_that_has_ended_holds_up_no_other(database: Database) -> None:
    begun, goes_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def noting(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        loop.call_soon_threadsafe(begun.set)
        goes_on.wait(5)
        return add(tx, jobs)

    async def give_up() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(database.write(noting, [2]), 0.01)

    first = asyncio.ensure_future(database.write(noting, [1]))
    await begun.wait()
    await asyncio.to_thread(asyncio.run, give_up())
    goes_on.set()
    await asyncio.wait_for(first, 5)
    assert await asyncio.wait_for(database.write(add, [3]), 5) == [3]
    assert await database.read(count) == 3


async def test_enough_calls_wait_for_no_more(url: str) -> None:
    sizes: list[int] = []

    def noting(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        sizes.append(len(jobs))
        return list(jobs)

    async def later(i: int) -> list[int]:
        for _ in range(i // 60):
            await asyncio.sleep(0)
        return await database.write(noting, [i])

    with closing(Database(url)) as database:
        await asyncio.gather(*(later(i) for i in range(480)))
    assert sizes == [300, 180]


async def test_calls_that_never_end_do_not_hold_up_those_before_them(database: Database) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def noting(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        loop.call_soon_threadsafe(begun.set)
        return add(tx, jobs)

    calls: list[asyncio.Future[list[int]]] = []
    while not begun.is_set():
        calls.append(asyncio.ensure_future(database.write(noting, [len(calls)])))
        await asyncio.sleep(0)
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert answers[0] == [0]


async def test_one_bad_job_fails_alone(database: Database) -> None:
    outcomes = await database.write(add, [1, 2, 1, 3])
    assert [o if isinstance(o, int) else type(o) for o in outcomes] == [1, 2, Internal, 3]
    assert await database.read(count) == 3


async def test_who_wants_all_of_it_is_told_of_one_that_failed(database: Database) -> None:
    assert await database.write_all(add, [1, 2]) == [1, 2]
    assert await database.write_all(add, []) == []
    with pytest.raises(Internal):
        await database.write_all(add, [3, 1, 4])
    assert await database.read(count) == 4


async def test_a_lost_outcome_is_a_failure_not_a_success(database: Database) -> None:
    def losing(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        return add(tx, jobs)[1:]

    outcomes = await database.write(losing, [7])
    assert isinstance(outcomes[0], Internal)
    assert await database.read(count) == 0


async def test_a_full_queue_refuses_at_once(database: Database) -> None:
    async def many() -> list[Any]:
        calls = (database.write(add, range(i * 60, i * 60 + 60)) for i in range(3))
        return await asyncio.gather(*calls, return_exceptions=True)

    answers = await many()
    assert sum(isinstance(a, Overloaded) for a in answers) >= 1
    stored = sum(len(a) for a in answers if not isinstance(a, BaseException))
    assert await database.read(count) == stored


async def test_too_many_questions_are_refused_at_once_but_none_of_our_own(url: str) -> None:
    database, held = Database(url, max_reading=3, readers=1), threading.Event()

    def wait(connection: Connection) -> bool:
        return held.wait()

    try:
        asked = [asyncio.create_task(database.read(wait)) for _ in range(2)]
        asked.append(asyncio.create_task(database.look(count)))
        await asyncio.sleep(0)
        for question in (database.read, database.look):
            with pytest.raises(Overloaded):
                await question(count)
        ours = asyncio.create_task(database.read_patiently(count))
        asked.pop().cancel()
        await asyncio.sleep(0)
        again = asyncio.create_task(database.read(count))
        await asyncio.sleep(0)
        held.set()
        assert await asyncio.gather(*asked, ours, again) == [True, True, 0, 0]
        assert await database.read(count) == 0
    finally:
        held.set()
        database.close()


async def test_closing_finishes_what_is_queued(url: str, database: Database) -> None:
    waiting = [asyncio.ensure_future(database.write(add, [i])) for i in range(30)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    await asyncio.gather(*waiting)
    again = Database(url)
    assert await again.read(count) == 30
    again.close()


async def test_a_reader_cannot_write(database: Database) -> None:
    def sneaky(connection: Connection) -> None:
        connection.execute(text("INSERT INTO numbers VALUES (1)"))

    with pytest.raises(Exception, match=r"read.?only"):
        await database.read(sneaky)


async def test_the_disk_is_asked_to_keep_every_commit(database: Database) -> None:
    asked = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}

    def in_writer(tx: Transaction, jobs: Sequence[int]) -> list[Any]:
        statement = asked[tx.connection.dialect.name]
        return [tx.connection.exec_driver_sql(statement).scalar() for _ in jobs]

    assert (await database.write(in_writer, [0]))[0] in (2, "on")


async def test_a_list_that_fails_throughout_is_given_up_soon(database: Database) -> None:
    attempts = 0

    def failing(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        nonlocal attempts
        attempts += 1
        raise ValueError("every job of this kind fails")

    outcomes = await database.write(failing, range(5_000))
    assert all(isinstance(outcome, Internal) for outcome in outcomes)
    assert attempts < 150


async def test_listeners_hear_of_commits(database: Database) -> None:
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    database.after(add, lambda: loop.call_soon_threadsafe(heard.set))
    await database.write(add, [1])
    await asyncio.wait_for(heard.wait(), 5)


async def test_a_failing_disk_fails_only_what_it_kept_from_being_stored(database: Database) -> None:
    def full_at_seven(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        if len(jobs) > 4:
            raise ValueError("halve this list")
        if 7 in jobs:
            raise OperationalError("INSERT", {}, Exception("disk I/O error"))
        return add(tx, jobs)

    outcomes = await database.write(full_at_seven, [1, 2, 3, 4, 5, 6, 7, 8])
    assert outcomes[:4] == [1, 2, 3, 4]
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes[4:])
    assert await database.read(count) == 4
    assert await database.write(add, [9]) == [9]


async def test_a_listener_that_fails_does_not_stop_the_writer(database: Database) -> None:
    def failing() -> None:
        raise RuntimeError("the loop is closed")

    database.after(add, failing)
    assert await database.write(add, [1]) == [1]
    assert await asyncio.wait_for(database.write(add, [2]), 5) == [2]


async def test_an_error_does_not_tell_whose_data_it_was(database: Database) -> None:
    errors: list[str] = []

    def failing(tx: Transaction, jobs: Sequence[int]) -> list[int]:
        try:
            tx.connection.execute(text("INSERT INTO nowhere VALUES (:n)"), {"n": "alice"})
        except Exception as error:
            errors.append(str(error))
            raise
        return list(jobs)

    assert isinstance((await database.write(failing, [1]))[0], Internal)
    assert "nowhere" in errors[0]
    assert "alice" not in errors[0]
