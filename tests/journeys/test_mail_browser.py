"""Survey mails as a mail program shows them: by phone and desktop, dark, and without pictures."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tellback.core.model import (
    Choice,
    Project,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.core.settings import ProjectSettings
from tellback.mail.compose import mail_survey
from tellback.mail.render import compile_survey_mail
from tests.journeys.browsing import flaws, overflowing
from tests.mail.survey_mails import ALICE

PHONE, SMALL, DESKTOP = ({"width": width, "height": 700} for width in (375, 320, 900))
TEXT = {
    "en": "How likely are you to recommend Blue Bicycles to a friend or colleague?",
    "ar": "ما مدى احتمال أن توصي بنا لصديق أو زميل؟",
}
COMMENT = Question("why", QuestionType.LONG_TEXT, {"en": "Why?"})
CHOICES = tuple(
    Choice(value, {"en": label})
    for value, label in (("a", "The price"), ("b", "The staff in the shop at the harbour"))
)
#: What each type of survey asks in its mail, and how many answers that offers.
ASKED = {
    "nps": (SurveyType.NPS, Question("q", QuestionType.NPS, TEXT, metric="nps"), 11),
    "stars": (SurveyType.CSAT, Question("q", QuestionType.STARS, TEXT, None, 1, 5), 5),
    "faces": (SurveyType.CSAT, Question("q", QuestionType.SMILEY, TEXT, None, 1, 5), 5),
    "ces": (SurveyType.CES, Question("q", QuestionType.SCALE, TEXT, None, 1, 7, metric="ces"), 7),
    "binary": (SurveyType.BINARY, Question("q", QuestionType.BINARY, TEXT, metric="binary"), 2),
    "choice": (
        SurveyType.FORM,
        Question("q", QuestionType.SINGLE_CHOICE, TEXT, choices=CHOICES),
        2,
    ),
    "form": (SurveyType.FORM, Question("q", QuestionType.SHORT_TEXT, TEXT), 1),
}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60"/>'
CONDITIONS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE},
    "phone, dark": {"viewport": PHONE, "color_scheme": "dark"},
    "small phone": {"viewport": SMALL},
    "desktop": {"viewport": DESKTOP},
    "desktop, dark": {"viewport": DESKTOP, "color_scheme": "dark"},
}


def mail(kind: str, language: str = "en", **settings: str) -> str:
    """The HTML of a survey's mail."""
    type_, question, _ = ASKED[kind]
    definition = SurveyDefinition(kind, type_, (question, COMMENT))
    chosen = ProjectSettings(brand="Blue Bicycles", logo="0123456789abcdef.png", **settings)
    project = Project("0" * 32, "Shop", "shop", 0, chosen, b"secret")
    survey = Survey(project.id, "s", kind, 1, 1, True, None, definition)
    transactional = kind == "binary"
    base = "http://mail.test"
    words = mail_survey(project, survey, language, transactional, "ask@shop.example", base)
    message = message_from_bytes(compile_survey_mail(words).fill(ALICE), policy=default)
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def show(browser: Browser) -> Iterator[Any]:
    """Opens mails in a program that shows pictures, or none."""
    contexts = []

    def open_mail(html: str, *, pictures: bool = True, **conditions: Any) -> Page:
        context = browser.new_context(**conditions)
        contexts.append(context)
        page = context.new_page()

        def serve(route: Any) -> None:
            if pictures and "/-/logo/" in route.request.url:
                route.fulfill(body=LOGO, content_type="image/svg+xml")
            else:
                route.abort()

        page.route("**/*", serve)
        page.set_content(html)
        return page

    yield open_mail
    for context in contexts:
        context.close()


def is_readable(page: Page) -> None:
    """What axe says of its words and links; the landmarks are the mail program's."""
    assert flaws(page, without=("region", "landmark-one-main")) == []


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("kind", ASKED)
def test_the_first_question_is_in_the_mail(show: Any, kind: str, condition: str) -> None:
    language = "ar" if condition == "small phone" else "en"
    page = show(mail(kind, language), **CONDITIONS[condition])
    expect(page.get_by_role("heading", name=TEXT[language])).to_be_visible()
    answers = page.locator(f"a[href^='{ALICE.answer_url}']")
    expect(answers).to_have_count(ASKED[kind][2])
    for answer in answers.all():
        box = answer.bounding_box()
        assert box is not None
        assert (box["height"], box["width"]) >= (38, 38)
    assert overflowing(page) == []
    expect(page.get_by_role("img", name="Blue Bicycles")).to_be_visible()
    if "phone" in condition:
        is_readable(page)


@pytest.mark.parametrize("kind", ASKED)
def test_without_pictures_nothing_is_missing(show: Any, kind: str) -> None:
    page = show(mail(kind), pictures=False, viewport=PHONE)
    expect(page.get_by_role("img", name="Blue Bicycles")).to_be_visible()
    expect(page.locator(f"a[href^='{ALICE.answer_url}']")).to_have_count(ASKED[kind][2])
    assert overflowing(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["#ffd400", "#ffffff", "#0a1a4f", "#e4002b"])
def test_any_colour_can_be_read(show: Any, colour: str, scheme: str) -> None:
    is_readable(show(mail("nps", colour=colour), viewport=PHONE, color_scheme=scheme))


def test_a_scale_begins_where_reading_begins(show: Any) -> None:
    def places(language: str) -> list[float]:
        page = show(mail("ces", language), viewport=DESKTOP)
        return [each.bounding_box()["x"] for each in page.locator(".tb-cell").all()]

    assert places("en") == sorted(places("en"))
    assert places("ar") == sorted(places("ar"), reverse=True)
