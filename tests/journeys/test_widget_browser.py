"""The widget on somebody else's page in a real browser, under a policy that allows it alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tellback.app import build_app
from tellback.config import Config
from tellback.core.instants import DAY
from tellback.core.settings import ProjectSettings
from tellback.core.users import Role
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.tables import events
from tests.engines import Engine, opened
from tests.journeys.browsing import CONDITIONS, Open, overflowing
from tests.journeys.foreign_page import foreign_page
from tests.journeys.running import wait_until
from tests.journeys.widget_pages import (
    INLINE,
    NOTE,
    SURVEYS,
    WAITING,
    count,
    dialog,
    is_readable,
    keeps_to_the_policy,
    latest,
    visit,
)
from tests.serving import serving
from tests.web.dashboard.people import PASSWORD, add_user
from tests.web.respond.asking import run
from tests.web.widget.publishing import publish


@pytest.fixture(scope="module")
def database(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with engine.config(tmp_path_factory.mktemp("data")) as config, opened(config) as database:
        yield database


@pytest.fixture(scope="module")
def key(database: Database) -> str:
    """The public key of a shop that asks people as often as they come."""
    free = ProjectSettings(throttle_per_day=None, throttle_per_week=None, throttle_per_month=None)

    async def found() -> str:
        made = await make_project(database, load_dialects(), "Shop", free)
        await publish(database, made.project, **SURVEYS)
        return str(made.credentials["widget"]["widget_key"])

    return run(found())


@pytest.fixture(scope="module")
def tellback(database: Database) -> Iterator[str]:
    with serving(build_app(Config(data=Path("unused")), database, {})) as url:
        yield url


@pytest.fixture(scope="module")
def shop(tellback: str, key: str) -> Iterator[str]:
    """Somebody else's site."""
    with foreign_page(tellback, key, more=INLINE) as url:
        yield url


def test_the_keyboard_alone_is_enough(shop: str, database: Database, open_page: Open) -> None:
    page = visit(open_page, shop)
    expect(dialog(page)).to_have_accessible_name("How likely are you to recommend us?")
    expect(page.get_by_role("status")).to_contain_text("How likely are you to recommend us?")
    assert page.evaluate("document.activeElement === document.body"), "it takes no focus"
    page.get_by_role("button", name="Buy").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Tab")
    for key in ["Space", *["ArrowRight"] * 4]:
        page.keyboard.press(key)
    expect(page.get_by_role("radio", name="4 out of 10")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="What went wrong?")).to_be_focused()
    page.keyboard.type("The bell rings twice.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_accessible_name("Thank you!")
    row = latest(database)
    assert row.answers == {"nps": 4, "wrong": "The bell rings twice."}
    assert (row.channel, row.comment, row.completed) == ("in_app", "The bell rings twice.", True)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Buy")).to_be_focused()
    keeps_to_the_policy(page)


def test_a_score_is_stored_as_soon_as_it_is_pressed(
    shop: str, database: Database, open_page: Open
) -> None:
    page, before = visit(open_page, shop), count(database)
    page.get_by_role("radio", name="9 out of 10").click()
    wait_until(lambda: count(database) == before + 1)
    row = latest(database)
    assert (row.rating, row.completed) == (9, False)
    page.get_by_role("radio", name="3 out of 10").click()
    wait_until(lambda: latest(database).rating == 3)
    page.get_by_role("textbox", name="What went wrong?").fill("Nothing")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("tellback-survey .more")).to_contain_text("Your answer has been saved.")
    assert count(database) == before + 1
    assert latest(database).completed
    keeps_to_the_policy(page)


def test_one_press_is_enough_where_there_is_nothing_else_to_ask(
    shop: str, database: Database, open_page: Open
) -> None:
    page = visit(open_page, f"{shop}/vote")
    page.get_by_role("radio", name="Yes").click()
    expect(page.locator("tellback-survey .more")).to_contain_text("Your answer has been saved.")
    assert latest(database).answers == {"vote": "positive"}
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)


def test_an_answer_outlives_a_lost_connection(
    shop: str, database: Database, open_page: Open
) -> None:
    page, before = visit(open_page, shop), count(database)
    expect(dialog(page)).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("radio", name="10 out of 10").click()
    page.get_by_role("textbox", name="What did you like?").fill("The bell")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("tellback-survey .more")).to_contain_text("You are offline.")
    assert count(database) == before
    page.context.set_offline(False)
    wait_until(lambda: count(database) == before + 1)
    assert latest(database).comment == "The bell"
    wait_until(lambda: page.evaluate(WAITING) == [])
    keeps_to_the_policy(page)


def test_what_was_not_sent_goes_with_the_next_page_once(
    shop: str, database: Database, open_page: Open
) -> None:
    page, before = visit(open_page, shop), count(database)
    expect(dialog(page)).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("radio", name="10 out of 10").click()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("tellback-survey .more")).to_contain_text("You are offline.")
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{shop}/elsewhere")
    wait_until(lambda: count(database) == before + 1)
    wait_until(lambda: page.evaluate(WAITING) == [])
    page.reload()
    page.wait_for_load_state("networkidle")
    assert count(database) == before + 1
    assert latest(database).rating == 10


def test_who_closes_it_is_left_alone(shop: str, database: Database, open_page: Open) -> None:
    page, before = visit(open_page, shop), count(database)
    page.get_by_role("button", name="Close").click()
    expect(dialog(page)).to_have_count(0)
    wait_until(lambda: latest(database, events).name.startswith("$dismissed:"))
    for again in (page.reload, lambda: page.goto(f"{shop}/?again")):
        again()
        page.wait_for_load_state("networkidle")
        expect(dialog(page)).to_have_count(0)
    assert count(database) == before
    page.clock.install()
    page.clock.fast_forward(8 * DAY)
    page.reload()
    expect(dialog(page)).to_be_visible()


def test_a_page_that_changes_its_address_by_itself(shop: str, open_page: Open) -> None:
    page = visit(open_page, f"{shop}/elsewhere")
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)
    page.evaluate("history.pushState(null, '', '/vote')")
    expect(dialog(page)).to_have_accessible_name("Did you find it?")
    page.evaluate("history.pushState(null, '', '/elsewhere')")
    expect(dialog(page)).to_have_count(0)
    page.go_back()
    expect(dialog(page)).to_have_accessible_name("Did you find it?")
    page.evaluate("history.replaceState(null, '', '/')")
    expect(dialog(page)).to_have_accessible_name("How likely are you to recommend us?")
    page.get_by_role("radio", name="9 out of 10").click()
    page.evaluate("history.pushState(null, '', '/elsewhere')")
    page.wait_for_timeout(300)
    expect(dialog(page)).to_be_visible()
    keeps_to_the_policy(page)


def test_a_survey_that_was_begun_goes_along_to_the_next_page(shop: str, open_page: Open) -> None:
    page = visit(open_page, shop)
    page.get_by_role("radio", name="2 out of 10").click()
    wait_until(lambda: page.evaluate(WAITING) == [])
    page.reload()
    expect(page.get_by_role("radio", name="2 out of 10")).to_be_checked()
    expect(page.get_by_role("textbox", name="What went wrong?")).to_be_visible()


def test_inline_it_is_a_part_of_the_page(shop: str, database: Database, open_page: Open) -> None:
    page = visit(open_page, f"{shop}/inline")
    part = page.get_by_role("region", name="How was it?")
    expect(part).to_be_visible()
    part.get_by_role("radio", name="4 out of 5").click()
    expect(page.locator("tellback-survey .more")).to_contain_text("Your answer has been saved.")
    assert latest(database).rating == 4
    keeps_to_the_policy(page)


def test_a_target_that_is_no_selector_harms_no_other_survey(
    tellback: str, key: str, open_page: Open
) -> None:
    with foreign_page(tellback, key, attributes={"data-target": "]["}) as url:
        expect(dialog(visit(open_page, url))).to_be_visible()


def test_a_card_that_cannot_be_shown_harms_no_other_survey(shop: str, open_page: Open) -> None:
    page, watch = open_page()

    def spoil(route: Route) -> None:
        route.fulfill(
            json={"ask": {"survey": "vote"}}, headers={"Access-Control-Allow-Origin": "*"}
        )

    page.route("**/ask", spoil, times=1)
    with page.expect_event("console"):
        page.goto(f"{shop}/vote")
    watch.complaints.clear()
    page.evaluate("history.pushState(null, '', '/')")
    expect(dialog(page)).to_have_accessible_name("How likely are you to recommend us?")
    watch.complaints.clear()


def test_when_and_to_whom(shop: str, open_page: Open) -> None:
    page = visit(open_page, f"{shop}/late")
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)
    expect(dialog(page)).to_be_visible()
    page = visit(open_page, f"{shop}/ease")
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)
    page.evaluate("tellback('track', 'paid')")
    expect(dialog(page)).to_have_accessible_name("How easy?")
    page = visit(open_page, f"{shop}/none")
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)
    page.evaluate("tellback('open', 'none')")
    expect(page.get_by_role("radio", name="Yes")).to_be_focused()


def test_another_person_is_asked_anew(shop: str, open_page: Open) -> None:
    page = visit(open_page, f"{shop}/known")
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)
    page.evaluate("tellback('identify', 'u-1', { plan: 'free' })")
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)
    page.evaluate("tellback('identify', 'u-2', { plan: 'pro' })")
    expect(dialog(page)).to_be_visible()


def test_a_page_that_has_gone_on_meanwhile_is_left_alone(shop: str, open_page: Open) -> None:
    page, _ = open_page()
    page.context.add_init_script(NOTE)

    def leave(route: Route) -> None:
        page.evaluate("history.replaceState(null, '', '/elsewhere')")
        route.continue_()

    page.route("**/ask", leave, times=1)
    page.goto(f"{shop}/vote")
    page.wait_for_load_state("networkidle")
    expect(dialog(page)).to_have_count(0)
    page.evaluate("history.replaceState(null, '', '/vote')")
    expect(dialog(page)).to_be_visible()


def test_a_widget_that_came_without_a_connection_finds_it(
    tellback: str, key: str, shop: str, open_page: Open
) -> None:
    page, watch = open_page()
    page.route(f"{tellback}/-/widget/{key}", lambda route: route.abort())
    page.goto(f"{shop}/vote")
    page.wait_for_load_state("networkidle")
    page.unroute(f"{tellback}/-/widget/{key}")
    expect(dialog(page)).to_have_count(0)
    page.context.set_offline(True)
    page.context.set_offline(False)
    expect(dialog(page)).to_be_visible()
    watch.complaints.clear()


@pytest.mark.parametrize(
    ("schemes", "theme", "looks"),
    [("light dark", "", "dark"), ("light", "", "light"), ("light", "dark", "dark")],
)
def test_it_is_dark_where_the_page_is(
    tellback: str, key: str, open_page: Open, schemes: str, theme: str, looks: str
) -> None:
    attributes = {"data-theme": theme} if theme else {}
    with foreign_page(tellback, key, schemes=schemes, attributes=attributes) as site:
        page = visit(open_page, f"{site}/vote", color_scheme="dark")
        expect(page.locator("tellback-survey .card")).to_contain_class(looks)


def test_who_the_page_says_it_is(
    tellback: str, key: str, database: Database, open_page: Open
) -> None:
    with foreign_page(tellback, key, attributes={"data-wait": ""}) as site:
        page = visit(open_page, f"{site}/vote")
        page.wait_for_load_state("networkidle")
        expect(dialog(page)).to_have_count(0)
        page.evaluate("tellback('identify', 'u-7', { plan: 'pro' })")
        page.get_by_role("radio", name="No").click()
        expect(page.locator("tellback-survey .more")).to_contain_text("Your answer has been saved.")
    assert latest(database).traits == {"plan": "pro"}
    assert latest(database).referrer == f"{site}/vote"


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("path", ["/", "/vote", "/inline", "/arabic"])
def test_it_is_fit_for_everybody(
    tellback: str, key: str, open_page: Open, path: str, name: str
) -> None:
    lang = "ar" if path == "/arabic" else "en"
    with foreign_page(tellback, key, more=INLINE, lang=lang) as site:
        page = visit(open_page, site + path, **CONDITIONS[name])
        shown = page.locator("tellback-survey .card")
        expect(shown).to_be_visible()
        is_readable(page)
        page.get_by_role("radio").nth(1).focus()
        page.keyboard.press("Space")
        expect(page.locator("tellback-survey .send")).to_be_visible()
        is_readable(page)
        page.locator("tellback-survey .send").click()
        expect(page.locator("tellback-survey .thanks")).to_be_visible()
        is_readable(page)
        keeps_to_the_policy(page)


def test_a_made_up_shop_shows_it(
    tellback: str, key: str, database: Database, open_page: Open
) -> None:
    run(add_user(database, "alice@example.com", Role.OWNER, "shop"))
    for settings in CONDITIONS.values():
        page = visit(open_page, f"{tellback}/-/p/shop/widget", **settings)
        page.get_by_label("E-mail address").fill("alice@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ride home on one of these")
        page.get_by_role("link", name="Help").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("How to mend a flat tyre")
        page.get_by_role("button", name="Open “Binary”").click()
        expect(dialog(page)).to_have_accessible_name("Did you find it?")
        is_readable(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Open “Binary”")).to_be_focused()
        assert overflowing(page) == []
        keeps_to_the_policy(page)
