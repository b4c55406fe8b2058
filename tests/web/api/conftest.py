"""alice's shop and charlie's other project, and a caller for each of their keys."""

from collections.abc import AsyncIterator

import pytest

from tellback.app import App
from tests.conftest import Tenant
from tests.web.api.calling import Caller, calling


@pytest.fixture
async def alice(app: App, shop: Tenant) -> AsyncIterator[Caller]:
    """Who manages the shop."""
    async with calling(app, shop.keys("api")["manage_key"]) as caller:
        yield caller


@pytest.fixture
async def charlie(app: App, other: Tenant) -> AsyncIterator[Caller]:
    """Who manages the other project."""
    async with calling(app, other.keys("api")["manage_key"]) as caller:
        yield caller


@pytest.fixture
async def stranger(app: App) -> AsyncIterator[Caller]:
    """Who has no key."""
    async with calling(app, None) as caller:
        yield caller
