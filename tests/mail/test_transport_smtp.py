"""The SMTP pool against aiosmtpd: outcomes, and what becomes of the connections."""

import asyncio
from dataclasses import replace

import pytest

from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Refused,
    Stage,
    Uncertain,
)
from tests.mail.smtp_servers import (
    Server,
    Sink,
    listening,
    mail,
    sending_to,
    transport_to,
)


async def test_a_mail_is_delivered_as_it_is(sink: Sink) -> None:
    message = b"Subject: hi\r\n\r\n.\r\n..dots\r\n.end\r\n"
    async with sending_to(sink) as transport:
        assert await transport.send(mail(message=message)) == Delivered("OK queued as 17")
    assert sink.taken == [("alice@example.org", message)]


@pytest.mark.parametrize(
    "message",
    [
        b".first\n.\nMAIL FROM:<x@y.example>\r\n.\r\nend",
        b"a\r.\rb\r\n.\nc\n\r.\r\n",
        b"",
        b"\n",
        b"\r",
    ],
)
async def test_no_message_ends_before_its_end(sink: Sink, message: bytes) -> None:
    async with sending_to(sink) as transport:
        for _ in range(2):
            assert isinstance(await transport.send(mail(message=message)), Delivered)
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    whole = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    assert [content for _recipient, content in sink.taken] == [whole, whole]


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ("rcpt-450@x.example", Deferred(450, "no such luck", Stage.RECIPIENT)),
        ("rcpt-550@x.example", Refused(550, "no such luck", Stage.RECIPIENT)),
        ("data-451@x.example", Deferred(451, "not today", Stage.CONTENT)),
        ("data-554@x.example", Refused(554, "not today", Stage.CONTENT)),
        ("nobody", Refused(None, "", Stage.RECIPIENT)),
        ("a@x.example>\r\nRCPT TO:<b@x.example", Refused(None, "", Stage.RECIPIENT)),
    ],
)
async def test_a_refusal_is_told_and_the_connection_serves_on(
    sink: Sink, recipient: str, expected: Deferred | Refused
) -> None:
    async with sending_to(sink) as transport:
        await transport.send(mail())
        delivery = await transport.send(mail(recipient))
        if isinstance(delivery, Refused) and delivery.code is None:
            assert "address" in delivery.reply
            delivery = replace(delivery, reply="")
        assert delivery == expected
        assert isinstance(await transport.send(mail("bob@example.org")), Delivered)
    assert [recipient for recipient, _ in sink.taken] == ["alice@example.org", "bob@example.org"]
    assert len(sink.connections) == 1


async def test_a_refused_sender_is_not_the_recipients_fault(sink: Sink) -> None:
    async with sending_to(sink) as transport:
        delivery = await transport.send(replace(mail(), sender="ask@shop.example> SIZE=1"))
    assert isinstance(delivery, Refused)
    assert delivery.stage is Stage.SENDER
    assert not sink.connections


async def test_a_connection_lost_before_the_message_leaves_no_doubt(sink: Sink) -> None:
    async with sending_to(sink) as transport:
        delivery = await transport.send(mail("rcpt-drop@x.example"))
        assert isinstance(delivery, Deferred)
        assert (delivery.code, delivery.stage) == (None, Stage.RECIPIENT)
        assert isinstance(await transport.send(mail()), Delivered)


async def test_a_connection_lost_after_the_message_leaves_doubt(sink: Sink) -> None:
    async with sending_to(sink) as transport:
        assert isinstance(await transport.send(mail("data-drop@x.example")), Uncertain)
        assert isinstance(await transport.send(mail()), Delivered)
    assert len(sink.connections) == 2


async def test_a_slow_server_is_given_up_in_time(sink: Sink) -> None:
    async with sending_to(sink, command_timeout=0.1, content_timeout=0.1) as transport:
        early = await transport.send(mail("rcpt-slow@x.example"))
        late = await transport.send(mail("data-slow@x.example"))
    assert isinstance(early, Deferred)
    assert early.stage is Stage.RECIPIENT
    assert isinstance(late, Uncertain)


async def test_no_server_means_later() -> None:
    async with listening(lambda: Server(Sink())) as port:
        pass
    async with transport_to(port) as transport:
        delivery = await transport.send(mail())
    assert isinstance(delivery, Deferred)
    assert (delivery.code, delivery.stage) == (None, Stage.CONNECT)


async def test_connections_are_shared_and_few(sink: Sink) -> None:
    async with sending_to(sink, connections=3) as transport:
        deliveries = await asyncio.gather(*(transport.send(mail()) for _ in range(40)))
    assert all(isinstance(delivery, Delivered) for delivery in deliveries)
    assert len(sink.taken) == 40
    assert len(sink.connections) == sink.open_at_most == 3


async def test_a_connection_is_retired_after_enough_mails(sink: Sink) -> None:
    async with sending_to(sink, connections=1, messages_per_connection=2) as transport:
        for _ in range(5):
            await transport.send(mail())
    assert len(sink.taken) == 5
    assert len(sink.connections) == 3


@pytest.mark.parametrize("probe_after", [0.0, 60.0])
async def test_a_dead_idle_connection_is_replaced(sink: Sink, probe_after: float) -> None:
    async with sending_to(sink, probe_after=probe_after) as transport:
        await asyncio.gather(*(transport.send(mail()) for _ in range(3)))
        for connection in sink.connections:
            connection.abort()
        assert isinstance(await transport.send(mail()), Delivered)
    assert len(sink.taken) == 4


async def test_a_cancelled_mail_takes_its_connection_along(sink: Sink) -> None:
    async with sending_to(sink, connections=1) as transport:
        hasty = asyncio.create_task(transport.send(mail("data-slow@x.example")))
        await asyncio.sleep(0.1)
        hasty.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hasty
        assert await transport.send(mail()) == Delivered("OK queued as 17")
    assert len(sink.connections) == 2


async def test_closing_says_goodbye_and_waits_for_nobody(sink: Sink) -> None:
    async with listening(lambda: Server(sink)) as port, transport_to(port) as transport:
        await transport.send(mail())
        await transport.close()
        await asyncio.sleep(0.05)
        assert all(connection.is_closing() for connection in sink.connections)
        assert isinstance(await transport.send(mail()), Delivered)
        await asyncio.sleep(0.05)
        assert all(connection.is_closing() for connection in sink.connections)
