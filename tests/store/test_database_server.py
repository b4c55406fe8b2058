"""Several processes on one database: what each sees of the others, and a server that goes away."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, func, make_url, select, text

from tellback.actions.submit_responses import submit_responses
from tellback.app import database_url
from tellback.config import Config
from tellback.core.commands import SubmitResponse
from tellback.core.errors import Unavailable
from tellback.core.model import Channel, ContactKey, Identity, Project
from tellback.store.database import Database, Transaction
from tellback.store.engine import open_engine
from tellback.store.tables import contacts, counters, responses
from tests.conftest import Tenant


@pytest.fixture
def second(config: Config, database: Database) -> Iterator[Database]:
    """Another process's way to the same database."""
    assert database
    with closing(Database(database_url(config))) as opened:
        yield opened


def look_then_write(tx: Transaction, jobs: Sequence[tuple[Project, str]]) -> list[int]:
    """What any action does: its outcome holds only if nobody writes in between."""
    done = []
    for project, name in jobs:
        mine = (counters.c.project_id == project.id) & (counters.c.name == name)
        found = tx.connection.execute(select(counters.c.value).where(mine)).scalar()
        tx.connection.execute(text("SELECT 1"))
        if found is None:
            new = {"project_id": project.id, "name": name, "value": 1}
            tx.connection.execute(counters.insert().values(new))
        else:
            tx.connection.execute(counters.update().where(mine).values(value=found + 1))
        done.append((found or 0) + 1)
    return done


async def test_nobody_writes_to_a_project_between_a_look_and_a_write(
    database: Database, second: Database, shop: Tenant, other: Tenant
) -> None:
    project, theirs = shop.made.project, other.made.project
    calls = [
        each.write(look_then_write, [(project, "n"), (theirs, "n")])
        for _ in range(40)
        for each in (database, second)
    ]
    outcomes = await asyncio.gather(*calls)
    assert sorted(first for first, _ in outcomes) == list(range(1, 81))
    assert sorted(last for _, last in outcomes) == list(range(1, 81))


async def test_a_new_person_is_made_once_whoever_hears_of_them_first(
    database: Database, second: Database, shop: Tenant
) -> None:
    survey = shop.keys("satismeter")["campaign"]
    command = SubmitResponse(
        dialect="satismeter",
        channel=Channel.IN_APP,
        survey=survey,
        contact=ContactKey(Identity.EXTERNAL, "007"),
        rating=9,
    )
    jobs = [(shop.made.project, command)]
    writing = [each.write(submit_responses, jobs) for _ in range(8) for each in (database, second)]
    await asyncio.gather(*writing)

    def counts(connection: Connection) -> tuple[int, int]:
        mine = [
            select(func.count()).where(table.c.project_id == shop.id)
            for table in (contacts, responses)
        ]
        people, answers = (connection.execute(each).scalar_one() for each in mine)
        return people, answers

    people, answers = await second.read(counts)
    assert people == 1
    assert answers >= 1


def nothing(_tx: Transaction, jobs: Sequence[Any]) -> list[None]:
    return [None] * len(jobs)


@pytest.mark.engine("postgresql")  # a file tells nobody
async def test_others_hear_of_what_was_written(database: Database, second: Database) -> None:
    heard = Event()
    second.after(nothing, heard.set)
    # Whoever begins to listen looks first; only what comes after that is told.
    assert await asyncio.to_thread(heard.wait, 20)
    heard.clear()
    await database.write(nothing, [0])
    assert not await asyncio.to_thread(heard.wait, 0.7)
    database.tell(nothing)
    await database.write(nothing, [0])
    assert await asyncio.to_thread(heard.wait, 20)


@pytest.mark.engine("postgresql")  # a file has no server that could go away
async def test_a_server_that_was_away_is_used_again(
    config: Config, database: Database, shop: Tenant
) -> None:
    job = [(shop.made.project, "n")]
    assert await database.write(look_then_write, job) == [1]
    assert await database.read(_one) == 1
    _end_connections(config)
    assert await database.write(look_then_write, job) == [2]
    _end_connections(config)
    assert await database.read(_one) == 1


@pytest.mark.engine("postgresql")  # a file tells nobody
async def test_who_listens_goes_on_after_the_server_was_away(
    config: Config, database: Database, second: Database
) -> None:
    heard = Event()
    second.after(nothing, heard.set)
    assert await asyncio.to_thread(heard.wait, 20)
    database.tell(nothing)
    heard.clear()
    _end_connections(config)
    assert await asyncio.to_thread(heard.wait, 20), "it looks for what it may have missed"
    heard.clear()
    await database.write(nothing, [0])
    assert await asyncio.to_thread(heard.wait, 20)


@pytest.mark.engine("postgresql")
async def test_a_server_that_is_away_is_no_fault_of_ours() -> None:
    with closing(Database("postgresql://nobody@127.0.0.1:1/nothing")) as away:
        outcomes = await away.write(nothing, [0, 0])
        assert [type(each) for each in outcomes] == [Unavailable, Unavailable]
        with pytest.raises(Unavailable):
            await away.read(_one)


@pytest.mark.engine("postgresql")
async def test_nobody_writes_to_a_standby(config: Config, database: Database) -> None:
    assert database
    # A server of which all sessions only read is to the driver what a standby is.
    only_reading = {"options": "-c default_transaction_read_only=on"}
    url = make_url(database_url(config)).update_query_dict(only_reading)
    with closing(Database(url.render_as_string(hide_password=False))) as standby:
        outcomes = await standby.write(nothing, [0])
        assert [type(each) for each in outcomes] == [Unavailable]
        assert await standby.read(_one) == 1


@pytest.mark.engine("postgresql")  # locks of a file end with their process
async def test_who_vanishes_keeps_nobody_waiting(database: Database) -> None:
    def setting(tx: Transaction, _jobs: Sequence[Any]) -> list[Any]:
        names = ("idle_in_transaction_session_timeout", "lock_timeout")
        return [[tx.connection.execute(text(f"SHOW {name}")).scalar() for name in names]]

    assert await database.write(setting, [0]) == [["15s", "20s"]]


def _one(connection: Connection) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())


def _end_connections(config: Config) -> None:
    """End all connections but one's own, as a server does that is started again."""
    engine = open_engine(database_url(config), writing=True)
    statement = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection, connection.begin():
        connection.execute(text(statement))
    engine.dispose()
