"""The way of one mail, step by step, and what each possible end leaves behind."""

import email
import email.policy
import time
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from tellback.actions.mark_sending import MarkSending
from tellback.actions.note_mails import note_mails
from tellback.actions.suppress import suppress
from tellback.core.admission import QUESTIONS
from tellback.core.commands import Suppress
from tellback.core.errors import Internal, Overloaded
from tellback.core.model import Transaction
from tellback.mail import pipeline
from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Delivery,
    Envelope,
    Refused,
    Stage,
    Uncertain,
)
from tellback.mail.pipeline import AFTER_CLAIMING, BEFORE_CLAIMING, Batch, Mail, deliver
from tellback.mail.transports.memory import MemoryTransport
from tellback.mail.transports.smtp_text import wire_form
from tellback.store.database import Database
from tests.mail.offices import FROM, by_name, office_of, send_all
from tests.outgoing import NOON, Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


def test_the_pipeline_is_a_flat_list_of_steps() -> None:
    assert BEFORE_CLAIMING is QUESTIONS
    assert [step.__name__ for step in AFTER_CLAIMING] == [
        "sign_links",
        "render",
        "record_sending",
        "hand_over",
    ]


async def test_a_mail_goes_and_says_what_it_should(shop: Sending) -> None:
    transport = MemoryTransport()
    bought = Transaction("order 7", NOON, 12.5, "EUR")
    id_ = await shop.ask(language="de", reference="order 7", transaction=bought)
    await send_all(shop, office_of(shop, transport))
    (envelope,) = transport.delivered
    assert (envelope.sender, envelope.recipient) == (FROM, "alice@example.com")
    mail = email.message_from_bytes(envelope.message, policy=email.policy.default)
    assert mail["Message-ID"] == envelope.message_id == f"<{id_}@tellback.example>"
    assert (mail["To"], mail["From"]) == ("alice@example.com", f"Shop <{FROM}>")
    assert mail["Subject"] == "Eine Frage"
    text = mail.get_body(("plain",)).get_content()
    for shown in ("Waren Sie zufrieden?", "order 7", "2026-11-12", "12.50 EUR"):
        assert shown in text.replace("\u200c", "")
    row = await shop.row(id_)
    assert (row.state, row.message_id) == ("sent", envelope.message_id)


async def test_a_mail_is_made_in_the_form_that_goes_over_the_line(shop: Sending) -> None:
    """The transport is told not to look for stray line ends and dots again."""
    transport = MemoryTransport()
    nasty = {"brand": ". .. Shop", "reply_to": "us@shop.example"}
    await shop.set(**nasty)
    await shop.ask(reference=".\r\n.\n..\r.", language="de")
    await send_all(shop, office_of(shop, transport))
    (envelope,) = transport.delivered
    assert envelope.ready
    assert wire_form(envelope.message) == envelope.message


async def test_sending_is_on_disk_before_the_transport_hears_of_it(shop: Sending) -> None:
    seen: list[str] = []

    class Watching(MemoryTransport):
        async def send(self, envelope: Envelope) -> Delivery:
            seen.append(await shop.state(id_))
            return await super().send(envelope)

    id_ = await shop.ask()
    await send_all(shop, office_of(shop, Watching()))
    assert seen == ["sending"]


@pytest.mark.parametrize(
    ("delivery", "state", "attempts", "reason"),
    [
        (
            Deferred(451, "greylisted"),
            "queued",
            1,
            "the mail server put it off: 451 greylisted",
        ),
        (
            Deferred(None, "Connection lost", Stage.CONTENT),
            "queued",
            1,
            "the mail server put it off: Connection lost",
        ),
        (
            Deferred(None, "Connection refused", Stage.CONNECT),
            "queued",
            0,
            "no mail server reached: Connection refused",
        ),
        (
            Refused(550, "5.1.1 no such user"),
            "failed",
            1,
            "the mail server refused it: 550 5.1.1 no such user",
        ),
        (
            Refused(554, "spam", Stage.CONTENT),
            "failed",
            1,
            "the mail server refused it: 554 spam",
        ),
        (
            Refused(553, "not you", Stage.SENDER),
            "queued",
            1,
            "the mail server refused the sender: 553 not you",
        ),
        (
            Uncertain("Connection lost"),
            "unknown",
            1,
            "no answer after the mail was handed over: Connection lost",
        ),
    ],
)
async def test_every_end_leaves_its_state_and_its_reason(
    shop: Sending, delivery: Delivery, state: str, attempts: int, reason: str
) -> None:
    id_ = await shop.ask()
    await send_all(shop, office_of(shop, MemoryTransport(lambda _: delivery)))
    row = await shop.row(id_)
    assert (row.state, row.attempts, row.reason) == (state, attempts, reason)
    assert row.due_at > shop.clock.now or state != "queued"


async def test_a_refused_recipient_is_not_suppressed(shop: Sending) -> None:
    await shop.ask()
    await send_all(shop, office_of(shop, MemoryTransport(lambda _: Refused(550, "no such user"))))
    again = await shop.ask()
    assert await shop.claim() == [again]


async def test_one_mails_fate_is_not_its_neighbours(shop: Sending) -> None:
    names = ("alice", "bob", "charlie", "dora")
    ids = await shop.ask_all([f"{name}@example.com" for name in names])
    answers = {
        "alice": Refused(550, "no"),
        "bob": Deferred(450, "later"),
        "charlie": Uncertain("lost"),
    }
    await send_all(shop, office_of(shop, MemoryTransport(by_name(answers))))
    assert [await shop.state(id_) for id_ in ids] == ["failed", "queued", "unknown", "sent"]


async def test_a_transport_that_breaks_leaves_the_fate_unknown(shop: Sending) -> None:
    def broken(_: Envelope) -> Delivery:
        raise RuntimeError("boom")

    id_ = await shop.ask()
    office = office_of(shop, MemoryTransport(broken))
    await send_all(shop, office)
    row = await shop.row(id_)
    assert (row.state, row.reason) == ("unknown", "the transport failed: RuntimeError")
    for _ in range(office.window.places):
        await office.window.enter()


async def test_who_opts_out_between_claim_and_sending_gets_nothing(shop: Sending) -> None:
    transport = MemoryTransport()
    id_ = await shop.ask()
    claimed = await shop.claimed()
    job = (shop.project, Suppress("alice@example.com", "unsubscribed"))
    await shop.database.write(suppress, [job])
    mail = Mail(Batch(claimed.project, claimed.surveys), claimed.invitations[0])
    await deliver(mail, office_of(shop, transport))
    assert transport.attempts == []
    assert await shop.state(id_) == "suppressed"


async def test_what_was_lost_to_another_worker_is_not_sent(shop: Sending) -> None:
    transport = MemoryTransport()
    id_ = await shop.ask()
    claimed = await shop.claimed()
    await shop.change(id_, lease_owner="somebody else")
    mail = Mail(Batch(claimed.project, claimed.surveys), claimed.invitations[0])
    await deliver(mail, office_of(shop, transport))
    assert transport.attempts == []
    assert await shop.state(id_) == "claimed"


async def test_an_address_no_mail_can_reach_fails(shop: Sending) -> None:
    transport = MemoryTransport()
    id_ = await shop.ask("älice@example.com")
    await send_all(shop, office_of(shop, transport))
    row = await shop.row(id_)
    assert (row.state, transport.attempts) == ("failed", [])
    assert "not an address" in row.reason


async def test_a_sender_that_makes_no_mail_is_the_owners_to_mend(shop: Sending) -> None:
    transport = MemoryTransport()
    id_ = await shop.ask()
    with capture_logs() as logs:
        await send_all(shop, replace(office_of(shop, transport), mail_from="nobody"))
    row = await shop.row(id_)
    assert (row.state, row.attempts, transport.attempts) == ("queued", 1, [])
    assert row.reason.startswith("the mail cannot be made: ")
    told = {"event": "mail not made", "log_level": "warning", "invitation": id_}
    assert logs == [told | {"error": "AddressRefused"}]
    shop.clock.now = row.due_at
    await send_all(shop, office_of(shop, transport))
    assert await shop.state(id_) == "sent"


async def test_a_fault_of_ours_in_making_a_mail_is_tried_again(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("question")

    monkeypatch.setattr(pipeline, "compile_survey_mail", broken)
    id_ = await shop.ask()
    await send_all(shop, office_of(shop, MemoryTransport()))
    row = await shop.row(id_)
    assert (row.state, row.reason) == ("queued", "the mail cannot be made: KeyError")


async def test_a_mail_sent_again_has_the_same_message_id_and_links(shop: Sending) -> None:
    answers = iter([Deferred(450, "later"), Delivered("OK")])
    transport = MemoryTransport(lambda _: next(answers))
    id_ = await shop.ask()
    office = office_of(shop, transport)
    await send_all(shop, office)
    shop.clock.now = (await shop.row(id_)).due_at
    await send_all(shop, office)
    first, second = (email.message_from_bytes(envelope.message) for envelope in transport.attempts)
    assert first["Date"] != second["Date"]
    for part, twin in zip(first.walk(), second.walk(), strict=True):
        if not part.is_multipart():
            assert part.get_payload() == twin.get_payload()
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_full_queue_is_waited_for(shop: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bulk call may fill the write queue; mails then wait, and none is lost or repeated."""
    transport, failures = MemoryTransport(), [Overloaded(), Overloaded(), Internal("disk")]
    write = shop.database.write

    async def failing(action: object, jobs: list[object]) -> object:
        begins = isinstance(jobs[0], MarkSending)
        if failures and begins is isinstance(failures[0], Overloaded):
            raise failures.pop(0)
        return await write(action, jobs)  # type: ignore[arg-type]

    id_ = await shop.ask()
    claimed = await shop.claimed()
    monkeypatch.setattr(shop.database, "write", failing)
    mail = Mail(Batch(claimed.project, claimed.surveys), claimed.invitations[0])
    await deliver(mail, office_of(shop, transport))
    assert not failures
    assert await shop.state(id_) == "sent"
    assert len(transport.attempts) == 1


async def test_a_mail_that_cannot_be_recorded_as_going_does_not_go(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = MemoryTransport()

    async def failing(action: object, jobs: list[object]) -> object:
        assert action is note_mails
        return [Internal("the disk is full") for _ in jobs]

    id_ = await shop.ask()
    claimed = await shop.claimed()
    office = office_of(shop, transport)
    monkeypatch.setattr(shop.database, "write", failing)
    mail = Mail(Batch(claimed.project, claimed.surveys), claimed.invitations[0])
    with pytest.raises(Internal):
        await deliver(mail, office)
    assert transport.attempts == []
    assert await shop.state(id_) == "claimed"
    for _ in range(office.window.places):
        await office.window.enter()


async def test_the_outage_begins_and_ends_with_the_server(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tellback.mail.pacing._FIRST_PAUSE", 0.0)
    answers = iter([Deferred(None, "refused", Stage.CONNECT), Deferred(450, "later")])
    office = office_of(shop, MemoryTransport(lambda _: next(answers)))
    await shop.ask()
    await send_all(shop, office)
    assert office.outage.lasts(0.0) > 0
    await shop.ask()
    await send_all(shop, replace(office))
    assert office.outage.lasts(0.0) == 0


async def test_nothing_is_tried_while_an_outage_lasts(shop: Sending) -> None:
    transport = MemoryTransport()
    office = office_of(shop, transport)
    office.outage.failed(time.monotonic())
    id_ = await shop.ask()
    await send_all(shop, office)
    row = await shop.row(id_)
    assert (row.state, row.reason, row.attempts) == ("queued", "no mail server reached", 0)
    assert row.due_at > shop.clock.now
    assert transport.attempts == []
    for _ in range(office.window.places):
        await office.window.enter()
