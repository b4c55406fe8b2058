"""The loop: everything due goes, once; a stop loses nothing; no failure ends it."""

import asyncio
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tellback.actions.record_conversations import record_conversations
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import ConversationKey, GetConversation, RecordConversation
from tellback.core.model import Channel, ContactKey, Identity
from tellback.mail import worker as module
from tellback.mail.delivery import Deferred, Delivered, Delivery, Envelope, Stage
from tellback.mail.pacing import Pacing
from tellback.mail.sole import SoleSender
from tellback.mail.transports.memory import MemoryTransport
from tellback.store.conversation_records import get_conversation
from tellback.store.database import Database
from tellback.store.projects import find_project
from tests.mail.offices import Slow, settled, until, working
from tests.outgoing import Sending, make_sending, on_real_time


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing, by the machine's clock."""
    sending = await make_sending(database)
    on_real_time(sending)
    return sending


async def test_everything_due_goes_exactly_once(shop: Sending) -> None:
    ids = await shop.ask_all([f"p{n}@example.com" for n in range(650)])
    async with working(shop) as (_, transport):
        await settled(shop)
    assert await shop.states() == {"sent": 650}
    sent = sorted(envelope.message_id for envelope in transport.attempts)
    assert sent == sorted(f"<{id_}@tellback.example>" for id_ in ids)


async def test_several_workers_share_the_work(shop: Sending) -> None:
    await shop.ask_all([f"p{n}@example.com" for n in range(900)])
    transport = MemoryTransport()
    async with working(shop, transport), working(shop, transport), working(shop, transport):
        await settled(shop)
    sent = [envelope.message_id for envelope in transport.attempts]
    assert len(sent) == len(set(sent)) == 900


async def test_a_long_queue_is_not_held_in_memory(shop: Sending) -> None:
    await shop.ask_all([f"p{n}@example.com" for n in range(2_000)])
    transport = Slow()
    async with working(shop, transport):
        await transport.begun.wait()
        await asyncio.sleep(0.2)
        states = await shop.states()
        assert states["claimed"] + states["sending"] <= 2 * module.BATCH
        transport.go.set()


async def test_new_work_is_begun_at_once(shop: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_POLL", 60.0)
    async with working(shop) as (worker, transport):
        await asyncio.sleep(0.1)
        await shop.ask()
        worker.wake()
        await until(lambda: _true(len(transport.delivered) == 1), 5.0)


async def test_work_of_other_processes_is_found_by_looking(shop: Sending) -> None:
    async with working(shop) as (_, transport):
        await asyncio.sleep(0.1)
        await shop.ask()
        await until(lambda: _true(len(transport.delivered) == 1), 5.0)


async def test_what_is_due_soon_goes_when_it_is(shop: Sending) -> None:
    at = shop.database.clock() + 400
    await shop.ask(send_at=at)
    async with working(shop) as (_, transport):
        await settled(shop)
    assert at <= (await shop.row(_id_of(transport.delivered[0]))).sent_at < at + 600


async def test_an_idle_worker_hardly_does_anything(shop: Sending) -> None:
    reads: list[object] = []
    read = shop.database.read_patiently

    async def counting(*args: object) -> object:
        reads.append(args)
        return await read(*args)  # type: ignore[arg-type]

    shop.database.read_patiently = counting  # type: ignore[method-assign,assignment]
    async with working(shop):
        await asyncio.sleep(0.2)
        reads.clear()
        before = time.process_time()
        await asyncio.sleep(2.0)
        spent = time.process_time() - before
    assert 1 <= len(reads) <= 4
    assert spent < 0.2


async def test_a_stop_finishes_what_is_going_and_puts_the_rest_back(shop: Sending) -> None:
    await shop.ask_all([f"p{n}@example.com" for n in range(100)])
    transport = Slow()
    async with working(shop, transport) as (worker, _):
        await transport.begun.wait()
        worker.stop()
        transport.go.set()
    states = await shop.states()
    assert states.keys() == {"sent", "queued"}
    assert states["sent"] == len(transport.delivered) > 0
    assert states["sent"] + states["queued"] == 100


async def test_a_stop_does_not_wait_for_ever(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    id_ = await shop.ask()
    transport = Slow()
    async with working(shop, transport) as (worker, _):
        await transport.begun.wait()
        worker.stop()
    row = await shop.row(id_)
    assert row.state == "unknown", "nobody knows whether it has gone"
    assert row.reason.startswith("the sender was stopped")


async def test_a_stop_of_an_idle_worker_is_quick(shop: Sending) -> None:
    async with working(shop):
        await asyncio.sleep(0.1)
        before = time.monotonic()
    assert time.monotonic() - before < 1.0


async def test_no_failure_ends_it(shop: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    failures, read = [RuntimeError("one"), OSError("two")], shop.database.read

    async def failing(*args: object) -> object:
        if failures:
            raise failures.pop()
        return await read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(shop.database, "read_patiently", failing)
    await shop.ask()
    async with working(shop) as (_, transport):
        await until(lambda: _true(len(transport.delivered) == 1))


async def test_a_broken_mail_does_not_hold_up_the_others(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = module.deliver

    async def failing(mail, office):  # type: ignore[no-untyped-def]
        if mail.invitation.address.startswith("p3@"):
            raise RuntimeError("boom")
        await deliver(mail, office)

    monkeypatch.setattr(module, "deliver", failing)
    await shop.ask_all([f"p{n}@example.com" for n in range(20)])
    async with working(shop) as (_, transport):

        async def the_others_are_through() -> bool:
            return await shop.states() == {"sent": 19, "claimed": 1}

        await until(the_others_are_through)
    assert len(transport.delivered) == 19


async def test_projects_take_turns(database: Database, shop: Sending) -> None:
    small = await make_sending(database, "Small")
    on_real_time(small)
    await shop.ask_all([f"p{n}@example.com" for n in range(1_000)])
    await small.ask("alice@small.example")
    async with working(shop) as (_, transport):
        await settled(shop)
        await settled(small)
    place = [envelope.recipient for envelope in transport.delivered].index("alice@small.example")
    assert place <= 2 * module.BATCH


async def test_an_outage_is_waited_out(shop: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tellback.mail.pacing._FIRST_PAUSE", 0.3)
    up_at = time.monotonic() + 0.2

    def answer(_: Envelope) -> Delivery:
        if time.monotonic() < up_at:
            return Deferred(None, "Connection refused", Stage.CONNECT)
        return Delivered("OK")

    await shop.ask_all([f"p{n}@example.com" for n in range(100)])
    transport = MemoryTransport(answer)
    async with working(shop, transport):
        await settled(shop)
    assert await shop.states() == {"sent": 100}
    assert len(transport.attempts) < 150, "those that could not go were not all tried in vain"


async def test_a_domains_rate_holds_up_no_other_domain(shop: Sending) -> None:
    slow = [f"p{n}@slow.example" for n in range(300)]
    await shop.ask_all([*slow, *(f"p{n}@fast{n}.example" for n in range(50))])
    async with working(shop, pacing=Pacing(0, 10, patience=0.5)) as (_, transport):

        async def fast_ones_are_through() -> bool:
            return sum("fast" in envelope.recipient for envelope in transport.delivered) == 50

        await until(fast_ones_are_through, 5.0)
        waiting = (await shop.states())["queued"]
    assert waiting > 200
    assert sum("slow" in envelope.recipient for envelope in transport.delivered) < 60


async def test_the_rate_in_all_is_kept(shop: Sending) -> None:
    await shop.ask_all([f"p{n}@example.com" for n in range(40)])
    before = time.monotonic()
    async with working(shop, pacing=Pacing(50, 0)):
        await settled(shop)
    assert 39 / 50 <= time.monotonic() - before < 3.0


async def test_what_a_dead_worker_left_is_taken_over_at_the_start(
    shop: Sending, tmp_path: Path
) -> None:
    """Alone on the database, one need not wait for the leases of the dead to end."""
    claimed, sending = await shop.ask_all(["alice@example.com", "bob@example.com"])
    await shop.claim(worker="dead")
    await shop.begin(sending, worker="dead")
    sole = SoleSender(tmp_path / "sender.lock")
    async with working(shop, sole=sole) as (_, transport):
        await settled(shop)
    assert [_id_of(envelope) for envelope in transport.delivered] == [claimed]
    assert await shop.states() == {"sent": 1, "unknown": 1}
    again = SoleSender(tmp_path / "sender.lock")
    assert again.held, "the next one may be alone"
    again.release()


async def test_a_restart_takes_nothing_from_a_living_sender(shop: Sending, tmp_path: Path) -> None:
    await shop.set(resend_unknown=True)
    path, transport = tmp_path / "sender.lock", Slow()
    first = SoleSender(path)
    first.settle()
    id_ = await shop.ask()
    async with working(shop, transport, sole=SoleSender(path)):
        await transport.begun.wait()
        first.release()
        async with working(shop, sole=SoleSender(path)) as (_, restarted):
            await asyncio.sleep(0.2)
            assert await shop.state(id_) == "sending"
        transport.go.set()
        await settled(shop)
    assert await shop.states() == {"sent": 1}
    assert restarted.attempts == []


async def test_a_sender_waits_for_one_that_is_still_taking_over(
    shop: Sending, tmp_path: Path
) -> None:
    path = tmp_path / "sender.lock"
    first = SoleSender(path)
    await shop.ask()
    async with working(shop, sole=SoleSender(path)) as (_, transport):
        await asyncio.sleep(0.3)
        assert await shop.states() == {"queued": 1}
        assert first.settle()
        await settled(shop)
    assert len(transport.delivered) == 1
    first.release()


async def test_not_alone_one_waits_for_the_leases_of_others(shop: Sending) -> None:
    await shop.ask()
    await shop.claim(worker="another")
    async with working(shop) as (_, transport):
        await asyncio.sleep(0.3)
    assert transport.attempts == []
    assert await shop.states() == {"claimed": 1}


async def test_leases_of_the_living_are_kept_up(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEEP", 0.05)
    monkeypatch.setattr(module, "LEASE", 1_000)
    id_ = await shop.ask()
    transport = Slow()
    async with working(shop, transport):
        await transport.begun.wait()
        async with working(shop):
            await asyncio.sleep(1.3)
            assert await shop.state(id_) == "sending"
            transport.go.set()
            await settled(shop)
    assert await shop.states() == {"sent": 1}


async def test_leases_that_end_are_taken_over_on_the_way(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEEP", 0.05)
    id_ = await shop.ask()
    await shop.claim(worker="dead")
    await shop.change(id_, lease_until=shop.database.clock() + 200)
    async with working(shop):
        await settled(shop)
    assert await shop.states() == {"sent": 1}


async def test_chores_are_done_and_may_fail(shop: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEEP", 0.02)
    done: list[int] = []

    async def failing() -> None:
        raise OSError("no maildir")

    async def working_one() -> None:
        done.append(1)

    async with working(shop, chores=(failing, working_one)):
        await until(lambda: _true(len(done) > 2))


async def _true(value: bool) -> bool:
    return value


def _id_of(envelope: Envelope) -> str:
    return envelope.message_id[1:33]


async def test_a_mail_about_a_chat_keeps_whose_and_which_it_is(shop: Sending) -> None:
    await shop.set(close_survey="wire", close_channel="email")
    project = await shop.database.read(find_project, shop.project.id)
    mail = ContactKey(Identity.EMAIL, "alice@example.com")
    news = RecordConversation("wire", "chat-1", mail, traits={"language": "de"}, is_open=False)
    done = await shop.database.write_one(record_conversations, (project, news))
    async with working(shop) as (_, transport):
        await settled(shop)
    (went,) = transport.delivered
    text = message_from_bytes(went.message, policy=default).get_body(("plain",))
    assert "Waren Sie zufrieden?" in text.get_content()
    row = await shop.row(_id_of(went))
    conversation = done.conversation
    assert (row.conversation_id, row.contact_id) == (conversation.id, conversation.contact_id)
    answer = SubmitResponse("wire", Channel.EMAIL, invitation_id=row.id, rating=1)
    stored = await shop.database.write_one(submit_responses, (project, answer))
    found = await shop.database.read(
        get_conversation, project, GetConversation(ConversationKey(id=conversation.id))
    )
    assert [response.id for response in found.responses] == [stored.id]
