"""Somebody is made an agent, sets a password by the link, and sees their own conversations."""

import itertools
import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Browse, sign_in
from tests.journeys.furnished import Site

PASSWORD = "an agent's own password"
#: Each agent of the tests is another one: the site is the same for all.
NUMBERS = itertools.count()
CONDITIONS = {
    "wide and light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "narrow and dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
}


def is_fit(page: Page) -> None:
    """Readable for everybody, and nothing sticks out to the side."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def answered(site: Site) -> None:
    """Two chats of the new project are rated: one with Kim, one with somebody else."""
    key = site.new.credentials["api"]["manage_key"]
    with httpx.Client(
        base_url=f"{site.url}/-/api", headers={"Authorization": f"Bearer {key}"}
    ) as api:
        for agent in ("Kim", "Somebody else"):
            number = next(NUMBERS)
            contact = {"identities": {"external": f"customer-{number}"}}
            chat = {"reference": f"chat-{number}", "contact": contact, "agent": agent}
            made = api.post("/conversations", json={"items": [chat]}).json()
            assert made["refused"] == 0, made
            answer = {
                "survey": "satismeter",
                "rating": 9,
                "contact": contact,
                "conversation": f"reference:chat-{number}",
                "comment": f"Thank you, {agent}",
            }
            told = api.post("/responses", json={"items": [answer]}).json()
            assert told["refused"] == 0, told


@pytest.mark.parametrize("conditions", CONDITIONS.values(), ids=CONDITIONS)
@pytest.mark.usefixtures("answered")
def test_an_agent_comes_in_by_the_link_and_sees_their_own(
    browse: Browse, conditions: dict[str, object]
) -> None:
    email = f"agent-{next(NUMBERS)}@example.com"
    owner = browse(**conditions)
    owner.goto("/-/p/brand-new/members")
    owner.get_by_label("E-mail address").fill(email)
    owner.get_by_label("Role", exact=True).last.select_option("agent")
    owner.get_by_role("button", name="Add", exact=True).click()
    link = owner.locator("#secret").inner_text()
    is_fit(owner)
    owner.goto("/-/p/brand-new/members")
    theirs = owner.locator("ul.keys > li", has_text=email)
    theirs.get_by_text("Names in conversations").click()
    theirs.get_by_label("As the wires tell them").fill("Kim")
    is_fit(owner)
    theirs.get_by_role("button", name="Save").click()
    expect(owner.get_by_role("status")).to_contain_text("The names are changed")

    agent = browse(None, **conditions)
    agent.goto(link)
    is_fit(agent)
    agent.get_by_label("New password").fill(PASSWORD)
    agent.get_by_role("button", name="Set it and sign in").click()
    expect(agent).to_have_url(re.compile("/-/p/brand-new/responses$"))
    expect(agent.locator("ol.readings > li").first).to_contain_text("Thank you, Kim")
    expect(agent.get_by_text("Somebody else")).to_have_count(0)
    is_fit(agent)
    agent.locator("a[data-response]").first.click()
    expect(agent.get_by_role("heading", name="Conversation")).to_be_visible()
    expect(agent.get_by_text("What we do about it")).to_have_count(0)
    is_fit(agent)
    agent.goto("/-/p/brand-new/conversations?period=all")
    expect(agent.get_by_role("rowheader", name="Kim")).to_be_visible()
    expect(agent.get_by_text("Somebody else")).to_have_count(0)
    is_fit(agent)
    agent.goto("/-/p/brand-new/")
    expect(agent.get_by_role("heading", name="Your role does not show this page")).to_be_visible()
    is_fit(agent)


def test_a_used_link_says_so(browse: Browse) -> None:
    page = browse(None)
    page.goto("/-/password/used")
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    is_fit(page)
    sign_in(page, "alice@example.com")
