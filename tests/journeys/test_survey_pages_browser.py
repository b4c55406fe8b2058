"""A shared survey, page by page, in a real browser: without script, by keyboard, in colour."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tellback.actions.set_logos import SetLogo, set_logos
from tellback.core.links import share_link
from tellback.core.settings import ProjectSettings
from tellback.store.tables import responses
from tellback.surveyfile import read_survey
from tests.core.test_logo import SVG
from tests.engines import Engine, opened
from tests.journeys.browsing import (
    CONDITIONS,
    NARROW,
    Open,
    focus_is_visible,
    is_fit_for_everybody,
    press,
)
from tests.web.respond.asking import NPS, Asker, make_asker, run

FILE = Path(__file__).parents[1] / "fixtures" / "every_type.yaml"
VISIT = read_survey(FILE.read_text("utf-8")).definition
SURVEYS = {
    "visit": VISIT,
    "blocks": replace(VISIT, per_page=5, colour="#ffd400"),
    "once": replace(NPS, colour="#0a1a4f"),
}


@pytest.fixture(scope="module")
def asker(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with engine.config(tmp_path_factory.mktemp("data")) as config, opened(config) as database:
        made = run(make_asker(database, "Shop", ProjectSettings(brand="Blue Bicycles"), SURVEYS))
        run(database.write_one(set_logos, SetLogo(made.project.id, SVG % b"")))
        yield made


def link(asker: Asker, url: str, survey: str = "visit") -> str:
    survey_id = asker.surveys[survey].id
    return share_link(url, asker.project.secret, asker.project.id, survey_id)


def newest(asker: Asker) -> dict[str, Any]:
    return max(run(asker.rows(responses)), key=lambda row: (row["created_at"], row["id"]))


def go_on(page: Page) -> None:
    press(page, page.get_by_role("button", name="Next"))


def test_without_script_a_stranger_goes_through_back_away_and_returns(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page(java_script_enabled=False)
    page.goto(link(asker, url))
    expect(page.get_by_role("progressbar", name="Page 1 of 9")).to_be_visible()
    page.get_by_role("radio", name="3", exact=True).check()
    go_on(page)
    # A low score brings up a page of its own.
    expect(page.get_by_role("progressbar", name="Page 2 of 10")).to_be_visible()
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("Please answer this question.")
    page.get_by_role("textbox", name="What should we do better?").fill("The queue.")
    press(page, page.get_by_role("button", name="Back"))
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()
    go_on(page)
    expect(page.get_by_role("textbox")).to_have_value("The queue.")
    go_on(page)
    page.go_back()
    expect(page.get_by_role("textbox")).to_have_value("The queue.")
    row = newest(asker)
    assert (row["answers"], row["channel"]) == ({"recommend": 3, "improve": "The queue."}, "link")
    # Gone, and back by the same link.
    page.goto("about:blank")
    page.goto(link(asker, url))
    expect(page.get_by_text("where you left off")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Page 3 of 10")).to_be_visible()
    while page.get_by_role("button", name="Next").count():
        go_on(page)
    press(page, page.get_by_role("button", name="Send my answers"))
    expect(page.get_by_role("heading", name="Thank you, we read every word.")).to_be_visible()
    row = newest(asker)
    assert (row["left_at"], row["revision"]) == (None, 1)
    assert len(run(asker.rows(responses))) == 1


def test_the_keyboard_alone_goes_through_the_pages(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page()
    page.goto(link(asker, url))
    field = page.get_by_role("radio").first
    for _ in range(6):
        page.keyboard.press("Tab")
        if field.evaluate("each => each === document.activeElement"):
            break
    expect(field).to_be_focused()
    focus_is_visible(page)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="What should we do better?")).to_be_visible()
    assert newest(asker)["answers"] == {"recommend": 1}


def test_a_language_is_changed_without_losing_a_word(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page(java_script_enabled=False)
    page.goto(link(asker, url, "blocks"))
    page.get_by_role("radio", name="7", exact=True).first.check()
    press(page, page.get_by_role("button", name="Deutsch"))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    question = page.get_by_role("radiogroup", name="Wie wahrscheinlich ist es")
    expect(question.first).to_be_visible()
    expect(page.get_by_role("radio", name="7", exact=True).first).to_be_checked()
    press(page, page.get_by_role("button", name="Weiter"))
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_one_browser_one_answer_and_none_once_it_is_paused(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page(java_script_enabled=False)
    page.goto(f"{link(asker, url, 'once')}?a=9")
    expect(page.get_by_role("radio", name="9")).to_be_checked()
    press(page, page.get_by_role("button", name="Send my answer"))
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    page.goto(link(asker, url, "once"))
    expect(page.get_by_role("link", name="Change my answer")).to_be_visible()
    other, _ = open_page()
    other.goto(link(asker, url, "once"))
    expect(other.get_by_role("button", name="Send my answer")).to_be_visible()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_page_is_fit_for_everybody(
    asker: Asker, url: str, open_page: Open, condition: str
) -> None:
    page, watch = open_page(**CONDITIONS[condition])
    for question in ("recommend", "mood", "day"):
        page.goto(f"{link(asker, url)}?at={question}")
        is_fit_for_everybody(page, watch, url)


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_in_the_owners_colour_is_fit_too(
    asker: Asker, url: str, open_page: Open, scheme: str, locale: str
) -> None:
    page, watch = open_page(viewport=NARROW, color_scheme=scheme, locale=locale)
    page.goto(link(asker, url, "blocks"))
    page.locator("[name='q.recommend'][value='9']").check()
    page.locator("[name='q.staff'][value='4']").check()
    is_fit_for_everybody(page, watch, url)
    boxes = [each.bounding_box() for each in page.locator("[name='q.staff']").all()]
    places = [box["x"] for box in boxes if box]
    assert places == sorted(places, reverse=locale == "ar")
    page.goto(f"{link(asker, url, 'once')}?a=9")
    is_fit_for_everybody(page, watch, url)
    press(page, page.locator("main button"))
    is_fit_for_everybody(page, watch, url)


def test_the_code_can_be_read(asker: Asker, url: str, open_page: Open) -> None:
    page, _ = open_page()
    page.goto(f"{link(asker, url)}/qr.svg")
    drawn = page.evaluate("JSON.stringify(document.documentElement.viewBox.baseVal.width)")
    assert json.loads(drawn) >= 41 + 8
