"""Pages of a survey that nobody has stored yet."""

from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from litestar import get as get_handler

from tellback.config import Config
from tellback.core.model import Project, Survey
from tellback.core.settings import ProjectSettings
from tellback.web.pages import Site, build_pages
from tellback.web.respond.preview import preview_form, preview_thanks
from tests.web.respond.asking import BINARY
from tests.web.respond.reading import read
from tests.web.respond.test_flow import TOUR

PROJECT = Project("0" * 32, "Shop", "shop", 0, ProjectSettings(colour="#0b7a75"), b"")


def survey(definition: Any) -> Survey:
    return Survey(PROJECT.id, "1" * 32, "draft", 1, 1, False, None, definition)


@get_handler("/-/form")
async def form() -> Any:
    return preview_form(PROJECT, survey(BINARY), "de", typed={"vote": ["negative"]}, path="/-/here")


@get_handler("/-/page")
async def page() -> Any:
    return preview_form(PROJECT, survey(TOUR), "en", {"nps": 2}, at="why")


@get_handler("/-/thanks")
async def thanks() -> Any:
    return preview_thanks(PROJECT, survey(BINARY), "en", {"vote": "positive"})


@pytest.fixture
async def person() -> AsyncIterator[httpx.AsyncClient]:
    # No database at all: whoever asked it would fail.
    site = Site(Config(), cast(Any, None), {})
    pages = build_pages(site, [form, page, thanks])
    transport = httpx.ASGITransport(app=cast(Any, pages))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        yield opened


async def test_a_draft_is_shown_as_its_readers_will_see_it(person: httpx.AsyncClient) -> None:
    reply = await person.get("/-/form")
    found = read(reply)
    assert (found.language, found.actions) == ("de", ["/-/here?lang=de"])
    assert "Waren Sie zufrieden?" in found.text
    assert ("q.vote", "negative") in found.chosen
    assert "/-/theme/0b7a75.css" in reply.text


async def test_a_page_depends_on_the_answers(person: httpx.AsyncClient) -> None:
    found = read(await person.get("/-/page"))
    assert "Why not?" in found.text
    assert "3 / 4" in found.text


async def test_the_thank_you_has_a_preview(person: httpx.AsyncClient) -> None:
    assert "Thank you!" in read(await person.get("/-/thanks")).text


async def test_it_may_be_framed_by_us_alone(person: httpx.AsyncClient) -> None:
    for path in ("/-/form", "/-/thanks"):
        headers = (await person.get(path)).headers
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "script-src 'self'" in headers["content-security-policy"]
