"""The dashboard in a real browser: in light and dark, small, by keyboard, and bare of script.

A server of its own process, on data as it is after some weeks.
"""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import NARROW, Browse, flaws, tab_to
from tests.journeys.furnished import Site
from tests.web.dashboard.people import PASSWORD


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_is_accessible(browse: Browse, scheme: str) -> None:
    page = browse(None, color_scheme=scheme)
    page.goto("/-/login")
    assert flaws(page) == []
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    assert flaws(page) == []


def test_a_small_phone_has_the_same_navigation(browse: Browse) -> None:
    page = browse(viewport=NARROW)
    page.goto("/-/p/shop/")
    expect(page.get_by_role("link", name="Responses", exact=True)).to_be_hidden()
    page.get_by_text("Menu").click()
    page.get_by_role("link", name="Responses", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Responses")
    page.get_by_text("Menu").click()
    assert flaws(page) == []
    current = page.locator('nav[aria-label="Main"] a[aria-current="page"]:visible')
    expect(current).to_have_text("Responses")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_every_page_is_one_click_away_and_says_where_one_is(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/")
    for name in ("Responses", "Invitations", "Outbox", "Connect", "Rejected input", "Overview"):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.locator('.sidebar a[aria-current="page"]')).to_have_text(name)
        expect(page).to_have_title(re.compile(rf"{name}.* · Tellback$"))


def test_one_changes_from_project_to_project(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/")
    page.locator(".sidebar .switcher summary").click()
    page.get_by_role("link", name="Brand new").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("ready for its first answer")
    page.locator(".sidebar .switcher summary").click()
    page.get_by_role("link", name="All projects").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")


def test_the_keyboard_is_enough(browse: Browse) -> None:
    page = browse(None)
    page.goto("/-/p/shop/invitations?state=responded")
    # A browser gives the focus with the first picture, which may come after "loaded".
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type("alice@example.com")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Invitations")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, page.locator("table.list tbody tr:first-child a"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


def test_a_list_is_walked_to_its_end_and_back(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/invitations?state=sent")
    seen = page.locator("table.list tbody tr").count()
    while page.get_by_role("link", name="Older").count():
        page.get_by_role("link", name="Older").click()
        seen += page.locator("table.list tbody tr").count()
        expect(page.get_by_label("State")).to_have_value("sent")
    page.get_by_role("link", name="Newest").click()
    assert seen > page.locator("table.list tbody tr").count()
    page.goto("/-/p/shop/?period=all")
    count = page.locator("table.states tr", has_text="Sent").locator("td").first.inner_text()
    assert int(count) == seen


def test_without_script_nothing_is_missing(browse: Browse) -> None:
    page = browse(java_script_enabled=False, viewport=NARROW)
    page.goto("/-/p/shop/")
    page.get_by_text("Menu").click()
    page.get_by_role("link", name="Connect", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connect")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_text("operations").first.click()
    expect(page.locator("table.routes").first).to_be_visible()


def test_an_example_is_copied(browse: Browse) -> None:
    page = browse(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/-/p/brand-new/")
    button = page.get_by_role("button", name="Copy").first
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl")


def test_a_look_is_seen_before_it_is_saved(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/brand-new/settings")
    page.get_by_label("Name for respondents").fill("Boots & more")
    page.get_by_label("Choose the colour").fill("#ffd400")
    expect(page.get_by_label("Colour", exact=True)).to_have_value("#ffd400")
    sample = page.frame_locator("[title='A survey page in this look']")
    expect(sample.locator("header")).to_have_text("Boots & more")
    expect(sample.get_by_role("button", name="Send")).to_have_css(
        "background-color", "rgb(255, 212, 0)"
    )
    expect(page.get_by_text("14.7 : 1").first).to_be_visible()
    assert flaws(page) == []
    page.reload()
    expect(page.get_by_label("Colour", exact=True)).to_have_value("")


def test_an_analyst_is_told_what_is_not_theirs(browse: Browse) -> None:
    page = browse("bob@example.com")
    expect(page).to_have_url(re.compile("/-/p/shop/$"))
    expect(page.get_by_role("link", name="Outbox")).to_have_count(0)
    page.goto("/-/p/shop/outbox")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your role does not show this page")
    assert flaws(page) == []


def test_who_has_no_project_is_told_how_to_get_one(browse: Browse) -> None:
    page = browse("nobody@example.com")
    expect(page.get_by_role("heading", level=1)).to_have_text("No project yet")
    assert flaws(page) == []


def test_on_paper_there_is_what_was_to_be_read(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/?period=all")
    page.emulate_media(media="print")
    expect(page.locator(".sidebar")).to_be_hidden()
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.get_by_role("heading", name="Invitations by state")).to_be_visible()
    expect(page.locator(".scores")).to_be_visible()


def test_paper_is_white_and_says_what_it_shows(site: Site, browse: Browse) -> None:
    page = browse(color_scheme="dark", viewport={"width": 720, "height": 1000})
    page.goto("/-/p/shop/?period=90&channel=email")
    expect(page.locator(".trend table")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("p.paper")).to_contain_text("Shop")
    expect(page.locator(".looked-at")).to_have_text(
        re.compile(r"90 days: \d+ \w+ \d+ to \d+ \w+ \d+\.\s+All surveys, all wires, e-mail\.")
    )
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
    # Shut on the screen, told on paper.
    expect(page.locator(".trend table")).to_be_visible()
    tops = page.locator(".scores .score").evaluate_all(
        "cards => cards.map(card => card.getBoundingClientRect().top)"
    )
    assert len(tops) > 2
    assert len(set(tops)) == 1
    for hidden in (".tabs", ".look", ".sidebar"):
        assert not any(one.is_visible() for one in page.locator(hidden).all())
    pages = page.pdf(format="A4", prefer_css_page_size=True)
    assert pages.startswith(b"%PDF")


def test_a_mail_is_opened_an_answer_clicked_and_the_score_moves(site: Site, browse: Browse) -> None:
    key = site.new.credentials["boolean"]["api_key"]
    item = {
        "$email": "ada@example.com",
        "$transaction_id": "order-1",
        "$transaction_date": "2026-11-20T10:00:00Z",
        "$transaction_amount": 99.5,
        "$transaction_currency": "EUR",
    }
    headers = {"User-Agent": "journey"}
    httpx.post(
        f"{site.url}/v1/surveys", json=[item], auth=(key, ""), headers=headers
    ).raise_for_status()
    page = browse()
    page.goto("/-/p/brand-new/outbox")
    while not page.locator("table.list tbody a").count():
        page.wait_for_timeout(100)
        page.reload()
    page.locator("table.list tbody a").first.click()
    mail = page.frame_locator("iframe.mail")
    with page.expect_popup() as popup:
        mail.get_by_role("link", name="Yes").first.click()
    popup.value.get_by_role("main").get_by_role("button").first.click()
    expect(popup.value.get_by_role("textbox")).to_be_visible()
    page.goto("/-/p/brand-new/")
    positive = page.locator(".score", has_text="Positive").first
    expect(positive).to_contain_text("1 answer so far")
    page.goto("/-/p/brand-new/invitations")
    page.locator("table.list tbody a").first.click()
    expect(page.locator(".timeline .answer")).to_contain_text("positive")
