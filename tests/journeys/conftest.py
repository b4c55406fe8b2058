"""Browsers, watched: on a page by itself, or signed in to the dashboard of a server of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tellback.app import build_app
from tellback.config import Config
from tests.engines import Engine
from tests.journeys.browsing import Browse, Open, browsing, chromium, sign_in
from tests.journeys.furnished import Site, furnished_site
from tests.serving import serving
from tests.web.respond.asking import Asker


@pytest.fixture(scope="module")
def site(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with engine.config(tmp_path_factory.mktemp("data")) as config, furnished_site(config) as site:
        yield site


@pytest.fixture(scope="module")
def url(asker: Asker) -> Iterator[str]:
    """Where respondents find the pages of a module's own ``asker``."""
    with serving(build_app(Config(data=Path("unused")), asker.database, {})) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens pages; what the browser complains of fails the test."""
    with browsing(browser) as opened:
        yield opened


@pytest.fixture
def browse(site: Site, open_page: Open) -> Iterator[Browse]:
    """Opens the dashboard for somebody; what it asks of other hosts fails the test, too."""
    hosts = []

    def open_dashboard(email: str | None = "alice@example.com", **conditions: Any) -> Page:
        page, watch = open_page(base_url=site.url, **conditions)
        hosts.append(watch.hosts)
        if email:
            sign_in(page, email)
        return page

    yield open_dashboard
    assert set().union(*hosts) <= {"", urlsplit(site.url).netloc}
