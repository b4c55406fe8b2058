"""What counts as having been asked."""

import pytest

from tellback.actions.record_deliveries import Result
from tellback.core.instants import DAY, HOUR
from tellback.store.asks import asked_at
from tellback.store.database import Database
from tellback.store.ids import new_id
from tests.outgoing import NOON, Sending, make_sending

MONTH_AGO = NOON - 30 * DAY
SURVEY = new_id()


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def person(shop: Sending) -> str:
    """Somebody who is known and was never asked."""
    id_ = await shop.ask()
    await shop.claim()
    await shop.begin(id_)
    await shop.end(Result.REFUSED, id_)
    return str((await shop.row(id_)).contact_id)


async def asked(shop: Sending, who: str, since: int = MONTH_AGO) -> list[int]:
    found = await shop.database.read(asked_at, shop.project.id, [who], since)
    return sorted(found[who])


async def shown(shop: Sending, who: str, at: int, survey: str = SURVEY) -> None:
    event = {"contact_id": who, "name": f"$shown:{survey}", "dialect": "wire"}
    await shop.insert("events", id=new_id(), created_at=at, **event)


async def answered(shop: Sending, who: str, at: int, invitation_id: str | None = None) -> None:
    response = {
        "dialect": "wire",
        "channel": "in_app",
        "survey_id": SURVEY,
        "survey_version": 1,
        "contact_id": who,
        "invitation_id": invitation_id,
        "answers": {},
        "completed": True,
        "dismissed": False,
        "revision": 1,
        "created_at": at,
        "updated_at": at,
    }
    await shop.insert("responses", id=new_id(), **response)


async def test_nobody_was_asked_by_what_never_went(shop: Sending) -> None:
    assert await asked(shop, await person(shop)) == []


async def test_a_mail_counts_from_when_it_went(shop: Sending) -> None:
    who = await person(shop)
    shop.clock.now += HOUR
    await shop.send()
    assert await asked(shop, who) == [NOON + HOUR]


async def test_what_is_long_ago_does_not_count(shop: Sending) -> None:
    who = await person(shop)
    await shop.send()
    assert await asked(shop, who, since=NOON) == []
    assert await asked(shop, who, since=NOON - 1) == [NOON]


async def test_a_survey_shown_elsewhere_counts(shop: Sending) -> None:
    who = await person(shop)
    await shown(shop, who, NOON - HOUR)
    await shop.insert(
        "events", id=new_id(), created_at=NOON, contact_id=who, name="signed_in", dialect="wire"
    )
    assert await asked(shop, who) == [NOON - HOUR]


async def test_an_answer_that_nobody_announced_counts(shop: Sending) -> None:
    who = await person(shop)
    await answered(shop, who, NOON - HOUR)
    assert await asked(shop, who) == [NOON - HOUR]


async def test_being_shown_and_answering_is_one_ask(shop: Sending) -> None:
    who = await person(shop)
    await shown(shop, who, NOON - HOUR)
    await answered(shop, who, NOON - 1)
    assert await asked(shop, who) == [NOON - HOUR]


async def test_being_shown_another_survey_is_another_ask(shop: Sending) -> None:
    who = await person(shop)
    await shown(shop, who, NOON - HOUR, new_id())
    await answered(shop, who, NOON - 1)
    assert await asked(shop, who) == [NOON - HOUR, NOON - 1]


async def test_an_invitation_and_its_answer_are_one_ask(shop: Sending) -> None:
    who = await person(shop)
    id_ = await shop.send()
    await answered(shop, who, NOON + HOUR, id_)
    assert await asked(shop, who) == [NOON]


async def test_other_people_and_projects_do_not_count(database: Database, shop: Sending) -> None:
    other = await make_sending(database, "Other")
    who = await person(shop)
    await other.send()
    await shop.send("bob@example.com")
    assert await asked(shop, who) == []
