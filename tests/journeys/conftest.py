"""Browsers for the dashboard: signed in, on a server of their own, and watched."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.engines import Engine
from tests.journeys.furnished import Site, furnished_site
from tests.web.dashboard.people import PASSWORD
from tools.ensure_chromium import FLAGS, find_chromium

WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def site(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with engine.config(tmp_path_factory.mktemp("data")) as config, furnished_site(config) as site:
        yield site


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    # After the server: what is furnished has a loop of its own, and this one keeps one running.
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield opened
        opened.close()


class Watch:
    """What a browser complains of, and what it asks others for."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        context.on("console", lambda message: self._hear(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on(
            "request",
            lambda request: (
                None if request.url.startswith(site.url) else self.elsewhere.append(request.url)
            ),
        )

    def _hear(self, kind: str, text: str) -> None:
        # A page with a status above 399 is none to complain of.
        if kind in {"error", "warning"} and "status of 4" not in text:
            self.complaints.append(text)


Browse = Callable[..., Page]


@pytest.fixture
def browse(browser: Browser, site: Site) -> Iterator[Browse]:
    """Opens a browser under conditions; what it complains of fails the test."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(email: str | None = "alice@example.com", **conditions: Any) -> Page:
        settings = {"viewport": WIDE, "color_scheme": "light", "base_url": site.url, **conditions}
        context = browser.new_context(**settings)
        opened.append((context, Watch(context, site)))
        page = context.new_page()
        if email:
            sign_in(page, email)
        return page

    yield open_page
    for context, watch in opened:
        context.close()
        assert watch.complaints == []
        assert watch.elsewhere == []


def sign_in(page: Page, email: str) -> None:
    page.goto("/-/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
