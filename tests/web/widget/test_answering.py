"""What visitors answer, as it arrives: at once, bit by bit, late, twice, or not at all."""

from typing import Any

import pytest

from tellback.store.database import Database
from tellback.store.tables import contacts, events, rejected_inputs, responses
from tests.conftest import Tenant
from tests.web.widget.publishing import BINARY, VISITOR, PageScript, page_script, publish, rows

OTHER = VISITOR[::-1]


async def test_a_score_counts_at_once_and_the_comment_completes_it(
    page: PageScript, database: Database
) -> None:
    ticket = (await page.ask(user="u-1", traits={"plan": "pro"}))["ticket"]
    told = {"page": "https://shop.example/cart", "language": "de"}
    first = await page.answer(ticket, {"nps": 9}, **told)
    assert first.status_code == 200
    assert first.json()["completed"] is False
    [row] = await rows(database, responses)
    assert (row.dialect, row.channel, row.rating, row.completed) == ("widget", "in_app", 9, False)
    assert (row.referrer, row.language) == ("https://shop.example/cart", "de")
    assert row.traits == {"plan": "pro"}
    last = await page.answer(ticket, {"nps": 9, "liked": "The bell"}, done=True)
    assert last.json() == {"response": first.json()["response"], "completed": True}
    [row] = await rows(database, responses)
    assert (row.comment, row.completed, row.revision) == ("The bell", True, 1)
    [person] = await rows(database, contacts)
    assert row.contact_id == person.id


async def test_the_same_again_is_the_same(page: PageScript, database: Database) -> None:
    ticket = (await page.ask())["ticket"]
    replies = [await page.answer(ticket, {"nps": 3}, done=True) for _ in range(3)]
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.text for reply in replies}) == 1
    [row] = await rows(database, responses)
    assert row.revision == 1


async def test_who_thinks_again_leaves_no_answer_to_what_is_hidden_then(
    page: PageScript, database: Database
) -> None:
    ticket = (await page.ask())["ticket"]
    await page.answer(ticket, {"nps": 2, "wrong": "The bell"})
    reply = await page.answer(ticket, {"nps": 9}, done=True)
    assert reply.status_code == 200
    [row] = await rows(database, responses)
    assert (row.answers, row.revision) == ({"nps": 9}, 2)


async def test_what_was_on_its_way_is_dated_when_it_was_said(
    page: PageScript, database: Database
) -> None:
    ticket = (await page.ask())["ticket"]
    [shown] = await rows(database, events)
    await page.answer(ticket, {"nps": 9}, ago=10**9)
    [row] = await rows(database, responses)
    assert abs(row.created_at - shown.created_at) < 5_000, "not before it was asked"


async def test_one_person_does_not_answer_in_two_windows(
    page: PageScript, database: Database
) -> None:
    first = (await page.ask(wanted=True))["ticket"]
    second = (await page.ask(wanted=True))["ticket"]
    assert (await page.answer(first, {"nps": 9})).status_code == 200
    refused = await page.answer(second, {"nps": 1})
    assert refused.status_code == 409
    assert [row.rating for row in await rows(database, responses)] == [9]


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        ({"nps": 11}, {}),
        ({"nps": "9"}, {}),
        ({"unknown": "x"}, {}),
        ({"nps": 9, "wrong": "hidden"}, {}),
        ({}, {}),
        ({"nps": 9}, {"ago": -1}),
        ({"nps": 9}, {"page": "x" * 2_001}),
    ],
)
async def test_a_wrong_answer_is_refused_and_leaves_nothing(
    page: PageScript, database: Database, answers: Any, more: Any
) -> None:
    ticket = (await page.ask())["ticket"]
    reply = await page.answer(ticket, answers, **more)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert await rows(database, responses) == []
    assert len(await rows(database, rejected_inputs)) == 1


async def test_a_ticket_is_worth_nothing_elsewhere_or_changed(
    page: PageScript, app: Any, other: Tenant, shop: Tenant, database: Database
) -> None:
    ticket = (await page.ask())["ticket"]
    changed = ("B" if ticket[0] == "A" else "A") + ticket[1:]
    for wrong in (changed, ticket[:-4], "", "ä" * 96):
        assert (await page.answer(wrong, {"nps": 9})).status_code == 422
    async with page_script(app, other.keys("widget")["widget_key"]) as charlie:
        assert (await charlie.answer(ticket, {"nps": 9})).status_code == 422
    assert await rows(database, responses) == []


async def test_a_survey_that_was_taken_down_still_takes_the_answer_of_who_was_asked(
    page: PageScript, shop: Tenant, database: Database
) -> None:
    ticket = (await page.ask())["ticket"]
    await publish(database, shop.made.project, nps=BINARY)
    assert (await page.answer(ticket, {"nps": 9}, done=True)).status_code == 200
    [row] = await rows(database, responses)
    assert (row.survey_version, row.metric) == (1, "nps")


async def test_closing_without_an_answer_is_an_event(page: PageScript, database: Database) -> None:
    ticket = (await page.ask())["ticket"]
    assert (await page.call("dismiss", {"ticket": ticket})).status_code == 200
    names = [event.name.partition(":")[0] for event in await rows(database, events)]
    assert names == ["$shown", "$dismissed"]
    assert await rows(database, responses) == []


async def test_who_was_forgotten_is_not_known_again_by_an_answer(
    page: PageScript, shop: Tenant, database: Database
) -> None:
    ticket = (await page.ask(user="u-1"))["ticket"]
    [person] = await rows(database, contacts)
    manage = {"Authorization": f"Bearer {shop.keys('api')['manage_key']}"}
    gone = await page.client.delete(f"/-/api/contacts/{person.id}", headers=manage)
    assert gone.status_code in (200, 204)
    assert (await page.answer(ticket, {"nps": 9})).status_code == 200
    assert (await page.call("dismiss", {"ticket": ticket})).status_code == 200
    [row] = await rows(database, responses)
    assert row.contact_id is None
