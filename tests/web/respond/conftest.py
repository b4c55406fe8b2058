"""The pages alone, without any wire, at a moment that stands still."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tellback.app import App, build_app, open_database
from tellback.config import Config
from tellback.store.database import Database
from tests.web.respond.asking import PERSON, Asker, Clock, make_asker


@pytest.fixture
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture
def database(config: Config, clock: Clock) -> Iterator[Database]:
    """An open database that goes by the test's clock."""
    opened = open_database(config)
    opened.clock = clock
    yield opened
    opened.close()


@pytest.fixture
def app(config: Config, database: Database) -> App:
    """The application without a wire."""
    return build_app(config, database, {})


@pytest.fixture
async def person(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser."""
    transport = httpx.ASGITransport(app=app)
    headers = {"User-Agent": PERSON, "Accept-Language": "en"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver", headers=headers
    ) as opened:
        yield opened


@pytest.fixture
async def asker(database: Database) -> Asker:
    """alice's and bob's project, which asks."""
    return await make_asker(database)
