"""The list of surveys, and where new ones begin."""

import re
import threading

import pytest

from tellback.core.survey_problems import survey_problems
from tellback.store.database import Database
from tellback.store.surveys import find_by_key
from tellback.surveyfile import SurveyFile, read_survey
from tellback.web.dashboard import surveys
from tellback.web.dashboard.surveys_starts import STARTS, free_key
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded
from tests.web.dashboard.test_surveys_editor import EVERYTHING, HOME, define, draft, press, typed

NEW = "/-/p/shop/new-survey"


def row(html: str, key: str) -> str:
    rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
    found = next(one for one in rows if f"/surveys/{key}" in one)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


async def test_surveys_say_how_they_do(
    alice: Person, sown: Seeded, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    await press(alice, await typed(alice), "save")
    html = (await alice.get(HOME)).text
    assert re.search(r"Live version 1 NPS \d+ .* [+−]?\d+ NPS in app", row(html, "seeded-nps"))
    assert re.search(r"Live version 1 Yes or no \d+ .* \d+ % Positive", row(html, "seeded-binary"))
    assert "Live version 1 Changes not published CSAT none" in row(html, "visit")
    assert "no score" in row(html, "visit")


async def test_who_may_see_surveys(
    bob: Person, charlie: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    html = (await bob.get(HOME)).text
    assert "After a visit" in html
    assert "New survey" not in html
    assert (await bob.get(f"{HOME}/visit")).status_code == 200
    assert (await bob.get(NEW)).status_code == 403
    for path in (HOME, f"{HOME}/visit", NEW):
        assert (await charlie.get(path)).status_code == 404


@pytest.mark.parametrize("start", STARTS)
async def test_a_survey_that_is_begun_may_be_published_as_it_is(
    alice: Person, database: Database, shop: Tenant, start: str
) -> None:
    assert survey_problems(start, None, STARTS[start].definition) == []
    reply = await alice.send(NEW, NEW, {"start": start, "title": "Été: 2 <b>"})
    key = "ete-2-b"
    assert reply.headers["location"] == f"{HOME}/{key}/edit"
    assert await database.read(find_by_key, shop.made.project.id, key) is None
    assert "Draft" in row((await alice.get(HOME)).text, key)
    reply = await press(alice, await typed(alice, key), "publish", key)
    assert reply.headers["location"] == f"{HOME}/{key}?published=1"
    survey = await database.read(find_by_key, shop.made.project.id, key)
    assert survey.live
    assert survey.definition.questions == tuple(
        one for one in survey.definition.questions if one.number
    )
    assert survey.definition.name == "Été: 2 <b>"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Após a visita!", "apos-a-visita"),
        ("visit", "visit-2"),
        ("42", "survey-42"),
        ("", "survey"),
    ],
)
def test_keys_are_made_of_titles(title: str, key: str) -> None:
    assert free_key(title, {"visit"}) == key
    assert survey_problems(key, None, STARTS["nps"].definition) == []


async def test_a_file_becomes_a_draft(alice: Person, database: Database, shop: Tenant) -> None:
    reply = await alice.send(NEW, NEW, {"file": EVERYTHING})
    assert reply.headers["location"] == f"{HOME}/visit/edit"
    kept = await draft(database, shop)
    assert kept is not None
    assert kept.content["languages"] == ["en", "de"]
    await press(alice, await typed(alice), "publish")
    downloaded = await alice.get(f"{HOME}/visit/file")
    assert downloaded.headers["content-type"].startswith("application/yaml")
    assert 'filename="visit.yaml"' in downloaded.headers["content-disposition"]
    again = await alice.send(NEW, NEW, {"file": downloaded.text})
    assert again.status_code == 303
    await press(alice, await typed(alice), "publish")
    survey = await database.read(find_by_key, shop.made.project.id, "visit")
    assert survey.version == 1


async def test_a_file_does_not_take_the_place_of_a_draft_unasked(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await alice.send(NEW, NEW, {"file": EVERYTHING})
    other = EVERYTHING.replace("After a visit", "Other")
    reply = await alice.send(NEW, NEW, {"file": other})
    assert reply.status_code == 422
    assert "There is a draft of &#39;visit&#39;" in reply.text
    assert "name: Other" in reply.text
    kept = await draft(database, shop)
    assert kept is not None
    assert kept.content["definition"]["name"] == "After a visit"
    reply = await alice.send(NEW, NEW, {"file": other, "replace": "1"})
    assert reply.status_code == 303
    kept = await draft(database, shop)
    assert kept is not None
    assert kept.content["definition"]["name"] == "Other"


async def test_a_file_is_read_beside_the_loop(
    alice: Person, shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: list[threading.Thread] = []

    def read(source: str) -> SurveyFile:
        readers.append(threading.current_thread())
        return read_survey(source)

    monkeypatch.setattr(surveys, "read_survey", read)
    assert (await alice.send(NEW, NEW, {"file": EVERYTHING})).status_code == 303
    assert len(readers) == 1
    assert threading.current_thread() not in readers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("key: [", "is not YAML"),
        ("key: visit\nnme: x", "missing required field"),
        ("key: visit\nname: x\ntype: form\nquestions: []\ncolor: x", "unknown key"),
    ],
)
async def test_a_file_that_is_none_comes_back_with_why(alice: Person, text: str, why: str) -> None:
    reply = await alice.send(NEW, NEW, {"file": text})
    assert reply.status_code == 422
    assert why in reply.text
    assert text.splitlines()[0] in reply.text


async def test_a_project_without_surveys_says_how_to_begin(
    alice: Person, database: Database, shop: Tenant
) -> None:
    html = (await alice.get(HOME)).text
    assert 'href="/-/p/shop/new-survey"' in html
