"""Responses in a real browser: searched, read one after the other, by mouse, keys and links."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browsing import Browse

LIST = "ol.readings > li"


def chosen(page: Page) -> str:
    """The id of the response that is read."""
    return page.locator("article.story").get_attribute("data-story") or ""


def test_one_goes_through_the_list_by_keys(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/responses")
    expect(page.get_by_text("Choose a response")).to_be_visible()
    ids = [
        link.get_attribute("data-response") for link in page.locator("a[data-response]").all()[:3]
    ]
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(page.locator(f'article.story[data-story="{ids[place]}"]')).to_be_visible()
        expect(page.locator(f"{LIST}.chosen")).to_have_count(1)
    assert page.url.endswith(f"/responses/{ids[1]}")
    page.go_back()
    expect(page.locator(f'article.story[data-story="{ids[2]}"]')).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("In the comment")).to_be_focused()
    page.keyboard.type("jk?/")
    expect(page.get_by_label("In the comment")).to_have_value("jk?/")


def test_a_search_is_kept_while_one_reads(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/responses")
    page.get_by_label("In the comment").fill("parcel")
    page.get_by_label("Rating").select_option("positive")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(LIST).first).to_contain_text("The parcel came")
    page.locator("a[data-response]").nth(1).click()
    expect(page.locator("article.story")).to_contain_text("The parcel came")
    page.reload()
    expect(page.locator("article.story")).to_contain_text("The parcel came")
    expect(page.locator(f"{LIST}.chosen")).to_have_count(1)
    expect(page.get_by_label("In the comment")).to_have_value("parcel")
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page).to_have_url(re.compile(r"/responses$"))


def test_a_small_phone_reads_on_a_page_of_its_own(browse: Browse) -> None:
    page = browse(viewport={"width": 320, "height": 640})
    page.goto("/-/p/shop/responses?comments=1")
    page.locator("a[data-response]").first.click()
    expect(page.locator("article.story")).to_be_visible()
    expect(page.locator(LIST).first).to_be_hidden()
    page.get_by_role("link", name="Responses", exact=True).click()
    expect(page.locator(LIST).first).to_be_visible()
    expect(page).to_have_url(re.compile(r"comments=1$"))


def test_without_script_links_do_it(browse: Browse) -> None:
    page = browse(java_script_enabled=False)
    page.goto("/-/p/shop/responses")
    first = page.locator("a[data-response]").first
    id_ = first.get_attribute("data-response")
    first.click()
    assert chosen(page) == id_
    expect(page.locator(f"{LIST}.chosen")).to_have_count(1)


def test_an_expression_is_completed_and_its_mistake_marked(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/responses")
    page.get_by_text("More filters").click()
    field = page.get_by_label("Properties of the person")
    field.fill('property["city"] == "Köln" and ')
    options = page.locator("#where-beginnings option")
    for value in options.evaluate_all("all => all.map((one) => one.value)"):
        assert value.startswith('property["city"] == "Köln" and property["')
    field.fill('property["city"] == Köln')
    page.get_by_role("button", name="Show").click()
    expect(page.locator("mark")).to_have_text("Köln")
    expect(page.get_by_label("Properties of the person")).to_have_attribute("aria-invalid", "true")


def test_the_loop_is_closed_by_keys_and_by_a_form(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/responses?comments=1")
    page.keyboard.press("j")
    story, item = page.locator("article.story"), page.locator(f"{LIST}.chosen")
    expect(story).to_be_visible()
    page.keyboard.press("e")
    expect(story.locator(".badge.done")).to_be_visible()
    expect(item.locator(".badge.done")).to_be_visible()
    page.keyboard.press("e")
    expect(item.locator(".badge.open")).to_be_visible()
    page.get_by_label("Tags").fill("Refund, call back")
    page.get_by_label("Note").fill("Sent the money back.")
    page.get_by_role("button", name="Save").click()
    expect(story.locator(".notes")).to_contain_text("Sent the money back.")
    expect(item.locator(".badge.tag")).to_have_text(["call back", "refund"])
    assert "comments=1" in page.url
    page.get_by_text("More filters").click()
    page.get_by_label("Tag", exact=True).fill("refund")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(LIST)).to_have_count(1)


def test_a_note_is_kept_once_where_the_pane_does_not_come(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/responses?comments=1")
    page.locator("a[data-response]").nth(1).click()
    expect(page.locator("article.story")).to_be_visible()
    page.route("**/pane?*", lambda route: route.fulfill(status=404, body=""))
    page.get_by_label("Note").fill("Called them back.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_event("domcontentloaded")
    expect(page.locator(".notes").get_by_text("Called them back.")).to_have_count(1)


def test_what_is_shown_is_taken_home(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/responses?rating=promoter&comments=1")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "shop-responses.csv"
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0].startswith("id,created_at,survey")
    assert len(lines) > 1


def test_new_answers_are_told_of_and_shown_by_a_click(browse: Browse) -> None:
    page = browse()
    page.clock.install()
    page.route("**/responses/newer?*", lambda route: route.fulfill(json={"newer": 3}))
    # There is no stream to be had: the page asks by itself.
    page.route("**/responses/live", lambda route: route.fulfill(status=204))
    page.goto("/-/p/shop/responses?comments=1")
    expect(page.get_by_role("status")).to_be_hidden()
    page.clock.fast_forward(11_000)
    page.get_by_role("link", name="3 new answers").click()
    expect(page).to_have_url(re.compile(r"/responses\?comments=1$"))
    expect(page.locator(LIST).first).to_be_visible()


def test_a_search_is_named_and_compared(browse: Browse) -> None:
    page = browse()
    page.goto("/-/p/shop/responses?rating=bad")
    page.get_by_text("Save this search").click()
    page.get_by_label("Name").fill("Angry people")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Angry people")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_label("A", exact=True)).to_have_value("rating=bad")
    expect(page.locator("table.compared")).to_contain_text("A is really lower")
    page.get_by_role("button", name="Remove Angry people").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
