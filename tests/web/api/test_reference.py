"""The API's description: as a document, and as a page that works in a browser."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from tellback.app import App
from tellback.web.api.openapi import build
from tellback.web.api.problems import KINDS
from tellback.web.api.reference import kind_text
from tellback.web.api.table import OPERATIONS
from tests.serving import serving
from tests.web.api.calling import Caller
from tools.ensure_chromium import FLAGS, find_chromium

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield opened
        opened.close()


async def test_nobody_needs_a_key_for_it(stranger: Caller) -> None:
    document = await stranger.get("/openapi.json")
    assert document.json()["openapi"] == "3.1.0"
    assert document.json()["paths"].keys() == build(OPERATIONS[:-2])["paths"].keys()
    page = await stranger.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_every_problem_has_its_place(stranger: Caller) -> None:
    ids = re.findall(r'\bid="([^"]+)"', (await stranger.get("/docs")).text)
    assert {kind.name for kind in KINDS.values()} <= set(ids)
    assert len(ids) == len(set(ids))


async def test_every_link_of_the_page_leads_somewhere(stranger: Caller) -> None:
    text = (await stranger.get("/docs")).text
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'\bid="([^"]+)"', text))


def test_what_a_schema_takes_is_said_in_words() -> None:
    assert kind_text({"type": "integer", "minimum": 1, "maximum": 5}) == "integer, 1 to 5"
    assert kind_text({"anyOf": [{"type": "string"}, {"type": "null"}]}) == "string or null"
    assert kind_text({"type": "array", "items": {"enum": ["a", "b"]}}) == "list of a, b"
    assert kind_text({}) == "anything"


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", NARROW)])
def test_the_page_has_no_flaws(
    browser: Browser, app: App, scheme: str, viewport: dict[str, int]
) -> None:
    complaints: list[str] = []
    with serving(app) as url:
        context = browser.new_context(color_scheme=scheme, viewport=viewport, base_url=url)
        context.on("console", lambda message: complaints.append(message.text))
        page = context.new_page()
        page.goto("/-/api/docs")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        assert [flaw["id"] for flaw in Axe().run(page).response["violations"]] == []
        context.close()
    assert complaints == []


def test_a_link_opens_what_it_leads_to(browser: Browser, app: App) -> None:
    with serving(app) as url:
        context = browser.new_context(base_url=url)
        page = context.new_page()
        page.goto("/-/api/docs#get_contact")
        link = page.locator("#get_contact a", has_text="ContactStoryView")
        expect(link).to_be_visible()
        link.click()
        expect(page.locator("#schema-ContactStoryView table")).to_be_visible()
        context.close()
