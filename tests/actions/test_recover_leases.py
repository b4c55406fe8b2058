"""What a dead worker leaves behind."""

import pytest

from tellback.actions.extend_leases import ExtendLeases, extend_leases
from tellback.actions.record_deliveries import Result
from tellback.actions.recover_leases import Recovered, RecoverLeases, recover_leases
from tellback.core.instants import MINUTE
from tellback.store.database import Database
from tellback.store.outbox import projects_with_dead_leases
from tellback.store.projects import find_project
from tests.outgoing import NOON, Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def recover(shop: Sending, only_living: str | None = None) -> Recovered:
    job = RecoverLeases(shop.project.id, only_living)
    recovered: Recovered = await shop.database.write_one(recover_leases, job)
    return recovered


async def left_behind(shop: Sending) -> tuple[str, str]:
    """One that was only claimed, and one that was being handed over."""
    claimed, sending = await shop.ask_all(["alice@example.com", "bob@example.com"])
    await shop.claim()
    await shop.begin(sending)
    return claimed, sending


async def test_a_living_worker_is_left_alone(shop: Sending) -> None:
    await left_behind(shop)
    shop.clock.now += MINUTE - 1
    assert await shop.database.read(projects_with_dead_leases, shop.clock.now, None) == []
    assert not (await recover(shop)).any
    assert await shop.states() == {"claimed": 1, "sending": 1}


async def test_a_dead_workers_are_queued_or_unknown(shop: Sending) -> None:
    claimed, sending = await left_behind(shop)
    shop.clock.now += MINUTE
    dead = await shop.database.read(projects_with_dead_leases, shop.clock.now, None)
    assert dead == [shop.project.id]
    assert await recover(shop) == Recovered(queued=1, unknown=1, sent=0)
    row = await shop.row(claimed)
    assert (row.state, row.claimed_at, row.lease_owner) == ("queued", None, None)
    row = await shop.row(sending)
    assert (row.state, row.attempts) == ("unknown", 1)
    assert row.reason.endswith("it may or may not have gone")
    assert await shop.claim() == [claimed]
    assert not (await recover(shop)).any


async def test_a_lease_can_be_kept_up(shop: Sending) -> None:
    claimed, sending = await left_behind(shop)
    shop.clock.now += MINUTE - 1
    jobs = [
        ExtendLeases(shop.project.id, shop.worker, [claimed], 60_000),
        ExtendLeases(shop.project.id, "somebody else", [sending], 60_000),
    ]
    await shop.database.write(extend_leases, jobs)
    shop.clock.now += 1
    assert await recover(shop) == Recovered(queued=0, unknown=1, sent=0)
    assert await shop.state(claimed) == "claimed"


async def test_who_is_alone_need_not_wait_for_the_dead(shop: Sending) -> None:
    await left_behind(shop)
    mine = await shop.ask("charlie@example.com")
    await shop.claim(worker="me")
    dead = await shop.database.read(projects_with_dead_leases, shop.clock.now, "me")
    assert dead == [shop.project.id]
    assert await recover(shop, "me") == Recovered(queued=1, unknown=1, sent=0)
    assert await shop.state(mine) == "claimed"


async def test_a_project_may_prefer_two_mails_to_none(shop: Sending) -> None:
    await shop.set(resend_unknown=True)
    _, sending = await left_behind(shop)
    shop.clock.now += MINUTE
    assert await recover(shop) == Recovered(queued=2, unknown=0, sent=0)
    row = await shop.row(sending)
    assert row.state == "queued"
    assert row.due_at > shop.clock.now, "it may be this very mail that kills the sender"


@pytest.mark.parametrize(
    ("column", "state"),
    [("opened_at", "opened"), ("responded_at", "responded"), ("bounced_at", "bounced")],
)
async def test_what_was_seen_has_gone(shop: Sending, column: str, state: str) -> None:
    _, sending = await left_behind(shop)
    await shop.change(sending, **{column: NOON + 10})
    shop.clock.now += MINUTE
    assert await recover(shop) == Recovered(queued=1, unknown=0, sent=1)
    row = await shop.row(sending)
    assert (row.state, row.sent_at) == (state, NOON)


async def test_what_may_have_gone_is_paid_for(shop: Sending) -> None:
    await shop.set(quota_balance=10)
    await left_behind(shop)
    shop.clock.now += MINUTE
    await recover(shop)
    project = await shop.database.read(find_project, shop.project.id)
    assert project is not None
    assert project.settings.quota_balance == 9


async def test_a_worker_that_was_not_dead_may_not_send_what_it_lost(shop: Sending) -> None:
    claimed, sending = await left_behind(shop)
    shop.clock.now += MINUTE
    await recover(shop)
    assert await shop.begin(claimed) == [False]
    assert await shop.end(Result.SENT, sending) == [True], "but what it did send, it did"
    assert await shop.state(sending) == "sent"
