"""A form with every type of question and with logic, in a real browser, with script and without."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.core.model import QuestionType, SurveyDefinition
from tellback.core.settings import ProjectSettings
from tellback.store.surveys import find_by_key
from tellback.store.tables import responses
from tellback.surveyfile import read_survey
from tests.engines import Engine, opened
from tests.journeys.browsing import (
    CONDITIONS,
    NARROW,
    Open,
    focus_is_visible,
    is_fit_for_everybody,
    press,
)
from tests.web.respond.asking import Asker, make_asker, run

FILE = Path(__file__).parents[1] / "fixtures" / "every_type.yaml"
VISIT = replace(read_survey(FILE.read_text("utf-8")).definition, per_page=100)
#: The questions that are there whatever is answered.
ALWAYS = [
    "How likely are you to recommend us?",
    "How easy was it to find what you needed?",
    "Our staff",
    "How do you feel now?",
    "Did you find it?",
    "What brought you here?",
    "Which of our shops was it?",
    "How often have you been here?",
    "When were you here?",
]
#: What is filled in where every question is to be seen, and what is then on record.
ANSWERS = {
    "recommend": 3,
    "improve": "The queue.\nAnd the light.",
    "effort": 2,
    "staff": 4,
    "mood": 5,
    "found": "negative",
    "sought": "a red bicycle",
    "reason": "help",
    "kinds": ["advice", "other"],
    "which": "a map",
    "shop": "market",
    "times": 3.5,
    "regular": "positive",
    "mail": "ada@example.org",
    "day": "2026-11-20",
}


@pytest.fixture(scope="module")
def asker(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with engine.config(tmp_path_factory.mktemp("data")) as config, opened(config) as database:
        settings = ProjectSettings(brand="Blue Bicycles")
        yield run(make_asker(database, "Shop", settings, {"visit": VISIT, "moving": VISIT}))


class Form:
    """The page of a new invitation, and what it led to."""

    def __init__(self, asker: Asker, page: Page, url: str, survey: str = "visit") -> None:
        self.asker, self.page = asker, page
        self.id = run(asker.invite(survey))
        self.address = url + asker.path(self.id)
        page.goto(self.address)

    @property
    def questions(self) -> list[str]:
        """The questions that are to be seen, in their order."""
        legends = self.page.locator("legend, .question > label")
        shown = [each for each in legends.all() if each.is_visible()]
        return [each.locator("span").first.inner_text() for each in shown]

    def field(self, question: str) -> Locator:
        """The controls of a question."""
        return self.page.locator(f"[name='q.{question}']")

    def choose(self, question: str, value: Any) -> None:
        """Tick an answer, as a person does."""
        self.page.locator(f"[name='q.{question}'][value='{value}']").check()

    def fill(self, answers: dict[str, Any]) -> None:
        """Answer questions, each in its own way."""
        for name, value in answers.items():
            kind = next(q.type for q in VISIT.questions if q.id == name)
            if isinstance(value, list):
                for each in value:
                    self.choose(name, each)
            elif kind is QuestionType.DROPDOWN:
                self.field(name).select_option(value)
            elif self.field(name).first.get_attribute("type") == "radio":
                self.choose(name, value)
            else:
                self.field(name).fill(str(value))

    def send(self) -> None:
        """Press the button."""
        press(self.page, self.page.get_by_role("main").get_by_role("button"))

    @property
    def response(self) -> dict[str, Any]:
        """What is on record."""
        rows = run(self.asker.rows(responses))
        return next(row for row in rows if row["invitation_id"] == self.id)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_every_type_is_answered_and_stored_as_it_was_meant(
    asker: Asker, url: str, open_page: Open, script: bool
) -> None:
    page, _ = open_page(java_script_enabled=script)
    form = Form(asker, page, url)
    form.fill(ANSWERS)
    form.send()
    expect(page.get_by_role("heading", name="Thank you, we read every word.")).to_be_visible()
    expect(page.get_by_text("Market Square")).to_be_visible()
    row = form.response
    assert row["answers"] == ANSWERS
    assert (row["metric"], row["rating"], row["comment"]) == ("nps", 3, ANSWERS["improve"])
    assert (row["completed"], row["survey_version"]) == (True, 1)


def test_questions_come_and_go_with_the_answers_that_ask_for_them(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page()
    form = Form(asker, page, url)
    expect(page.locator(".if")).to_have_count(6)
    expect(page.locator(".if:visible")).to_have_count(0)
    assert form.questions == ALWAYS
    form.choose("reason", "help")
    form.choose("kinds", "other")
    assert [q for q in form.questions if q not in ALWAYS] == [
        "What did you need help with?",
        "What else?",
    ]
    form.field("which").fill("a map")
    form.choose("reason", "buy")
    # The chain is gone from its first link on, though the boxes further on stay ticked.
    assert form.questions == ALWAYS
    for often, shown in (("2,9", False), ("3", True), ("many", False), ("", False)):
        form.field("times").fill(often)
        assert ("Do you want a regular's card?" in form.questions) == shown
    form.choose("recommend", 9)
    assert "Do you want a regular's card?" in form.questions
    form.send()
    assert form.response["answers"] == {"recommend": 9, "reason": "buy"}


def test_without_script_every_question_says_when_it_counts_and_else_is_left_out(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page(java_script_enabled=False)
    form = Form(asker, page, url)
    assert form.questions == [question.text["en"] for question in VISIT.questions]
    hint = "Only if you answered: How often have you been here? 3 or more or How likely"
    expect(page.get_by_role("radiogroup", name="regular's card").locator("legend")).to_contain_text(
        hint
    )
    form.fill({**ANSWERS, "recommend": 10, "found": "positive", "reason": "buy", "times": 1})
    form.send()
    left_out = {"improve", "sought", "kinds", "which"}
    kept = {name: value for name, value in ANSWERS.items() if name not in left_out}
    changed = {"recommend": 10, "found": "positive", "reason": "buy", "times": 1}
    assert form.response["answers"] == {**kept, **changed}


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_shown_question_may_be_required(
    asker: Asker, url: str, open_page: Open, script: bool
) -> None:
    page, _ = open_page(java_script_enabled=script)
    form = Form(asker, page, url)
    form.fill({"recommend": 0, "found": "positive"})
    form.send()
    expect(page.get_by_role("alert")).to_contain_text("What should we do better?")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(1)
    expect(form.field("improve")).to_be_focused()
    assert "What should we do better?" in form.questions
    form.fill({"improve": "All of it"})
    form.send()
    answers = {"recommend": 0, "improve": "All of it", "found": "positive"}
    assert form.response["answers"] == answers


def test_the_answer_that_a_mail_offers_brings_up_its_question(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page()
    form = Form(asker, page, url)
    page.goto(f"{form.address}?a=6")
    assert form.questions[1] == "What should we do better?"
    expect(page.locator("[name='q.recommend'][value='6']")).to_be_checked()
    page.goto(f"{form.address}?a=7")
    assert form.questions == ALWAYS


def test_the_keyboard_goes_on_to_a_question_that_has_come_up(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page()
    form = Form(asker, page, url)
    form.field("found").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name='q.found'][value='negative']")).to_be_checked()
    page.keyboard.press("Tab")
    expect(form.field("sought")).to_be_focused()
    focus_is_visible(page)
    page.keyboard.type("a tandem")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(form.field("kinds").first).to_be_focused()
    page.keyboard.press("Space")
    focus_is_visible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(form.field("shop")).to_be_focused()
    page.keyboard.type("M")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert form.response["answers"] == {
        "found": "negative",
        "sought": "a tandem",
        "reason": "help",
        "kinds": ["repair"],
        "shop": "market",
        "times": 12,
    }


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_form_is_fit_for_everybody(
    asker: Asker, url: str, open_page: Open, script: bool, condition: str
) -> None:
    # axe is a script itself: without any, the page's own is kept from it instead.
    page, watch = open_page(**CONDITIONS[condition])
    if not script:
        page.route("**/respond.js", lambda route: route.fulfill(body="", status=200))
    form = Form(asker, page, url)
    is_fit_for_everybody(page, watch, url)
    form.fill({name: value for name, value in ANSWERS.items() if name not in {"improve", "mail"}})
    is_fit_for_everybody(page, watch, url)
    form.send()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    is_fit_for_everybody(page, watch, url)


@pytest.mark.parametrize("language", ["ar", "de", "ja"])
def test_the_form_is_fit_in_other_languages(
    asker: Asker, url: str, open_page: Open, language: str
) -> None:
    page, watch = open_page(viewport=NARROW, locale=language)
    page.route("**/respond.js", lambda route: route.fulfill(body="", status=200))
    Form(asker, page, url)
    assert page.locator("html").get_attribute("lang") == language
    is_fit_for_everybody(page, watch, url)


def change(asker: Asker, definition: SurveyDefinition) -> int:
    """Apply a changed file; the version that it makes."""
    job = ApplySurvey(asker.project, "moving", True, definition)
    return int(run(asker.database.write_one(apply_surveys, job)).version)


def test_each_response_keeps_the_version_that_its_author_saw(
    asker: Asker, url: str, open_page: Open
) -> None:
    page, _ = open_page()
    before = run(asker.database.read(find_by_key, asker.project.id, "moving"))
    early = Form(asker, page, url, "moving")
    early.fill({"recommend": 10, "staff": 4, "shop": "market"})

    without_staff = [question for question in VISIT.questions if question.id != "staff"]
    asked = replace(without_staff[0], text={"en": "Would you tell your friends about us?"})
    changed = replace(VISIT, questions=(asked, *without_staff[1:]))
    assert change(asker, changed) == before.version + 1
    assert change(asker, changed) == before.version + 1

    early.send()
    expect(page.get_by_text("How likely are you to recommend us?")).to_be_visible()
    assert early.response["answers"] == {"recommend": 10, "staff": 4, "shop": "market"}
    assert early.response["survey_version"] == before.version

    late = Form(asker, page, url, "moving")
    assert late.questions[0] == "Would you tell your friends about us?"
    assert "Our staff" not in late.questions
    late.fill({"recommend": 1, "improve": "Everything"})
    late.send()
    assert late.response["survey_version"] == before.version + 1

    # A change of mind is one about what was asked then.
    page.goto(f"{early.address}?change")
    assert "Our staff" in early.questions
    early.choose("staff", 5)
    early.send()
    assert early.response["answers"]["staff"] == 5
    assert early.response["survey_version"] == before.version
