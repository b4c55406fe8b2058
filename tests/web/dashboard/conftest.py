"""alice owns "shop" and bob analyses it; charlie owns "other". Each has a browser."""

from collections.abc import AsyncIterator

import pytest

from tellback.app import App, build_app
from tellback.config import Config
from tellback.core.users import Role
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.dashboard.people import Clock, Person, add_user, browser, signed_in
from tests.web.dashboard.seeds import Seed, Seeded, sow


@pytest.fixture
def clock(database: Database) -> Clock:
    """What time it is, for everything."""
    standing = Clock()
    database.clock = standing
    return standing


@pytest.fixture
def app(config: Config, database: Database, clock: Clock) -> App:
    """The whole application, going by the test's clock from the start."""
    assert database.clock is clock
    return build_app(config, database)


@pytest.fixture
async def alice(app: App, database: Database, shop: Tenant) -> AsyncIterator[Person]:
    """An owner of the shop."""
    user = await add_user(database, "alice@example.com", Role.OWNER, shop.slug)
    person = await signed_in(app, database, user)
    async with person.client:
        yield person


@pytest.fixture
async def bob(app: App, database: Database, shop: Tenant) -> AsyncIterator[Person]:
    """An analyst of the shop."""
    user = await add_user(database, "bob@example.com", Role.ANALYST, shop.slug)
    person = await signed_in(app, database, user)
    async with person.client:
        yield person


@pytest.fixture
async def charlie(app: App, database: Database, other: Tenant) -> AsyncIterator[Person]:
    """An owner of another project."""
    user = await add_user(database, "charlie@example.com", Role.OWNER, other.slug)
    person = await signed_in(app, database, user)
    async with person.client:
        yield person


@pytest.fixture
async def stranger(app: App) -> AsyncIterator[Person]:
    """Somebody who is not signed in."""
    async with browser(app) as client:
        yield Person("stranger@example.com", client)


@pytest.fixture
async def sown(clock: Clock, database: Database, shop: Tenant) -> Seeded:
    """The shop after some weeks."""
    seeded = await database.write_one(sow, Seed(shop.made.project))
    assert isinstance(seeded, Seeded)
    return seeded
