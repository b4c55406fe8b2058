"""What a sender has in hand is neither lost nor begun twice, whatever the database does."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tellback.actions.extend_leases import extend_leases
from tellback.actions.record_deliveries import record_deliveries
from tellback.actions.recover_leases import recover_leases
from tellback.actions.release_invitations import release_invitations
from tellback.core.errors import Internal
from tellback.mail import worker as module
from tellback.store.database import Action, Database
from tests.mail.offices import Slow, settled, until, working
from tests.outgoing import Sending, make_sending, on_real_time


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing, by the machine's clock."""
    sending = await make_sending(database)
    on_real_time(sending)
    return sending


@pytest.fixture
def written(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[Action]:
    """The actions that were asked for, in turn."""
    write, seen = database.write, list[Action]()

    async def noting(action: Action, jobs: Sequence[Any]) -> list[Any]:
        seen.append(action)
        return await write(action, jobs)

    monkeypatch.setattr(database, "write", noting)
    return seen


def fail(database: Database, monkeypatch: pytest.MonkeyPatch, failing: Action) -> list[Action]:
    """Let every job of an action fail as a bad row does; returns what was asked for."""
    write, seen = database.write, list[Action]()

    async def one_fails(action: Action, jobs: Sequence[Any]) -> list[Any]:
        seen.append(action)
        if action is failing:
            return [Internal("a bad row") for _ in jobs]
        return await write(action, jobs)

    monkeypatch.setattr(database, "write", one_fails)
    return seen


async def test_who_cannot_keep_its_leases_does_not_recover_any(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEEP", 0.02)
    monkeypatch.setattr(module, "LEASE", 300)
    seen = fail(shop.database, monkeypatch, extend_leases)
    id_ = await shop.ask()
    transport = Slow()
    async with working(shop, transport):
        await transport.begun.wait()
        await asyncio.sleep(0.7)
        assert await shop.state(id_) == "sending"
        transport.go.set()
        await settled(shop)
    assert seen.count(extend_leases) > 1
    assert recover_leases not in seen
    assert await shop.states() == {"sent": 1}


async def test_what_cannot_be_put_back_and_was_not_begun_stays_claimed(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    await shop.ask_all([f"p{n}@example.com" for n in range(100)])
    seen = fail(shop.database, monkeypatch, release_invitations)
    transport = Slow()
    async with working(shop, transport) as (worker, _):
        await transport.begun.wait()
        worker.stop()
    states = await shop.states()
    assert states.keys() == {"claimed", "unknown"}
    assert states["unknown"] <= 16, "only what was being handed over"
    assert seen.count(record_deliveries) == 1


async def test_a_slow_chore_does_not_hold_up_the_leases(
    shop: Sending, monkeypatch: pytest.MonkeyPatch, written: list[Action]
) -> None:
    monkeypatch.setattr(module, "_KEEP", 0.02)
    begun, end = asyncio.Event(), asyncio.Event()

    async def slow_chore() -> None:
        begun.set()
        await end.wait()

    await shop.ask()
    transport = Slow()
    async with working(shop, transport, chores=(slow_chore,)):
        await begun.wait()
        await transport.begun.wait()
        written.clear()

        async def kept_up() -> bool:
            return written.count(extend_leases) > 2

        await until(kept_up, 5.0)
        transport.go.set()
        end.set()


async def test_one_that_was_lost_and_claimed_again_is_in_line_once(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[str] = []
    deliver, go = module.deliver, asyncio.Event()

    async def late(mail: Any, office: Any) -> None:
        handed.append(mail.invitation.id)
        await go.wait()
        await deliver(mail, office)

    monkeypatch.setattr(module, "deliver", late)
    id_ = await shop.ask()
    async with working(shop) as (worker, transport):
        await until(lambda: _is(bool(handed)))
        queued = {"state": "queued", "lease_owner": None, "lease_until": None}
        await shop.change(id_, **queued)
        worker.wake()

        async def claimed_again() -> bool:
            return await shop.state(id_) == "claimed"

        await until(claimed_again)
        await asyncio.sleep(0.1)
        go.set()
        await settled(shop)
    assert handed == [id_]
    assert len(transport.attempts) == 1


async def _is(value: bool) -> bool:
    return value
