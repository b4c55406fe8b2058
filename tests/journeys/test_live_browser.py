"""Answers appear on a page that is open: told by a stream, and where there is none, asked for."""

from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tellback.config import Config
from tests.journeys.browsing import Browse
from tests.journeys.furnished import Site
from tests.journeys.running import command, start_server
from tests.web.dashboard.people import PASSWORD, token_of

PAGE = "/-/p/brand-new/responses"
#: Nobody answers twice.
NUMBERS = count()


@pytest.fixture
def post(site: Site) -> Callable[[int], None]:
    """Somebody answers, over a wire. The first has answered already."""
    keys: Any = site.new.credentials["satismeter"]

    def answer(rating: int) -> None:
        body = {"writeKey": keys["write_key"], "campaign": keys["campaign"], "rating": rating}
        who = f"rated {rating}, {next(NUMBERS)}"
        reply = httpx.post(f"{site.url}/api/responses", json={**body, "userId": who})
        assert reply.status_code == 201, reply.text

    answer(7)
    return answer


def opened(browse: Browse, query: str = "") -> Page:
    """The list in a browser whose own clock stands: nothing is asked for by and by."""
    page = browse()
    page.clock.install()
    with page.expect_response("**/responses/live") as streaming:
        page.goto(f"{PAGE}{query}")
    assert streaming.value.headers["content-type"].startswith("text/event-stream")
    return page


def test_an_answer_appears_without_asking(browse: Browse, post: Callable[[int], None]) -> None:
    page = opened(browse)
    expect(page.locator("[data-newer] a")).to_be_hidden()
    post(9)
    page.get_by_role("link", name="1 new answer").wait_for()
    post(8)
    page.get_by_role("link", name="2 new answers").click()
    expect(page.locator("ol.readings > li").first).to_contain_text("rated 8")


def test_only_what_is_searched_for_is_told_of(browse: Browse, post: Callable[[int], None]) -> None:
    post(2)
    page = opened(browse, "?rating=detractor")
    post(10)
    post(1)
    page.get_by_role("link", name="1 new answer", exact=True).click()
    expect(page.locator("ol.readings > li").first).to_contain_text("rated 1")


def test_a_browser_without_streams_asks_by_itself(
    browse: Browse, post: Callable[[int], None]
) -> None:
    page = browse()
    page.add_init_script("delete window.EventSource")
    page.clock.install()
    page.goto(PAGE)
    post(9)
    expect(page.locator("[data-newer] a")).to_be_hidden()
    page.clock.fast_forward(11_000)
    page.get_by_role("link", name="1 new answer").wait_for()


def test_who_has_many_pages_open_asks_with_the_next(
    browse: Browse, post: Callable[[int], None]
) -> None:
    for _ in range(3):
        opened(browse)
    page = browse()
    page.clock.install()
    with page.expect_response("**/responses/live") as refused:
        page.goto(PAGE)
    assert refused.value.status == 204
    post(9)
    page.clock.fast_forward(11_000)
    page.get_by_role("link", name="1 new answer").wait_for()


def test_an_open_stream_keeps_no_server_from_ending(config: Config) -> None:
    command(config, "project", "create", "Shop")
    command(
        config, "user", "create", "alice@example.com", "--password-stdin", given=f"{PASSWORD}\n"
    )
    server = start_server(config)
    with httpx.Client(base_url=server.url, headers={"Accept": "text/html"}) as client:
        form = {"form_token": token_of(client.get("/-/login").text)}
        client.post("/-/login", data={**form, "email": "alice@example.com", "password": PASSWORD})
        with client.stream("GET", "/-/p/shop/responses/live") as stream:
            chunks = stream.iter_raw()
            assert next(chunks).startswith(b"retry:")
            assert server.stop() == 0
            # It ended as a reply ends, and did not break off.
            assert b"data: other" not in b"".join(chunks)
    assert server.process.stdout
    server.process.stdout.close()
