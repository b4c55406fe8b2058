"""How far people come, on a survey's page."""

import re
from collections import Counter

import pytest

from tellback.actions.note_openings import NoteOpening, note_openings
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.model import Channel, Survey
from tellback.store.database import Database
from tellback.store.events import DISMISSED, NOBODY, SHOWN, Event, insert_events
from tellback.store.reach import Reach
from tellback.web.dashboard.survey_funnels import funnels_of
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.test_surveys_editor import EVERYTHING, HOME, define

ANYBODY = EVERYTHING.replace("allow_anonymous: false", "allow_anonymous: true").partition(
    "targeting:"
)
SURVEY = ANYBODY[0] + "questions:" + ANYBODY[2].partition("questions:")[2]


def cells(html: str, heading: str) -> list[list[str]]:
    """The rows of the table below a heading, as texts."""
    table = html.partition(heading)[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    texts = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in row] for row in texts]


@pytest.fixture
async def survey(database: Database, shop: Tenant) -> Survey:
    return await define(database, shop, SURVEY)


async def answered(
    database: Database, shop: Tenant, survey: Survey, channel: Channel, left: str | None = None
) -> None:
    given: list[tuple[str, object]] = [("rating", 2)]
    given += [] if left else [("reason", ["c"]), ("comment", "So")]
    command = SubmitResponse(
        dialect="tellback", channel=channel, survey=survey.id, answers=given, left_at=left
    )
    await database.write_one(submit_responses, (shop.made.project, command))


async def test_before_anybody_came_it_says_what_will_be_seen(alice: Person, survey: Survey) -> None:
    html = (await alice.get(f"{HOME}/visit")).text
    assert "Nobody has come by in the last 30 days" in html
    assert "at which question they leave" in html


async def test_openings_and_answers_by_the_link(
    alice: Person, database: Database, shop: Tenant, survey: Survey
) -> None:
    job = (shop.made.project, NoteOpening("tellback", survey.id))
    await database.write(note_openings, [job] * 4)
    await answered(database, shop, survey, Channel.LINK)
    await answered(database, shop, survey, Channel.LINK, left="comment")
    html = (await alice.get(f"{HOME}/visit")).text
    rows = cells(html, "By its link")
    assert [row[::2] for row in rows[1:]] == [
        ["Opened", "4"],
        ["Begun", "2"],
        ["Finished", "1"],
    ]
    assert rows[2][3] == "50 %"
    assert "In the widget" not in html
    assert cells(html, "Question by question")[1:] == [
        ["Question 1. How was it?", "", "2", "2", "–"],
        ["Question 2. Which?", "", "2", "1", "–"],
        ["Question 3. Why?", "", "2", "1", "1"],
        ["Finished", "", "1", "", ""],
    ]


async def test_what_the_widget_has_shown_and_who_closed_it(
    alice: Person, database: Database, shop: Tenant, survey: Survey
) -> None:
    names = [f"{SHOWN}{survey.id}"] * 5 + [f"{DISMISSED}{survey.id}"] * 2
    names += [f"{SHOWN}{'1' * 32}", "something"]
    rows = [Event(shop.id, "widget", NOBODY, name) for name in names]
    await database.write(lambda tx, jobs: [insert_events(tx, rows) for _ in jobs], [None])
    await answered(database, shop, survey, Channel.IN_APP)
    html = (await alice.get(f"{HOME}/visit")).text
    assert [row[::2] for row in cells(html, "In the widget")[1:]] == [
        ["Shown", "5"],
        ["Closed", "2"],
        ["Begun", "1"],
        ["Finished", "1"],
    ]
    assert "By its link" not in html


def test_a_funnel_of_nothing_is_none() -> None:
    nothing = Reach(Counter(), Counter(email=3), Counter(email=2), [], 3, None)
    assert funnels_of(nothing) == []


async def test_an_analyst_sees_it_and_a_stranger_does_not(
    bob: Person, charlie: Person, survey: Survey
) -> None:
    assert "How far people come" in (await bob.get(f"{HOME}/visit")).text
    assert (await charlie.get(f"{HOME}/visit")).status_code == 404
