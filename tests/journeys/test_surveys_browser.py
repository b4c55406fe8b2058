"""The survey editor in a real browser: by keyboard alone, without script, and nothing is lost."""

import re

from playwright.sync_api import Route, expect

from tests.journeys.browsing import NARROW, Browse, flaws, press, tab_to

HOME = "/-/p/brand-new"


def test_a_survey_is_made_looked_at_and_published_by_keyboard(browse: Browse) -> None:
    page = browse()
    page.goto(f"{HOME}/surveys")
    tab_to(page, page.get_by_role("link", name="New survey"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New survey")
    tab_to(page, page.get_by_role("radio", name="NPS"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="CSAT")).to_be_checked()
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type("After a stay")
    tab_to(page, page.get_by_role("button", name="Begin"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("After a stay")
    assert flaws(page) == []

    tab_to(page, page.locator("#q0-text"))
    page.keyboard.press("Control+a")
    page.keyboard.type("How was your stay?")
    expect(page.locator("#q0 .opening")).to_have_text("How was your stay?")
    expect(page.get_by_role("status")).to_have_text("Saved as a draft.")
    preview = page.frame_locator("iframe[title='Preview of the page']")
    expect(preview.get_by_role("heading", name="How was your stay?")).to_be_visible()

    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#q1")).to_be_focused()
    expect(page.locator("#q1 .opening")).to_have_text("How was your stay?")
    tab_to(page, page.get_by_role("button", name="Publish"))
    page.keyboard.press("Enter")
    # The comment was shown by the rating, which comes later now.
    expect(page.get_by_role("alert")).to_contain_text("Question 1: show_if is about a later")
    assert flaws(page) == []
    tab_to(page, page.get_by_role("button", name="Move up question 2"))
    page.keyboard.press("Enter")
    expect(page.locator("#q0 .opening")).to_have_text("How was your stay?")
    tab_to(page, page.get_by_role("button", name="Publish"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Version 1 is published")
    assert flaws(page) == []


def test_without_script_the_buttons_do_it(browse: Browse) -> None:
    page = browse(java_script_enabled=False, viewport=NARROW)
    page.goto(f"{HOME}/new-survey")
    page.get_by_label("Title").fill("Bare")
    press(page, page.get_by_role("button", name="Begin"))
    page.get_by_label("Next question, answered by").select_option("dropdown")
    press(page, page.get_by_role("button", name="Add question"))
    page.locator("#q2-text").fill("Which?")
    page.get_by_label("Words of choice 1").fill("One")
    press(page, page.get_by_role("button", name="Add a choice to question 3"))
    page.get_by_label("Words of choice 3").fill("Three")
    press(page, page.get_by_role("button", name="Save draft"))
    page.goto(f"{HOME}/surveys")
    press(page, page.get_by_role("link", name="Bare"))
    expect(page.locator("#q2-text")).to_have_value("Which?")
    press(page, page.get_by_role("button", name="Publish"))
    expect(page.get_by_role("status")).to_contain_text("Version 1 is published")
    expect(page.locator(".asks")).to_contain_text("Which?")


def test_what_was_typed_is_there_after_the_browser_was_closed(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/surveys/seeded-csat/edit")
    page.get_by_label("Title").fill("Renamed")
    expect(page.get_by_role("status")).to_have_text("Saved as a draft.")
    again = browse()
    again.goto("/-/p/shop/surveys/seeded-csat/edit")
    expect(again.get_by_label("Title")).to_have_value("Renamed")
    again.get_by_label("Answered by").first.select_option("binary")
    expect(again.get_by_label("Counts as").first).to_have_value("binary")
    again.get_by_text("Throw this draft away").click()
    again.get_by_role("button", name="Throw away").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("After delivery (csat)")


def test_what_is_pressed_waits_for_the_save_under_way(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/surveys/seeded-csat/edit")
    held: list[Route] = []
    sent: list[Route] = []

    def hold(route: Route) -> None:
        is_save = "application/json" in route.request.headers.get("accept", "")
        if is_save:
            held.append(route)
            return
        sent.append(route)
        route.continue_()

    page.route("**/seeded-csat/edit", hold)
    with page.expect_request(lambda one: one.method == "POST"):
        page.get_by_label("Title").fill("Pressed at once")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_timeout(200)
    [save] = held
    assert sent == []
    save.continue_()
    expect(page.get_by_role("status")).to_contain_text("Version 2 is published")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pressed at once")
    assert len(sent) == 1
    expect(page.get_by_text("Changes not published")).to_have_count(0)


def test_the_widget_is_tried_and_nobody_is_asked(browse: Browse) -> None:
    page = browse(color_scheme="dark")
    page.goto("/-/p/shop/surveys/seeded-nps/edit")
    page.get_by_role("link", name="Widget", exact=True).click()
    frame = page.frame_locator("iframe[title='Preview of the widget']")
    card = frame.get_by_role("dialog")
    expect(card).to_have_class(re.compile("popover dark"))
    card.get_by_role("radio", name="9 out of 10").click()
    card.get_by_role("button", name="Send").click()
    expect(card.get_by_text("Thank you")).to_be_visible()
    card.get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)
    frame.get_by_role("button", name="Show it again").click()
    expect(card.get_by_role("button", name="Send")).to_be_hidden()
    page.get_by_label("Title", exact=True).fill("Seeded, as it was")
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    expect(card).to_be_visible()
    page.goto("/-/p/shop/surveys/seeded-nps/preview?ground=light")
    for way in ("over", "within"):
        ours = page.frame_locator(f"iframe[title='Preview of the widget {way} a page']")
        expect(ours.locator(".card")).to_have_class(re.compile("light"))
    assert flaws(page) == []
