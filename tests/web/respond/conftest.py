"""The pages alone, without any wire, at a moment that stands still."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import httpx
import pytest

from tellback.config import Config
from tellback.store.database import Database
from tellback.web.pages import Site, build_pages
from tellback.web.respond.errors import ERROR_PAGES
from tellback.web.respond.routes import HANDLERS
from tests.engines import opened
from tests.web.respond.asking import PERSON, Asker, Clock, make_asker


@pytest.fixture
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture
def database(config: Config, clock: Clock) -> Iterator[Database]:
    """An open database that goes by the test's clock."""
    with opened(config) as database:
        database.clock = clock
        yield database


@pytest.fixture
async def person(config: Config, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser, who sees what a fault of ours looks like."""
    pages = build_pages(Site(config, database, {}), HANDLERS, ERROR_PAGES)
    transport = httpx.ASGITransport(app=cast(Any, pages), raise_app_exceptions=False)
    headers = {"User-Agent": PERSON, "Accept-Language": "en"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver", headers=headers
    ) as opened:
        yield opened


@pytest.fixture
async def asker(database: Database) -> Asker:
    """alice's and bob's project, which asks."""
    return await make_asker(database)
