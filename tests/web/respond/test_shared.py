"""A survey's public page: who has the link may answer, once per browser where that is wanted."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.core.links import Purpose, share_link, sign
from tellback.core.model import Condition, Sharing, SurveyDefinition
from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.store.tables import contact_identities, contacts, responses
from tests.web.respond.asking import BINARY, DAY, NPS, Asker, Clock, make_asker
from tests.web.respond.reading import read
from tests.web.respond.test_flow import TOUR
from tests.web.respond.visiting import get, post, the_response

OPEN = Sharing(identify=True, properties=("city", "plan"))
SURVEYS = {
    "nps": NPS,
    "kiosk": replace(NPS, repeat_after_days=0),
    "open": replace(NPS, link=OPEN),
    "known": replace(NPS, allow_anonymous=False, link=OPEN),
    "paris": replace(NPS, targeting=(Condition("city", "==", "Paris"),), link=OPEN),
    "tour": TOUR,
    "vote": BINARY,
}


@pytest.fixture
async def asker(database: Database) -> Asker:
    return await make_asker(database, surveys=SURVEYS)


def link(asker: Asker, survey: str = "nps") -> str:
    """The path of a survey's link."""
    return share_link("", asker.project.secret, asker.project.id, asker.surveys[survey].id)


async def answer(person: httpx.AsyncClient, path: str, **answers: str) -> httpx.Response:
    """Fill in the page that is there, and send it."""
    page = await get(person, path)
    return await post(person, page.actions[0], page.sending(**answers))


async def apply(asker: Asker, key: str, definition: SurveyDefinition, live: bool = True) -> None:
    job = ApplySurvey(asker.project, key, live, definition)
    await asker.database.write_one(apply_surveys, job)


async def test_whoever_has_the_link_may_answer(asker: Asker, person: httpx.AsyncClient) -> None:
    path = link(asker)
    page = await get(person, path)
    assert page.status == 200
    assert await asker.rows(responses) == []
    reply = await answer(person, path, nps="9")
    assert (reply.status_code, reply.headers["location"]) == (303, f"{path}?done=1")
    thanks = await get(person, f"{path}?done=1")
    assert "Your answer" in thanks.text
    row = await the_response(asker)
    assert (row["channel"], row["answers"], row["left_at"]) == ("link", {"nps": 9}, None)
    assert (row["contact_id"], row["invitation_id"]) == (None, None)
    assert await asker.rows(contacts) == []


async def test_a_browser_answers_once_and_may_think_again(
    asker: Asker, person: httpx.AsyncClient, clock: Clock
) -> None:
    path = link(asker)
    await answer(person, path, nps="9")
    again = await get(person, path)
    assert "Thank you!" in again.text
    assert again.links == [f"{path}?change=1"]
    await answer(person, f"{path}?change=1", nps="2")
    row = await the_response(asker)
    assert (row["answers"], row["revision"]) == ({"nps": 2}, 2)
    clock.now += 89 * DAY
    assert "no longer be changed" in (await get(person, path)).text
    clock.now += DAY
    assert "How likely" in (await get(person, path)).text
    await answer(person, path, nps="10")
    assert [row["answers"] for row in await asker.rows(responses)] == [{"nps": 2}, {"nps": 10}]


async def test_where_every_answer_counts_the_next_one_begins_anew(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker, "kiosk")
    for nps in ("1", "2"):
        reply = await answer(person, path, nps=nps)
        thanks = await get(person, reply.headers["location"])
        assert f"{path}?again=1" in thanks.links
    assert [row["rating"] for row in await asker.rows(responses)] == [1, 2]
    # Nobody is shown what the one before has answered.
    assert not [value for name, value in (await get(person, path)).chosen if name == "q.nps"]


async def test_a_form_sent_twice_is_one_answer(asker: Asker, person: httpx.AsyncClient) -> None:
    path = link(asker)
    form = (await get(person, path)).sending(nps="9")
    person.cookies.clear()
    for _ in range(2):
        assert (await post(person, path, form)).status_code == 303
    assert (await the_response(asker))["revision"] == 1


async def test_without_cookies_the_address_says_whose_answers_they_are(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker, "tour")

    async def step(path: str, **answers: str) -> str:
        person.cookies.clear()
        page = await get(person, path)
        person.cookies.clear()
        reply = await post(person, page.actions[0], page.sending(**answers))
        return str(reply.headers["location"])

    there = await step(await step(await step(path, who="Ada"), nps="8"))
    person.cookies.clear()
    assert "Your answer" in (await get(person, there)).text
    assert (await the_response(asker))["answers"] == {"who": "Ada", "nps": 8}


async def test_a_survey_of_pages_is_resumed(asker: Asker, person: httpx.AsyncClient) -> None:
    path = link(asker, "tour")
    await answer(person, path, who="Ada")
    assert (await the_response(asker))["left_at"] == "nps"
    page = await get(person, path)
    assert "where you left off" in page.text
    there = (await answer(person, path, nps="8")).headers["location"]
    assert (await answer(person, there)).headers["location"] == f"{path}?done=1"
    row = await the_response(asker)
    assert (row["answers"], row["left_at"]) == ({"who": "Ada", "nps": 8}, None)


async def test_the_address_says_what_it_may(asker: Asker, person: httpx.AsyncClient) -> None:
    path = f"{link(asker, 'open')}?email=Ada@Example.org&city=Paris&plan=&colour=red"
    await answer(person, path, nps="9")
    row = await the_response(asker)
    assert row["traits"] == {"city": "Paris"}
    [identity] = await asker.rows(contact_identities)
    assert (identity["kind"], identity["value"]) == ("email", "ada@example.org")
    assert row["contact_id"] == identity["contact_id"]


async def test_what_the_survey_does_not_ask_for_is_not_taken(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    reply = await answer(person, f"{link(asker)}?email=ada@example.org&city=Paris", nps="9")
    assert reply.headers["location"] == f"{link(asker)}?done=1"
    row = await the_response(asker)
    assert (row["traits"], row["contact_id"]) == (None, None)


@pytest.mark.parametrize("said", ["email=nobody", "email=", "id=", "city=%00"])
async def test_what_says_nothing_is_left_out(
    asker: Asker, person: httpx.AsyncClient, said: str
) -> None:
    await answer(person, f"{link(asker, 'open')}?{said}", nps="9")
    row = await the_response(asker)
    assert (row["traits"], row["contact_id"]) == (None, None)


async def test_a_known_person_answers_once_whatever_the_browser(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = f"{link(asker, 'known')}?id=7"
    assert (await get(person, link(asker, "known"))).status == 410
    await answer(person, path, nps="9")
    person.cookies.clear()
    page = read(await answer(person, path, nps="1"))
    assert (page.status, page.title) == (410, "You cannot answer this survey – Shop")
    assert (await the_response(asker))["rating"] == 9


async def test_targeting_counts(asker: Asker, person: httpx.AsyncClient) -> None:
    path = link(asker, "paris")
    assert "You cannot answer this survey" in (await get(person, path)).text
    await answer(person, f"{path}?city=Paris", nps="9")
    assert (await the_response(asker))["rating"] == 9


async def test_a_paused_survey_takes_nothing_until_it_is_back(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker)
    form = (await get(person, path)).sending(nps="9")
    await apply(asker, "nps", NPS, live=False)
    page = await get(person, path)
    assert (page.status, page.title) == (410, "This survey is not open just now – Shop")
    assert (await post(person, path, form)).status_code == 410
    assert await asker.rows(responses) == []
    await apply(asker, "nps", NPS)
    assert (await post(person, path, form)).status_code == 303


async def test_an_answer_is_to_the_version_that_was_seen(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker)
    form = (await get(person, path)).sending(nps="9")
    await apply(asker, "nps", replace(NPS, questions=NPS.questions[:1]))
    await post(person, path, form)
    assert (await the_response(asker))["survey_version"] == 1


def foreign(asker: Asker, survey: str, purpose: Purpose) -> str:
    return sign(asker.project.secret, purpose, asker.project.id, asker.surveys[survey].id)


async def test_links_of_other_kinds_lead_nowhere(asker: Asker, person: httpx.AsyncClient) -> None:
    for token in ("", "x", foreign(asker, "nps", Purpose.ANSWER), link(asker)[5:-1] + "_"):
        page = read(await person.get(f"/-/s/{token or 'none'}"))
        assert (page.status, page.title) == (404, "This survey does not exist")
        assert (await post(person, f"/-/s/{token or 'none'}", [])).status_code == 404


async def test_a_receipt_of_another_survey_is_worth_nothing(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    form = (await get(person, link(asker))).sending(nps="9")
    await post(person, link(asker), form)
    await post(person, link(asker, "kiosk"), form)
    assert (await the_response(asker))["survey_id"] == asker.surveys["nps"].id


async def test_the_cookie_is_for_this_page_alone(asker: Asker, person: httpx.AsyncClient) -> None:
    reply = await person.get(link(asker))
    said = reply.headers["set-cookie"].lower()
    assert f"path={link(asker)}".lower() in said
    assert "httponly" in said
    assert "samesite=lax" in said


async def test_the_code_leads_to_the_page(asker: Asker, person: httpx.AsyncClient) -> None:
    reply = await person.get(f"{link(asker)}/qr.svg")
    assert reply.headers["content-type"].startswith("image/svg+xml")
    assert reply.text.startswith("<svg")
    assert "script" not in reply.text
    assert (await person.get("/-/s/none/qr.svg")).status_code == 404


async def test_a_language_is_chosen_without_losing_what_is_filled_in(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker, "vote")
    page = await get(person, path)
    assert (page.language, [n for n, _ in page.chosen if n == "go"]) == ("en", [])
    form = [*page.sending(vote="negative", why="The queue"), ("go", "stay")]
    german = read(await post(person, f"{path}?lang=de", form))
    assert (german.status, german.language) == (200, "de")
    assert {("q.vote", "negative"), ("q.why", "The queue")} <= set(german.chosen)
    assert await asker.rows(responses) == []
    reply = await post(person, german.actions[0], german.sending())
    assert reply.headers["location"] == f"{path}?lang=de&done=1"
    assert (await the_response(asker))["language"] == "de"
    assert (await get(person, f"{path}?lang=tlh")).language == "en"


async def test_a_head_is_a_look(asker: Asker, person: httpx.AsyncClient) -> None:
    for query in ("", "?a=9", "?again=1", "?done=1", "?change=1", "?at=nps"):
        reply: Any = await person.head(link(asker) + query)
        assert reply.status_code == 200
    assert await asker.rows(responses) == []


async def planted(person: httpx.AsyncClient, path: str) -> str:
    """A receipt that a stranger's page was given; the victim's browser has nothing yet."""
    receipt = dict((await get(person, path)).sending(nps="9"))["receipt"]
    person.cookies.clear()
    return str(receipt)


async def test_a_link_makes_nobody_answer_by_a_strangers_receipt(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker)
    receipt = await planted(person, path)
    reply = await answer(person, f"{path}?r={receipt}", nps="9")
    assert reply.status_code == 303
    person.cookies.clear()
    stranger = await get(person, f"{path}?change=1&r={receipt}")
    assert not [value for name, value in stranger.chosen if name == "q.nps"]


async def test_a_receipt_in_the_address_is_never_kept_and_yields_to_the_browsers_own(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker)
    form = (await get(person, path)).sending(nps="1")
    await post(person, path, form)
    person.cookies.clear()
    theirs = f"{path}?change=1&r={dict(form)['receipt']}"
    looked = await person.get(theirs)
    assert ("q.nps", "1") in read(looked).chosen
    assert "set-cookie" not in looked.headers
    await answer(person, path, nps="9")
    assert ("q.nps", "9") in (await get(person, theirs)).chosen


async def test_what_comes_from_elsewhere_brings_no_receipt(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = link(asker)
    receipt = await planted(person, path)
    person.headers["Sec-Fetch-Site"] = "cross-site"
    staying = [("receipt", receipt), ("go", "stay"), ("q.nps", "9")]
    shown = read(await post(person, path, staying))
    assert dict(shown.sending())["receipt"] != receipt
    await post(person, path, [("receipt", receipt), ("q.nps", "2")])
    person.cookies.clear()
    told = read(await person.get(f"{path}?change=1&r={receipt}"))
    assert not [value for name, value in told.chosen if name == "q.nps"]


async def test_a_network_has_so_many_answers_an_hour(
    database: Database, person: httpx.AsyncClient, clock: Clock
) -> None:
    few = replace(ProjectSettings(), calls_per_hour=2)
    asker = await make_asker(database, "Small", few, SURVEYS)
    path = link(asker, "kiosk")
    for nps in ("1", "2"):
        assert (await answer(person, path, nps=nps)).status_code == 303
    refused = await answer(person, path, nps="3")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    page = read(refused)
    assert "send it again" in page.text
    assert ("q.nps", "3") in page.chosen
    assert len(await asker.rows(responses)) == 2
    clock.now += 3_600_000
    assert (await post(person, path, page.sending())).status_code == 303
    assert [row["rating"] for row in await asker.rows(responses)] == [1, 2, 3]
