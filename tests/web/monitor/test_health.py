"""Whether the server should be sent requests."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text

from tellback.store.database import Database
from tellback.web.monitor.health import DRAINING, UNFIT, UNREACHABLE, Health


async def test_a_server_with_its_database_is_ready(database: Database) -> None:
    assert await Health(database).reasons() == ()


async def test_who_drains_is_not_ready(database: Database) -> None:
    health = Health(database)
    health.drain()
    assert await health.reasons() == (DRAINING,)


async def test_a_schema_that_does_not_fit_is_a_reason(database: Database) -> None:
    async with later_schema(database, serves_from="later"):
        assert await Health(database).reasons() == (UNFIT,)


async def test_a_newer_schema_that_serves_us_is_none(database: Database) -> None:
    async with later_schema(database, serves_from="0001"):
        assert await Health(database).reasons() == ()


async def test_a_database_that_does_not_answer_is_a_reason(database: Database) -> None:
    gate = threading.Event()
    busy = [asyncio.ensure_future(database.read(lambda _: gate.wait(30))) for _ in range(4)]
    await asyncio.sleep(0)
    assert await Health(database, patience=0.05).reasons() == (UNREACHABLE,)
    gate.set()
    await asyncio.gather(*busy)


async def test_the_database_is_asked_once_for_many(database: Database, monkeypatch: Any) -> None:
    asked = []

    async def read(query: Any, *args: Any) -> Any:
        asked.append(query)
        return True

    monkeypatch.setattr(database, "read_patiently", read)
    health = Health(database)
    await asyncio.gather(*(health.reasons() for _ in range(50)))
    assert len(asked) == 1


@asynccontextmanager
async def later_schema(database: Database, serves_from: str) -> AsyncIterator[None]:
    """As a later program's migration leaves it, while this one is still at work."""
    before = await database.write_one(_set_revisions, ("later", serves_from))
    try:
        yield
    finally:
        await database.write_one(_set_revisions, before)


def _set_revisions(tx: Any, jobs: Any) -> list[Any]:
    """The schema's revision and the oldest one that it serves, as they were before."""
    query = "SELECT version_num, serves_from FROM alembic_version, schema_marks"
    before = tuple(tx.connection.execute(text(query)).one())
    (revision, oldest) = jobs[0]
    tx.connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    tx.connection.execute(text("UPDATE schema_marks SET serves_from = :to"), {"to": oldest})
    return [before]
