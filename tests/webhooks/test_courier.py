"""Events are told at least once, each project's apart from the others'."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from tellback.core.instants import DAY
from tellback.store.database import Database
from tellback.store.database import Transaction as Tx
from tellback.store.ids import now_ms
from tellback.store.outgoing_events import list_events
from tellback.store.projects import find_project
from tellback.store.tables import outgoing_events
from tellback.webhooks import courier as module
from tests.webhooks.chatting import Chats, make_chats, telling
from tests.webhooks.receivers import OK, answer, never, receiving


@pytest.fixture
async def shop(database: Database) -> Chats:
    return await make_chats(database)


def due_now(tx: Tx, jobs: Any) -> list[None]:
    """Let everything that waits be due, as if nothing had come of it yet."""
    waiting = update(outgoing_events).where(outgoing_events.c.settled_at.is_(None))
    tx.connection.execute(waiting.values(due_at=tx.now, status=None, error=None))
    return [None for _ in jobs]


async def test_an_event_is_told_and_signed(shop: Chats) -> None:
    async with receiving() as receiver, telling(shop.database):
        await shop.set(webhook_url=receiver.url)
        invitation = await shop.ask()
        (row,) = await shop.settled()
    (call,) = receiver.calls
    said = shop.verify(call)
    assert said["type"] == "invitation.created"
    assert said["data"]["invitation"]["id"] == invitation
    assert call.id == row.id
    assert (row.state, row.status, row.attempts, row.error) == ("delivered", 204, 1, None)


async def test_who_rotates_has_a_day_to_take_the_new_secret_over(shop: Chats) -> None:
    old, new = shop.secret, await shop.rotate()
    async with receiving() as receiver, telling(shop.database):
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        await receiver.heard(1)
        for secret in (old, new):
            shop.secret = secret
            shop.verify(receiver.calls[0])
        assert len(receiver.calls[0].headers["webhook-signature"].split(" ")) == 2
        shop.database.clock = lambda: now_ms() + DAY + 1
        await shop.ask()
        await receiver.heard(2)
    assert len(receiver.calls[1].headers["webhook-signature"].split(" ")) == 1


async def test_a_refusal_is_tried_again_under_the_same_id(shop: Chats) -> None:
    async with receiving(answer(500, b"broken"), OK) as receiver, telling(shop.database):
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        row = await shop.attempted()
        assert (row.state, row.status, row.error) == ("queued", 500, "broken")
        # From the attempt on, which comes when the machine has the time for it.
        assert 4_000 <= row.due_at - row.created_at <= 60_000
        await shop.database.write(due_now, [None])
        (row,) = await shop.settled()
    assert (row.state, row.attempts) == ("delivered", 2)
    first, second = receiver.calls
    assert first.id == second.id
    assert first.body == second.body


async def test_nobody_there_is_tried_again_too(shop: Chats) -> None:
    async with telling(shop.database):
        await shop.set(webhook_url="http://127.0.0.1:9/hook")
        await shop.ask()
        row = await shop.attempted()
    assert (row.state, row.status, row.error) == ("queued", None, "the connection was refused")


async def test_after_ten_attempts_it_has_failed(shop: Chats) -> None:
    async with receiving(answer(503)) as receiver, telling(shop.database) as courier:
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        for attempt in range(1, 11):
            await shop.attempted(attempt)
            await shop.database.write(due_now, [None])
            courier.wake()
        (row,) = await shop.settled()
    assert (row.state, row.attempts, len(receiver.calls)) == ("failed", 10, 10)


async def test_a_receiver_that_is_gone_ends_the_webhook(shop: Chats) -> None:
    async with receiving(answer(410)) as receiver, telling(shop.database):
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        (row,) = await shop.settled(1)
        assert (row.state, row.status) == ("failed", 410)
        project = await shop.database.read(find_project, shop.project.id)
        assert project is not None
        assert project.settings.webhook_url == ""
        await shop.ask()
        _, row = await shop.settled(2)
    assert (row.state, len(receiver.calls)) == ("unheard", 1)


async def test_an_address_that_was_set_meanwhile_stays(shop: Chats) -> None:
    other = "http://127.0.0.1:9/other"

    async def leaving() -> bytes:
        await shop.set(webhook_url=other)
        return answer(410)

    async with receiving(leaving) as receiver, telling(shop.database):
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        await shop.settled()
    project = await shop.database.read(find_project, shop.project.id)
    assert project is not None
    assert project.settings.webhook_url == other


async def test_without_a_webhook_events_are_settled(shop: Chats) -> None:
    async with telling(shop.database):
        await shop.ask()
        (row,) = await shop.settled()
    assert (row.state, row.error, row.attempts) == ("unheard", "no webhook was set", 0)


async def test_a_slow_receiver_holds_up_nobody_else(database: Database, shop: Chats) -> None:
    other = await make_chats(database, "Other")
    async with receiving(never) as slow, receiving() as quick:
        await shop.set(webhook_url=slow.url)
        await other.set(webhook_url=quick.url)
        for _ in range(12):
            await shop.ask()
        for _ in range(20):
            await other.ask()
        async with telling(database, timeout=4.0):
            await slow.heard(module.PLACES)
            rows = await other.settled(20)
            assert {row.state for row in rows} == {"delivered"}
            assert len(slow.calls) == module.PLACES


async def test_a_project_has_its_events_told_several_at_a_time(shop: Chats) -> None:
    async def soon() -> bytes:
        await asyncio.sleep(0.05)
        return OK

    async with receiving(soon) as receiver:
        await shop.set(webhook_url=receiver.url)
        for _ in range(20):
            await shop.ask()
        async with telling(shop.database):
            await shop.settled(20)
    assert receiver.most_open == module.PLACES
    assert len({call.id for call in receiver.calls}) == len(receiver.calls) == 20


async def test_several_couriers_share_the_work(shop: Chats) -> None:
    async with receiving() as receiver:
        await shop.set(webhook_url=receiver.url)
        for _ in range(40):
            await shop.ask()
        async with telling(shop.database), telling(shop.database):
            await shop.settled(40)
    assert len({call.id for call in receiver.calls}) == len(receiver.calls) == 40


async def test_a_stop_finishes_what_is_being_told(shop: Chats) -> None:
    go = asyncio.Event()

    async def when_told() -> bytes:
        await go.wait()
        return OK

    async with receiving(when_told) as receiver:
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        async with telling(shop.database) as courier:
            await receiver.heard()
            courier.stop()
            go.set()
    (row,) = await shop.events()
    assert row.state == "delivered"


async def test_what_a_dead_courier_had_in_hand_is_told_again(
    shop: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", 300)
    async with receiving(never, OK) as receiver:
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        dead = asyncio.create_task(_begin_and_die(shop.database))
        await receiver.heard(1)
        dead.cancel()
        async with telling(shop.database):
            (row,) = await shop.settled()
    first, second = receiver.calls
    assert first.id == second.id
    assert (row.state, row.attempts) == ("delivered", 2)


async def _begin_and_die(database: Database) -> None:
    """A courier that is gone before it can note anything."""
    async with telling(database):
        await asyncio.sleep(60)


async def test_a_late_result_does_not_undo_a_later_attempt(
    shop: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", 200)

    async def late() -> bytes:
        await asyncio.sleep(1)
        return answer(500)

    async with receiving(late, OK) as receiver, telling(shop.database):
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        await shop.settled()
        await asyncio.sleep(1)
    (row,) = await shop.events()
    assert (row.state, row.attempts, row.status) == ("delivered", 2, 204)


async def test_what_is_gone_is_not_told(shop: Chats) -> None:
    def lose(tx: Tx, jobs: Any) -> list[None]:
        tx.connection.execute(update(outgoing_events).values(subject_id="f" * 32))
        return [None for _ in jobs]

    async with receiving() as receiver:
        await shop.set(webhook_url=receiver.url)
        await shop.ask()
        await shop.database.write(lose, [None])
        async with telling(shop.database):
            (row,) = await shop.settled()
    assert (row.state, row.error) == ("failed", "what it was about is gone")
    assert receiver.calls == []


async def test_an_idle_courier_hardly_does_anything(shop: Chats) -> None:
    reads: list[object] = []
    read = shop.database.read_patiently

    async def counting(*args: Any) -> Any:
        reads.append(args)
        return await read(*args)

    shop.database.read_patiently = counting  # type: ignore[method-assign,assignment]
    async with telling(shop.database):
        await asyncio.sleep(0.2)
        reads.clear()
        await asyncio.sleep(2.0)
    assert 1 <= len(reads) <= 4


async def test_other_projects_events_are_their_own(database: Database, shop: Chats) -> None:
    other = await make_chats(database, "Other")
    async with receiving() as mine, receiving() as theirs, telling(database):
        await shop.set(webhook_url=mine.url)
        await other.set(webhook_url=theirs.url)
        await shop.ask()
        await shop.settled()
        await asyncio.sleep(0.1)
        assert theirs.calls == []
        assert await database.read(list_events, other.project.id, 9) == []
