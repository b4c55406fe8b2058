"""alice's shop with a published survey, and a page of hers."""

from collections.abc import AsyncIterator

import pytest

from tellback.app import App
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.widget.publishing import NPS, PageScript, page_script, publish


@pytest.fixture
async def page(app: App, database: Database, shop: Tenant) -> AsyncIterator[PageScript]:
    """A page with the shop's key; the survey "nps" is published."""
    await publish(database, shop.made.project, nps=NPS)
    async with page_script(app, shop.keys("widget")["widget_key"]) as script:
        yield script
