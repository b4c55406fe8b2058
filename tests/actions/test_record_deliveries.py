"""What came of handing mails over."""

import asyncio

import pytest

from tellback.actions.record_deliveries import RecordDelivery, Result, record_deliveries
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.retry import MAX_ATTEMPTS
from tellback.store.database import Database
from tellback.store.projects import find_project
from tests.outgoing import NOON, Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def under_way(shop: Sending, address: str = "alice@example.com") -> str:
    id_ = await shop.ask(address)
    assert id_ in await shop.claim()
    assert await shop.begin(id_) == [True]
    return id_


async def balance(shop: Sending) -> int | None:
    project = await shop.database.read(find_project, shop.project.id)
    assert project is not None
    return project.settings.quota_balance


async def test_what_has_gone_is_sent(shop: Sending) -> None:
    id_ = await under_way(shop)
    shop.clock.now += 5
    assert await shop.end(Result.SENT, id_) == [True]
    row = await shop.row(id_)
    assert (row.state, row.sent_at, row.lease_owner) == ("sent", NOON + 5, None)
    assert row.message_id == f"<{id_}@shop.example>"


@pytest.mark.parametrize(
    ("column", "state"),
    [("opened_at", "opened"), ("clicked_at", "clicked"), ("responded_at", "responded")],
)
async def test_who_was_quicker_than_our_note_is_not_forgotten(
    shop: Sending, column: str, state: str
) -> None:
    id_ = await under_way(shop)
    await shop.change(id_, **{column: NOON})
    await shop.end(Result.SENT, id_)
    row = await shop.row(id_)
    assert (row.state, row.sent_at) == (state, NOON)


async def test_what_was_put_off_comes_back_later_and_later(shop: Sending) -> None:
    id_ = await shop.ask()
    for attempt, minutes in enumerate((1, 5, 15, 60), start=1):
        assert await shop.claim() == [id_]
        await shop.begin(id_)
        await shop.end(Result.DEFERRED, id_, reason="450 try later")
        row = await shop.row(id_)
        assert (row.state, row.attempts, row.reason) == ("queued", attempt, "450 try later")
        assert row.lease_owner is None
        wait = row.due_at - shop.clock.now
        assert 0.8 * minutes * MINUTE <= wait <= 1.2 * minutes * MINUTE
        assert await shop.claim() == []
        shop.clock.now = row.due_at


async def test_after_three_days_it_is_given_up(shop: Sending) -> None:
    id_ = await shop.ask()
    while await shop.claim() == [id_]:
        await shop.begin(id_)
        await shop.end(Result.DEFERRED, id_, reason="450 try later")
        shop.clock.now = (await shop.row(id_)).due_at
    row = await shop.row(id_)
    assert (row.state, row.attempts) == ("failed", MAX_ATTEMPTS)
    assert row.reason == f"given up after {MAX_ATTEMPTS} attempts: 450 try later"
    assert 2.5 * DAY < shop.clock.now - NOON < 3.5 * DAY


async def test_a_refusal_is_final(shop: Sending) -> None:
    id_ = await under_way(shop)
    await shop.end(Result.REFUSED, id_, reason="550 no such user")
    row = await shop.row(id_)
    assert (row.state, row.reason, row.sent_at) == ("failed", "550 no such user", None)


async def test_what_may_have_gone_is_unknown_and_stays(shop: Sending) -> None:
    id_ = await under_way(shop)
    await shop.end(Result.UNCERTAIN, id_, reason="no answer")
    shop.clock.now += 40 * DAY
    assert await shop.claim() == []
    row = await shop.row(id_)
    assert (row.state, row.reason) == ("unknown", "no answer")


async def test_a_project_may_prefer_two_mails_to_none(shop: Sending) -> None:
    await shop.set(resend_unknown=True)
    id_ = await under_way(shop)
    await shop.end(Result.UNCERTAIN, id_)
    assert await shop.state(id_) == "queued"


async def test_a_delay_costs_no_attempt(shop: Sending) -> None:
    id_ = await under_way(shop)
    job = RecordDelivery(
        shop.project.id, id_, shop.worker, Result.DELAYED, "no server", NOON + HOUR
    )
    await shop.database.write(record_deliveries, [job])
    row = await shop.row(id_)
    assert (row.state, row.attempts, row.due_at) == ("queued", 0, NOON + HOUR)


async def test_what_could_not_be_made_ends_before_it_was_sent(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim()
    assert await shop.end(Result.REFUSED, id_, reason="no address") == [True]
    assert await shop.state(id_) == "failed"


@pytest.mark.parametrize("result", Result)
async def test_who_does_not_hold_it_has_no_say(shop: Sending, result: Result) -> None:
    id_ = await under_way(shop)
    assert await shop.end(result, id_, worker="somebody else") == [False]
    assert await shop.state(id_) == "sending"


@pytest.mark.parametrize("result", Result)
async def test_a_result_counts_once(shop: Sending, result: Result) -> None:
    id_ = await under_way(shop)
    await shop.end(Result.SENT, id_)
    assert await shop.end(result, id_) == [False]
    assert await shop.state(id_) == "sent"


async def test_the_truth_may_come_late(shop: Sending) -> None:
    """A worker that was taken for dead knows what it did after all."""
    await shop.set(quota_balance=10)
    gone, refused = await under_way(shop), await under_way(shop, "bob@example.com")
    await shop.end(Result.UNCERTAIN, gone, refused)
    assert await balance(shop) == 8
    assert await shop.end(Result.SENT, gone) == [True]
    assert await shop.end(Result.REFUSED, refused) == [True]
    assert [await shop.state(id_) for id_ in (gone, refused)] == ["sent", "failed"]
    assert await balance(shop) == 9


async def test_the_balance_loses_what_goes_and_nothing_else(shop: Sending) -> None:
    await shop.set(quota_balance=100)
    ids = await shop.ask_all([f"p{n}@example.com" for n in range(40)])
    await shop.claim()
    await shop.begin(*ids)
    results = (Result.SENT, Result.DEFERRED, Result.REFUSED, Result.UNCERTAIN)
    jobs = [
        RecordDelivery(shop.project.id, id_, shop.worker, results[number % 4])
        for number, id_ in enumerate(ids)
    ]
    writes = [shop.database.write(record_deliveries, [job]) for job in jobs]
    await asyncio.gather(*writes, shop.set(brand="Shop"))
    assert await balance(shop) == 80
