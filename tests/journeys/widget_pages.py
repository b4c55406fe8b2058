"""The surveys and the ways of looking of the journeys about the widget."""

from dataclasses import replace
from typing import Any

from playwright.sync_api import Locator, Page
from sqlalchemy import Table

from tellback.core.model import Condition, Place
from tellback.store.database import Database
from tellback.store.tables import responses
from tests.journeys.browsing import Open, flaws
from tests.web.respond.asking import run
from tests.web.widget.publishing import BINARY, CES, CSAT, NPS, placed, rows

#: Breaches of the page's policy, noted as they happen.
NOTE = """
    window.breaches = [];
    addEventListener("securitypolicyviolation", (event) =>
        breaches.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
_ARABIC = replace(NPS.questions[0], text={"ar": "ما مدى احتمال أن توصي بنا؟"})
SURVEYS = {
    "nps": placed(NPS, pages=("/",), snooze_days=7),
    "vote": placed(BINARY, pages=("/vote",)),
    "ease": placed(CES, pages=("/ease",), events=("paid",)),
    "stars": placed(CSAT, pages=("/inline",), place=Place.INLINE),
    "late": placed(BINARY, pages=("/late",), delay=1),
    "known": replace(
        placed(BINARY, pages=("/known",)), targeting=(Condition("plan", "==", "pro"),)
    ),
    "none": placed(BINARY, pages=("/none",), sample=0),
    "arabic": placed(replace(NPS, questions=(_ARABIC, *NPS.questions[1:])), pages=("/arabic",)),
}
WAITING = "Object.values(localStorage).flatMap((all) => JSON.parse(all).waiting || [])"
#: What sticks out to the side, or is hard to hit.
_OUTSIDE = """() => [...document.querySelector("tellback-survey").shadowRoot.querySelectorAll(
        "button, label.option, textarea, .card")]
    .filter((each) => each.checkVisibility())
    .map((each) => [each.className, each.getBoundingClientRect()])
    .filter(([, box]) => box.right > innerWidth || box.left < 0 || box.height < 44)
    .map(([name, box]) => `${name} ${JSON.stringify(box)}`)"""
INLINE = '<aside data-tellback="stars"></aside>'


def visit(open_page: Open, address: str, **conditions: Any) -> Page:
    page, _ = open_page(**conditions)
    page.context.add_init_script(NOTE)
    page.goto(address)
    return page


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def latest(database: Database, table: Table = responses) -> Any:
    return run(rows(database, table))[-1]


def count(database: Database, table: Table = responses) -> int:
    return len(run(rows(database, table)))


def keeps_to_the_policy(page: Page) -> None:
    assert page.evaluate("breaches") == []


def is_readable(page: Page) -> None:
    """No violations of the widget's own, nothing beside the screen, nothing hard to hit."""
    page.wait_for_timeout(300)  # while it comes in, it is half transparent
    assert flaws(page, without=("region",)) == []
    assert page.evaluate(_OUTSIDE) == []
    assert page.evaluate("document.querySelectorAll('[style], style').length") == 0
