"""Asking people from a file, in a real browser: by keyboard, and without scripts."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import NARROW, WIDE, Browse, flaws, press, scrolls_sideways

LIST = (
    "email;name;S:city\r\n{0}1@example.com;Zoë;Köln\r\nnobody;;\r\n{0}2@example.com;李清照;杭州\r\n"
)


def chosen(page: Page, name: str) -> None:
    """Choose a file, as only a file dialogue can."""
    content = LIST.format(name).encode("utf-16")
    page.get_by_label("CSV file").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": content}
    )


def is_clean(page: Page) -> None:
    assert flaws(page) == []
    assert scrolls_sideways(page) == 0


@pytest.mark.parametrize(
    "conditions",
    [
        {"viewport": WIDE, "color_scheme": "light"},
        {"viewport": NARROW, "color_scheme": "dark"},
        {"viewport": WIDE, "color_scheme": "dark"},
    ],
    ids=["wide and light", "narrow and dark", "wide and dark"],
)
def test_a_list_is_sent_by_keyboard_and_followed(
    browse: Browse, conditions: dict[str, Any]
) -> None:
    name = f"{conditions['viewport']['width']}{conditions['color_scheme']}"
    page = browse(**conditions)
    page.goto("/-/p/shop/invitations")
    page.get_by_role("link", name="Ask people").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask people")
    chosen(page, name)
    page.get_by_label("CSV file").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="See what would be sent")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What would be sent")
    expect(page.get_by_text("'nobody' is no e-mail address")).to_be_visible()
    expect(page.get_by_role("cell", name="杭州")).to_be_attached()
    mail = page.frame_locator("iframe.mail")
    expect(mail.get_by_text("Shop").first).to_be_visible()
    is_clean(page)
    page.get_by_role("button", name="Send to 2 people").focus()
    page.keyboard.press("Enter")
    # The sender is at work meanwhile, and the page follows by itself.
    expect(page.get_by_role("status")).to_have_text("All 2 are settled.", timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Done")
    expect(page.get_by_text("they add up to the 2 that were requested")).to_be_visible()
    is_clean(page)


def test_all_of_it_works_without_scripts(browse: Browse) -> None:
    page = browse(java_script_enabled=False)
    page.goto("/-/p/shop/invitations/ask")
    chosen(page, "plain")
    press(page, page.get_by_role("button", name="See what would be sent"))
    page.get_by_text("Send later").click()
    moment = page.get_by_label("Not before, in UTC")
    moment.fill(str(moment.get_attribute("max")))
    press(page, page.get_by_role("button", name="Send to 2 people"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Under way")
    expect(page.get_by_text("Reload this page to see how far it is.")).to_be_visible()
    page.goto("/-/p/shop/invitations?address=plain1@example.com")
    press(page, page.get_by_role("link", name="plain1@example.com"))
    page.get_by_text("Cancel it").click()
    press(page, page.get_by_role("button", name="Cancel this invitation"))
    expect(page.get_by_role("status")).to_have_text("It is cancelled. Nothing will be sent.")


def test_a_setting_and_a_member_by_keyboard(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/brand-new/settings")
    page.get_by_label("Asks per person and week").fill("x")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing of that group was saved.")
    week = page.get_by_label("Asks per person and week")
    expect(week).to_have_value("x")
    is_clean(page)
    week.fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.goto("/-/p/brand-new/members")
    page.get_by_label("E-mail address").fill("dora@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The password")).to_be_visible()
    is_clean(page)
