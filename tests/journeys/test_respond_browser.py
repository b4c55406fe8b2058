"""The respondent's pages in a real browser: without script, by keyboard, small, dark, and light."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tellback.core.invitation import State
from tellback.core.links import Purpose
from tellback.core.model import Transaction
from tellback.core.settings import ProjectSettings
from tellback.store.ids import new_id, now_ms
from tellback.store.tables import responses, suppressions
from tests.engines import Engine, opened
from tests.journeys.browsing import (
    CONDITIONS,
    Open,
    focus_is_visible,
    is_fit_for_everybody,
    press,
)
from tests.web.respond.asking import Asker, make_asker, run


@pytest.fixture(scope="module")
def asker(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with engine.config(tmp_path_factory.mktemp("data")) as config, opened(config) as database:
        yield run(make_asker(database, "Shop", ProjectSettings(brand="Blue Bicycles")))


def invite(asker: Asker, survey: str = "binary", **more: Any) -> str:
    """A new invitation's path; its mail went an hour ago."""
    return asker.path(run(asker.invite(survey, **more)))


def stored(asker: Asker, path: str) -> dict[str, Any]:
    rows = run(asker.rows(responses))
    return next(row for row in rows if asker.path(row["invitation_id"]) == path)


def test_without_script_a_person_answers_comments_and_thinks_again(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page(java_script_enabled=False)
    path = invite(asker, transaction=Transaction("order-7", now_ms(), 99.5, "EUR"))
    page.goto(f"{url}{path}?a=positive")
    expect(page.get_by_text("99.50 EUR")).to_be_visible()
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    page.get_by_role("textbox", name="What could be better?").fill("The bell rings twice.")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("The bell rings twice.")).to_be_visible()
    page.get_by_role("link", name="Change my answer").click()
    page.get_by_role("radio", name="No").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    row = stored(asker, path)
    assert row["answers"] == {"vote": "negative", "why": "The bell rings twice."}
    assert row["revision"] == 2


def test_the_keyboard_alone_is_enough(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page()
    path = invite(asker, "nps")
    page.goto(f"{url}{path}?a=6")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="6")).to_be_focused()
    focus_is_visible(page)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="9")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Tab")
    focus_is_visible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Change my answer")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Typed without a mouse")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Typed without a mouse")).to_be_visible()
    assert stored(asker, path)["answers"] == {"nps": 9, "why": "Typed without a mouse"}


def test_a_mistake_takes_the_keyboard_to_its_field(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page()
    page.goto(url + invite(asker, "everything"))
    page.get_by_role("radiogroup", name="How easy was it?").get_by_role("radio", name="5").check()
    page.get_by_role("textbox", name="How many orders so far?").fill("a few")
    page.get_by_role("main").get_by_role("button").click()
    field = page.get_by_role("textbox", name="How many orders so far?")
    expect(field).to_be_focused()
    expect(field).to_have_value("a few")
    expect(field).to_have_accessible_description("Please enter a number, such as 42.")
    expect(page.get_by_role("alert")).to_contain_text("How many orders so far?")
    expect(page).to_have_title("Error: We would like to know what you think – Blue Bicycles")
    page.get_by_role("alert").get_by_role("link").click()
    expect(field).to_be_focused()


def test_unsubscribing_and_back(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page(java_script_enabled=False)
    id_ = run(asker.invite(address="grace@example.org"))
    page.goto(url + asker.path(id_, Purpose.UNSUBSCRIBE))
    expect(page.get_by_text("gr•••@example.org")).to_be_visible()
    assert run(asker.rows(suppressions)) == []
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    assert [row["address"] for row in run(asker.rows(suppressions))] == ["grace@example.org"]
    page.get_by_role("button", name="Subscribe again").click()
    expect(page.get_by_role("heading", name="You are subscribed again")).to_be_visible()
    assert run(asker.rows(suppressions)) == []


# --- every page, under every condition -------------------------------------------------------


def vote(asker: Asker, page: Page, url: str) -> None:
    number = f"order-20931-with-a-very-long-number-{new_id()}"
    bought = Transaction(number, now_ms(), 9_999_999_999, "EUR")
    page.goto(f"{url}{invite(asker, transaction=bought)}?a=positive")


def nps(asker: Asker, page: Page, url: str) -> None:
    page.goto(f"{url}{invite(asker, 'nps')}?a=9")


def everything(asker: Asker, page: Page, url: str) -> None:
    page.goto(f"{url}{invite(asker, 'everything')}?a=5")
    page.get_by_role("radio", name="4 out of 5").first.check()
    page.get_by_role("radio", name="5 out of 5").last.check()
    page.get_by_role("radio", name="Speed").check()
    page.get_by_role("checkbox", name="Packing").check()


def mistakes(asker: Asker, page: Page, url: str) -> None:
    page.goto(f"{url}{invite(asker, 'everything')}")
    page.get_by_role("radio", name="Other").check()
    page.get_by_role("textbox", name="Where may we reach you?").fill("nowhere")
    press(page, page.get_by_role("main").get_by_role("button"))


def thanks(asker: Asker, page: Page, url: str) -> None:
    vote(asker, page, url)
    press(page, page.get_by_role("main").get_by_role("button"))


def commented(asker: Asker, page: Page, url: str) -> None:
    thanks(asker, page, url)
    page.get_by_role("textbox").fill("Averylongwordthatneverends" * 10 + "\nand a line")
    press(page, page.get_by_role("main").get_by_role("button"))


def change(asker: Asker, page: Page, url: str) -> None:
    commented(asker, page, url)
    press(page, page.get_by_role("link", name="Change my answer"))


def overtaken(asker: Asker, page: Page, url: str) -> None:
    vote(asker, page, url)
    landing = page.url
    page.get_by_role("textbox").fill("Averylongwordthatneverends" * 10)
    press(page, page.get_by_role("main").get_by_role("button"))
    page.goto(landing.replace("positive", "negative"))
    page.evaluate("document.querySelector('[name=seen]').value = ''")
    press(page, page.get_by_role("main").get_by_role("button"))
    expect(page.get_by_role("alert")).to_contain_text("An answer is already there")


def arabic(asker: Asker, page: Page, url: str) -> None:
    page.goto(f"{url}{invite(asker, 'nps', language='ar')}?a=9")


def japanese(asker: Asker, page: Page, url: str) -> None:
    page.goto(f"{url}{invite(asker, language='ja')}?a=negative")
    press(page, page.get_by_role("main").get_by_role("button"))


def closed(asker: Asker, page: Page, url: str) -> None:
    page.goto(url + invite(asker, state=State.CANCELLED))


def unknown(asker: Asker, page: Page, url: str) -> None:
    page.goto(f"{url}/-/r/unknown")


def missing(asker: Asker, page: Page, url: str) -> None:
    page.goto(f"{url}/-/no/such/page")


def unsubscribe(asker: Asker, page: Page, url: str) -> None:
    id_ = run(asker.invite(address=f"{new_id()}@example.org"))
    page.goto(url + asker.path(id_, Purpose.UNSUBSCRIBE))


def unsubscribed(asker: Asker, page: Page, url: str) -> None:
    unsubscribe(asker, page, url)
    press(page, page.get_by_role("main").get_by_role("button"))


def trap(asker: Asker, page: Page, url: str) -> None:
    page.goto(url + asker.path(run(asker.invite()), Purpose.TRAP))


PAGES = [
    vote,
    nps,
    everything,
    mistakes,
    thanks,
    commented,
    change,
    overtaken,
    arabic,
    japanese,
    closed,
    unknown,
    missing,
    unsubscribe,
    unsubscribed,
    trap,
]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.__name__)
def test_every_page_is_fit_for_everybody(
    asker: Asker, url: str, open_page: Open, visit: Any, condition: str
) -> None:
    page, watch = open_page(**CONDITIONS[condition])
    visit(asker, page, url)
    is_fit_for_everybody(page, watch, url)


def test_light_and_dark_differ(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page()
    nps(asker, page, url)
    colours = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2


def test_nothing_moves_for_whom_it_must_not(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page(reduced_motion="reduce")
    nps(asker, page, url)
    moving = """[...document.querySelectorAll("*")].filter(each => {
        const style = getComputedStyle(each);
        return style.transitionDuration !== "0s" || style.animationName !== "none";
    }).length"""
    assert page.evaluate(moving) == 0


def test_a_choice_shows_without_its_colours(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page(forced_colors="active")
    nps(asker, page, url)
    outline = "getComputedStyle(document.querySelector(':checked + .face')).outlineStyle"
    assert page.evaluate(outline) == "solid"
